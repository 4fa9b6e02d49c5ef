import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import { type Load, startLoad } from '../../source/demo/load.ts';
import { metric, realEtcd, releaseLines, until } from './real-etcd.ts';
import { readEnvelope } from './wire-reader.ts';

let cluster: LocalCluster | null = null;
let load: Load | null = null;
afterEach(async () => {
	await load?.stop();
	await cluster?.stop();
	load = null;
	cluster = null;
});

async function etcdctl(...words: readonly string[]): Promise<string> {
	const { binaries, endpoints } = cluster!;
	const { stdout } = await promisify(execFile)(binaries.etcdctl!, [`--endpoints=${endpoints[0]}`, ...words], {
		env: { ETCDCTL_API: '3' },
		maxBuffer: 2 ** 26,
	});
	return stdout;
}
const keys = async (prefix: string) =>
	(await etcdctl('get', '--keys-only', '--prefix', prefix)).split('\n').filter(line => line !== '');

describe.each(releaseLines)('load on etcd %s', line => {
	const start = async (options: Partial<Parameters<typeof startLoad>[0]> = {}, members = 1) => {
		cluster = await startCluster({ binaries: await realEtcd(line), members, fast: true });
		load = await startLoad({ endpoints: cluster.endpoints, ...options });
		return { cluster, load };
	};

	it('puts hundreds of objects there at once, as etcd holds them', async () => {
		await start({ writesPerSecond: 0 });
		expect((await keys('/registry/')).length).toBeGreaterThan(200);
		const found = JSON.parse(await etcdctl('get', '--prefix', '/registry/pods/', '--limit=1', '-w', 'json')).kvs[0];
		const { kind, meta } = readEnvelope(Buffer.from(found.value, 'base64'));
		expect(kind).toBe('Pod');
		expect(Buffer.from(found.key, 'base64').toString()).toContain(String(meta.get(1)));
		expect(load!.stats).toMatchObject({ failed: 0, lastError: null });
	});

	it('goes faster and slower as it is told, and keeps events only for a while', async () => {
		await start({ writesPerSecond: 0, eventTtlSeconds: 2 });
		load!.setRate(400);
		await until(async () => (await keys('/registry/events/')).length > 20);
		load!.setRate(0);
		expect(load!.stats.writesPerSecond).toBe(0);
		await until(async () => (await keys('/registry/events/')).length === 0);
		expect((await keys('/registry/pods/')).length).toBeGreaterThan(20);
		load!.setFlood(400);
		expect(load!.stats.isFlooding).toBe(true);
		await until(async () => (await keys('/registry/configmaps/flood/')).length > 100);
	});

	it('compacts as kube-apiserver does', async () => {
		await start({ writesPerSecond: 50, compactIntervalSeconds: 0.3 });
		const [member] = cluster!.members;
		const compacted = () => metric(member!.metricsUrl, 'etcd_debugging_mvcc_compact_revision');
		const first = await until(async () => (await compacted()) > 0 && compacted());
		const mark = Number((await etcdctl('get', '--print-value-only', 'compact_rev_key')).trim());
		expect(mark).toBeGreaterThanOrEqual(first);
		await until(async () => (await compacted()) > first);
	});

	it('goes on when the leader is killed and another one hangs', async () => {
		await start({ writesPerSecond: 50 }, 5);
		const leader = await cluster!.waitLeader();
		await leader.kill();
		const other = cluster!.members.find(member => member !== leader)!;
		await other.freeze();
		const { written } = load!.stats;
		await until(() => load!.stats.written > written + 100);
		// Two of five are gone, but hardly a call goes to them.
		const before = load!.stats;
		await until(() => load!.stats.written > before.written + 200);
		expect(load!.stats.failed - before.failed).toBeLessThan(40);
	});
});
