import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ReleaseLine } from '../../source/demo/binaries.ts';
import { type ClusterOptions, type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import { realEtcd } from '../demo/real-etcd.ts';

/** For tests in which nobody dies: a leader that a busy machine keeps waiting is not replaced. */
export const steadyLeader = ['--election-timeout=5000'];

/**
 * One cluster for all tests of a describe block, whole again after each of them unless `mends` is false. Starting it is
 * what costs.
 */
export function sharedCluster(
	line: ReleaseLine,
	{ mends = true, ...options }: Omit<ClusterOptions, 'binaries'> & { readonly mends?: boolean } = {},
): () => LocalCluster {
	let cluster: LocalCluster | null = null;
	beforeAll(async () => {
		cluster = await startCluster({ binaries: await realEtcd(line), fast: true, ...options });
	});
	afterEach(async () => {
		if (!mends) return;
		const broken = cluster?.members.filter(({ state }) => state !== 'running') ?? [];
		if (broken.length === 0) return;
		await Promise.all(broken.map(member => (member.state === 'frozen' ? member.thaw() : member.start())));
		await cluster?.waitHealthy();
	});
	afterAll(() => cluster?.stop());
	return () => {
		if (cluster === null) throw new Error('the cluster is there once a test runs');
		return cluster;
	};
}

/** A leader and the others, when all of them agree on who it is. */
export async function roles(cluster: LocalCluster) {
	await cluster.waitHealthy();
	const leader = await cluster.waitLeader();
	const [first, ...rest] = cluster.members.filter(member => member !== leader);
	if (first === undefined) throw new Error('a cluster of one has no follower');
	return { leader, follower: first, others: rest };
}
