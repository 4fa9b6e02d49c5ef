import { type EtcdBinaries, findEtcd } from './binaries.ts';
import { type LocalCluster, startCluster } from './cluster.ts';
import { createFaults, type FaultView } from './faults.ts';
import { type Load, startLoad } from './load.ts';

export type { FaultView } from './faults.ts';

/**
 * Small enough to be filled within seconds, large enough that ordinary load, whose history is compacted each minute,
 * stays far below it.
 */
export const demoQuotaBytes = 192 * 1024 * 1024;

export type DemoOptions = {
	/** Found or fetched where they are not given. */
	readonly binaries?: EtcdBinaries;
	/** 1 to 7; 3 by default. */
	readonly members?: number;
	readonly writesPerSecond?: number;
	readonly seed?: number;
	readonly quotaBytes?: number;
	/** Told in one line what takes time. */
	readonly onProgress?: (text: string) => void;
};

/** A real cluster on loopback under load, with a menu of things to break. */
export type Demo = {
	readonly cluster: LocalCluster;
	readonly load: Load;
	/** The menu as it is now; cheap enough to be asked for with each frame. */
	faults(): readonly FaultView[];
	/** Runs one by its id and resolves with what happened in one line; rejects in one line. */
	run(id: string): Promise<string>;
	/** Ends everything and removes every file that was made. */
	stop(): Promise<void>;
};

/** Throws NoEtcdError where there is no etcd to be had. */
export async function createDemo(options: DemoOptions = {}): Promise<Demo> {
	const { onProgress, members = 3, quotaBytes = demoQuotaBytes } = options;
	if (!Number.isInteger(members) || members < 1 || members > 7)
		throw new Error(`--members ${members}: a demonstration has 1 to 7 members`);
	const binaries = options.binaries ?? (await findEtcd(onProgress === undefined ? {} : { onProgress }));
	onProgress?.(`starting ${members} members of etcd ${binaries.version}`);
	const cluster = await startCluster({ binaries, members, quotaBytes, peerLinks: true });
	try {
		const { endpoints } = cluster;
		const { writesPerSecond = 20, seed = 1 } = options;
		const load = await startLoad({ endpoints, writesPerSecond, seed });
		const menu = createFaults(cluster, load, quotaBytes);
		return {
			cluster,
			load,
			faults: menu.views,
			run: menu.run,
			async stop() {
				menu.stop();
				await load.stop();
				await cluster.stop();
			},
		};
	} catch (error) {
		await cluster.stop();
		throw error;
	}
}
