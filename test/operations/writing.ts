import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { LocalCluster } from '../../source/demo/cluster.ts';
import { ask } from '../../source/demo/requests.ts';

const run = promisify(execFile);

/** What etcdctl says of this cluster: all members, or those of `endpoints`. Throws where it fails. */
export async function etcdctl(
	cluster: LocalCluster,
	words: readonly string[],
	endpoints: readonly string[] = cluster.endpoints,
): Promise<string> {
	const { stdout } = await run(cluster.binaries.etcdctl!, [`--endpoints=${endpoints.join(',')}`, ...words], {
		env: { ...process.env, ETCDCTL_API: '3' } as NodeJS.ProcessEnv,
	});
	return stdout.trim();
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Asks etcd's JSON gateway; answers its status and what it said. */
export const gateway = (url: string, path: string, body: unknown) =>
	ask({ url: `${url}/v3/${path}`, timeoutMs: 15_000, body });

/** Writes one key; false where etcd has no more space. */
export async function put(url: string, key: string, value: string | Buffer): Promise<boolean> {
	const bytes = typeof value === 'string' ? base64(value) : value.toString('base64');
	const { status, text } = await gateway(url, 'kv/put', { key: base64(key), value: bytes });
	if (status === 200) return true;
	if (text.includes('database space exceeded')) return false;
	throw new Error(`put ${key} at ${url}: ${status} ${text}`);
}

/** What looks random is not made smaller by anything. */
const value = randomBytes(64 * 1024);

/** Writes to `keys` keys in turn, `count` times in all; false, and stops, where the space is used up. */
export async function write(
	url: string,
	{ count, keys = count, bytes = value.length }: { count: number; keys?: number; bytes?: number },
): Promise<boolean> {
	let next = 0;
	let hasSpace = true;
	const worker = async () => {
		while (hasSpace && next < count) {
			next += 1;
			const isWritten = await put(
				url,
				`fill-${next % keys}${bytes === value.length ? '' : `-${bytes}`}`,
				value.subarray(0, bytes),
			);
			hasSpace &&= isWritten;
		}
	};
	await Promise.all(Array.from({ length: 4 }, worker));
	return hasSpace;
}

/**
 * Writes data, not history, until there is no more space even after a compaction and a defragmentation: large values leave
 * pages free, which smaller ones then take.
 */
export async function fillWithData(cluster: LocalCluster): Promise<void> {
	const url = cluster.endpoints[0]!;
	for (const bytes of [64, 4].map(kibibytes => kibibytes * 1024)) {
		if (bytes < value.length) await makeRoom(cluster);
		while (await write(url, { count: 2000, bytes }));
	}
}

/** Some revisions stay, for the compaction that is to be tested. */
async function makeRoom(cluster: LocalCluster): Promise<void> {
	const [status] = await statuses(cluster);
	await etcdctl(cluster, ['compact', '--physical', String(status!.revision - 8)]);
	for (const endpoint of cluster.endpoints) await etcdctl(cluster, ['defrag'], [endpoint]);
	await etcdctl(cluster, ['alarm', 'disarm']);
}

/** Writes the same few keys until NOSPACE is raised. */
export async function fill(url: string): Promise<void> {
	while (await write(url, { count: 64, keys: 16 }));
}

/** Each member's numbers as `etcdctl endpoint status` has them. */
export async function statuses(cluster: LocalCluster): Promise<readonly EndpointStatus[]> {
	const rows = JSON.parse(await etcdctl(cluster, ['endpoint', 'status', '-w', 'json'])) as readonly {
		readonly Endpoint: string;
		readonly Status: {
			readonly dbSize: number;
			readonly dbSizeInUse: number;
			readonly errors?: readonly string[];
			readonly header: { readonly revision: number };
		};
	}[];
	return rows.map(({ Endpoint: endpoint, Status: { dbSize, dbSizeInUse, errors = [], header } }) => ({
		endpoint,
		dbSizeBytes: dbSize,
		dbInUseBytes: dbSizeInUse,
		errors,
		revision: header.revision,
	}));
}

export type EndpointStatus = {
	readonly endpoint: string;
	readonly dbSizeBytes: number;
	readonly dbInUseBytes: number;
	readonly errors: readonly string[];
	readonly revision: number;
};
