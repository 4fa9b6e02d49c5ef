import { describe, expect, it } from 'vitest';
import { startCluster } from '../../source/demo/cluster.ts';
import { riskOf } from '../../source/operations/plan.ts';
import { prepareSpaceRecovery } from '../../source/operations/recover-space.ts';
import { realEtcd, releaseLines } from '../demo/real-etcd.ts';
import { play, realWorld } from '../support/world.ts';
import { etcdctl, fill, put, statuses } from './writing.ts';

const quotaBytes = 24 * 1024 * 1024;

describe.each(releaseLines)('recovering etcd %s from NOSPACE', line => {
	it('makes room on every member and lets the cluster write again', async () => {
		const cluster = await startCluster({ binaries: await realEtcd(line), fast: true, quotaBytes });
		const { world, close } = realWorld(cluster.endpoints);
		try {
			const [url] = cluster.endpoints as [string];
			await fill(url);
			expect(await etcdctl(cluster, ['alarm', 'list'])).toContain('NOSPACE');
			expect(await put(url, 'before', 'x')).toBe(false);
			const prepared = await prepareSpaceRecovery({ operation: 'recover-space' }, world);
			expect(riskOf(prepared.plan)).toBe('careful');
			const { outcome } = await play(prepared, world);
			expect(outcome.kind).toBe('done');
			expect(await etcdctl(cluster, ['alarm', 'list'])).toBe('');
			expect((await statuses(cluster)).map(({ dbSizeBytes }) => dbSizeBytes < quotaBytes / 2)).toEqual([
				true,
				true,
				true,
			]);
			expect(await etcdctl(cluster, ['put', 'after', 'x'])).toBe('OK');
		} finally {
			close();
			await cluster.stop();
		}
	});
});
