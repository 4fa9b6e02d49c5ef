import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LocalMember } from '../../source/demo/cluster.ts';
import { startLoad } from '../../source/demo/load.ts';
import { metric, releaseLines, until } from '../demo/real-etcd.ts';
import { observe } from '../support/observer.ts';
import { etcdctl } from '../support/programs.ts';
import { needSlowDisk, slowDisk } from '../support/slow-disk.ts';
import { roles, sharedCluster } from './shared-cluster.ts';
import { warningsOf } from './warnings.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Syncs that took longer than an election; each counts when it ends. */
async function stallsOf({ metricsUrl }: LocalMember): Promise<number> {
	const family = 'etcd_disk_wal_fsync_duration_seconds';
	return (await metric(metricsUrl, `${family}_count`)) - (await metric(metricsUrl, `${family}_bucket{le="1.024"}`));
}

describe.each(releaseLines)('the disk of a leader of etcd %s', line => {
	const cluster = sharedCluster(line, { fast: false });

	it('is named when it stalls and the leader changes by it again and again, though its other syncs are quick', async ({
		skip,
	}) => {
		await needSlowDisk(skip);
		const { leader } = await roles(cluster());
		const load = await startLoad({ endpoints: cluster().endpoints, writesPerSecond: 30 });
		onTestFinished(() => load.stop());
		const observer = observe(cluster().endpoints);
		onTestFinished(() => observer.stop());
		const idOf = (name: string) => observer.now().snapshot.members.find(member => member.name === name)?.id;
		const leads = () => observer.now().snapshot.leader?.id ?? null;
		await until(() => leads() !== null && leads() === idOf(leader.name));

		for (let time = 0; time < 2; time++) {
			const before = await stallsOf(leader);
			const mend = await slowDisk({ pid: leader.pid!, delaySeconds: 2.5 });
			onTestFinished(mend);
			await until(() => leads() !== null && leads() !== idOf(leader.name));
			await until(async () => (await stallsOf(leader)) > before);
			await mend();
			await cluster().waitHealthy();
			// Refused for as long as it has not caught up.
			const next = await cluster().waitLeader();
			const move = etcdctl(cluster().binaries, next.clientUrl);
			await until(() => move('move-leader', idOf(leader.name)!).catch(() => null), { everyMs: 300 });
			await until(() => leads() === idOf(leader.name));
		}
		// The last stall is known by the next scrape.
		const judgement = await observer.see(found => {
			const [first, ...others] = warningsOf(found);
			return others.length === 0 && first?.title.includes('disk stalls') === true;
		});
		expect(warningsOf(judgement)).toMatchObject([
			{
				rule: 'leader-changes',
				member: idOf(leader.name),
				title: `the leader changes often: ${leader.name}’s disk stalls`,
				evidence: expect.stringMatching(/lost the lead (once|2 times) while a disk sync took over a second/),
				remedy: { operation: 'move-leader' },
			},
		]);
	});

	it('is told after half a minute where every sync takes long, also while the leader leaves its Status unanswered', async ({
		skip,
	}) => {
		await needSlowDisk(skip);
		const { leader } = await roles(cluster());
		const load = await startLoad({ endpoints: cluster().endpoints, writesPerSecond: 30 });
		onTestFinished(() => load.stop());
		const mend = await slowDisk({ pid: leader.pid!, delaySeconds: 0.8 });
		onTestFinished(mend);
		const observer = observe(cluster().endpoints);
		onTestFinished(() => observer.stop());
		const judgement = await observer.see(found => warningsOf(found).some(({ rule }) => rule === 'fsync-slow'));
		const id = judgement.snapshot.members.find(({ name }) => name === leader.name)?.id;
		const [first, ...others] = warningsOf(judgement);
		expect(first).toMatchObject({
			rule: 'fsync-slow',
			severity: 'critical',
			member: id,
			evidence: expect.stringMatching(/^median .* over half a minute/),
		});
		expect(others.every(({ rule, member }) => rule === 'member-frozen' && member === id)).toBe(true);
	});
});
