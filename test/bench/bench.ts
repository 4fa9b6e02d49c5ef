import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EtcdBinaries, fetchEtcd } from '../../source/demo/binaries.ts';
import { type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import { type Command, endWithUs } from './processes.ts';
import type { Result } from './result.ts';

/** Rows that are measured together, under the name that picks them on the command line. */
export type Family = {
	readonly name: string;
	readonly measure: (bench: Bench) => Promise<readonly Result[]>;
};

/** What the rows are measured with. */
export type Bench = {
	readonly binaries: EtcdBinaries;
	/** The production build: `dist/etcdtop.js` with these arguments. */
	etcdtop(...args: string[]): Command;
	etcdctl(...args: string[]): Command;
	/** One of the programs of `fixtures/`, bundled as the product is. */
	fixture(name: string, ...args: string[]): Promise<Command>;
	/** Lends a healthy cluster of its own and ends it afterwards. */
	withCluster<T>(members: number, use: (cluster: LocalCluster) => Promise<T>): Promise<T>;
};

const root = join(import.meta.dirname, '../..');

/** `program` is the built program's folder. */
export async function openBench(program: string): Promise<Bench & { close(): void }> {
	const folder = mkdtempSync(join(tmpdir(), 'etcdtop-bench-'));
	const remove = () => rmSync(folder, { recursive: true, force: true });
	endWithUs(remove);
	// Nobody's configuration, journal or variables; a compile cache of this run alone, which the discarded runs fill.
	const { HOME, PATH } = process.env;
	const env = {
		...(HOME === undefined ? {} : { HOME }),
		...(PATH === undefined ? {} : { PATH }),
		LANG: 'C.UTF-8',
		TERM: 'xterm-256color',
		ETCDCTL_API: '3',
		XDG_CACHE_HOME: join(folder, 'cache'),
		XDG_CONFIG_HOME: join(folder, 'config'),
		XDG_STATE_HOME: join(folder, 'state'),
	};
	const binaries = await fetchEtcd('3.5');
	const node = (script: string, args: readonly string[]): Command => ({
		file: process.execPath,
		args: [script, ...args],
		env,
	});
	let building: Promise<unknown> | null = null;
	return {
		binaries,
		etcdtop: (...args) => node(join(program, 'etcdtop.js'), args),
		etcdctl(...args) {
			if (binaries.etcdctl === null) throw new Error(`no etcdctl beside ${binaries.etcd}: it is the yardstick`);
			return { file: binaries.etcdctl, args, env };
		},
		async fixture(name, ...args) {
			const out = join(folder, 'fixtures');
			const entry = join(import.meta.dirname, 'fixtures/main.ts');
			const build = ['scripts/build.ts', '--entry', entry, '--out', out];
			building ??= promisify(execFile)(process.execPath, build, { cwd: root });
			await building;
			return node(join(out, 'etcdtop.js'), [name, ...args]);
		},
		async withCluster(members, use) {
			const cluster = await startCluster({ binaries, members, fast: true });
			try {
				await cluster.waitHealthy({ timeoutSeconds: 60 });
				return await use(cluster);
			} finally {
				await cluster.stop();
			}
		},
		close: remove,
	};
}
