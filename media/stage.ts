import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EtcdBinaries } from '../source/demo/binaries.ts';
import { isAnswer, isNoSpace } from '../source/demo/client.ts';
import { type LocalCluster, startCluster } from '../source/demo/cluster.ts';
import { type Load, startLoad } from '../source/demo/load.ts';
import { createRandom } from '../source/demo/random.ts';

const mebibyte = 1024 * 1024;
/** What looks random is not made smaller by any file system. */
const value = Buffer.from(createRandom(1).bytes(mebibyte));
const writers = 4;

/** A real cluster on loopback with something in it, on which operations are shown. */
export type Stage = {
	readonly cluster: LocalCluster;
	readonly load: Load;
	stop(): Promise<void>;
};

export type StageOptions = {
	readonly binaries: EtcdBinaries;
	readonly quotaBytes: number;
	/** Each is written once and stays. */
	readonly liveMebibytes: number;
	/** Values that others have replaced: history, until it is compacted. At the quota it ends, whatever stands here. */
	readonly historyMebibytes: number;
};

/** Starts a cluster of three members and fills it before anybody watches. */
export async function openStage(options: StageOptions): Promise<Stage> {
	const { binaries, quotaBytes, liveMebibytes, historyMebibytes } = options;
	const cluster = await startCluster({ binaries, members: 3, quotaBytes });
	try {
		const load = await startLoad({ endpoints: cluster.endpoints, writesPerSecond: 20, compactIntervalSeconds: 0 });
		const hasSpace = await writeBlobs(load, liveMebibytes, index => `live-${index}`);
		if (hasSpace) await writeBlobs(load, historyMebibytes, index => `replaced-${index % writers}`);
		return {
			cluster,
			load,
			async stop() {
				await load.stop();
				await cluster.stop();
			},
		};
	} catch (error) {
		await cluster.stop();
		throw error;
	}
}

/** False where etcd has no more space. */
async function writeBlobs({ client }: Load, count: number, nameOf: (index: number) => string): Promise<boolean> {
	let next = 0;
	let hasSpace = true;
	const writer = async () => {
		while (hasSpace && next < count) {
			const key = Buffer.from(`/registry/configmaps/media/${nameOf(next++)}`);
			try {
				await client.call(({ kv }) => kv.put({ key, value }, { deadline: Date.now() + 30_000 }));
			} catch (error) {
				if (!isNoSpace(error)) throw error;
				hasSpace = false;
			}
		}
	};
	await Promise.all(Array.from({ length: writers }, writer));
	return hasSpace;
}

/** Drops all history, where that was not done on the screen before. */
export async function dropHistory({ load: { client } }: Stage): Promise<void> {
	const key = Buffer.from('/registry/configmaps/media/replaced-0');
	const { header } = await client.call(({ kv }) => kv.range({ key, count_only: true }));
	const options = { deadline: Date.now() + 60_000 };
	await client
		.call(({ kv }) => kv.compact({ revision: header.revision, physical: true }, options))
		.catch(error => {
			if (!isAnswer(error)) throw error;
		});
	// The load's next writes let every member count what is free.
	await wait(5000);
}

/** How the program is run on a stage: nobody's configuration, variables, journal, name or time zone. */
export const environmentIn = (folder: string): NodeJS.ProcessEnv => {
	const { HOME, PATH } = process.env;
	return {
		HOME,
		PATH,
		XDG_CONFIG_HOME: folder,
		XDG_STATE_HOME: folder,
		NODE_OPTIONS: `--import ${join(import.meta.dirname, 'anonymous.ts')}`,
		TERM: 'xterm-256color',
		LANG: 'C.UTF-8',
		TZ: 'UTC',
	};
};
