import { describe, expect, it, vi } from 'vitest';
import { releaseLines } from '../demo/real-etcd.ts';
import { etcdctl } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';
import { sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

describe.each(releaseLines)('the member list of etcd %s', line => {
	const shared = sharedCluster(line, { members: 1, mends: false });

	it('is followed: a learner comes, becomes a voter, and leaves', async () => {
		const cluster = shared();
		const [first] = cluster.endpoints;
		const ctl = etcdctl(cluster.binaries, first!);
		const run = runInTerminal([`--endpoints=${first}`]);
		const lonely = runInTerminal([`--endpoints=${first}`, '--no-discovery']);
		await run.see('HEALTHY', 'its one member serves', '1/1 members', '1 voter, can lose 0');

		const learner = await cluster.addMember({ learner: true });
		await run.see('2/2 members', '1 voter, ', /m2 +learner .* serving/);

		const { memberId } = await vi.waitFor(
			async () => {
				const lines = (await ctl('member', 'list')).split('\n');
				const memberId = lines.find(text => text.includes(learner.clientUrl))?.split(',')[0];
				if (memberId === undefined) throw new Error(`not in the list: ${lines.join('; ')}`);
				// Refused until it has caught up.
				await ctl('member', 'promote', memberId);
				return { memberId };
			},
			{ timeout: 45_000, interval: 200 },
		);
		await run.see('2 voters, can lose 0', /m2 +follower .* serving/);
		expect(lonely.screen()).toContain('1/1 members');
		expect(lonely.screen()).not.toMatch(/m2 +(?:follower|learner)/);

		await ctl('member', 'remove', memberId);
		await run.see('1/1 members', '1 voter, can lose 0', 'HEALTHY');
		await run.seeGone(/┃ m2/);
	});
});
