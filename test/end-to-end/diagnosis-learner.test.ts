import { expect, it, vi } from 'vitest';
import { startCluster } from '../../source/demo/cluster.ts';
import { startLoad } from '../../source/demo/load.ts';
import { realEtcd, releaseLines, until } from '../demo/real-etcd.ts';
import { addLearner } from '../support/learner.ts';
import { observe } from '../support/observer.ts';
import { steadyLeader } from './shared-cluster.ts';
import { warningsOf } from './warnings.ts';

// A minute of the history each to see that the learner comes no nearer, and that it keeps up.
vi.setConfig({ testTimeout: 300_000 });

/** Written while it is away: more than etcd keeps for those who are behind (5000 entries), so that a snapshot is due. */
const missedEntries = 7000;
const extraArguments = ['--snapshot-count=500', ...steadyLeader];

it.concurrent.for(releaseLines)(
	'a learner of etcd %s that gets no snapshot is stuck, and ready once it has caught up',
	async (line, { onTestFinished }) => {
		const cluster = await startCluster({ binaries: await realEtcd(line), fast: true, extraArguments });
		onTestFinished(() => cluster.stop());
		const load = await startLoad({ endpoints: cluster.endpoints, writesPerSecond: 20 });
		onTestFinished(() => load.stop());
		const { member, door, stop } = await addLearner(cluster, extraArguments);
		onTestFinished(stop);
		const observer = observe(cluster.endpoints, { pace: 4 });
		onTestFinished(() => observer.stop());
		const learner = () => observer.now().snapshot.members.find(({ name }) => name === member.name);
		await until(() => learner()?.state.kind === 'serving' && (learner()?.lagEntries ?? 1000n) < 100n);

		await member.freeze();
		door.setMode('cut');
		const before = load.stats.written;
		load.setFlood(3000);
		await until(() => load.stats.written - before > missedEntries);
		load.setFlood(0);
		await member.thaw();

		const stuck = await observer.see(judgement => warningsOf(judgement).some(({ rule }) => rule === 'learner-stuck'));
		expect(warningsOf(stuck)).toMatchObject([
			{ rule: 'peer-disconnected', member: learner()!.id, title: `m1, m2 and m3 cannot connect to ${member.name}` },
			{
				rule: 'learner-stuck',
				member: learner()!.id,
				title: `learner ${member.name} does not catch up`,
				evidence: expect.stringMatching(/entries behind, .* a minute ago; [\d,]+ snapshots for it failed/),
				reasoning: [expect.stringContaining('only a snapshot can help'), expect.stringContaining('peer port')],
			},
		]);

		door.setMode('pass');
		const ready = await observer.see(({ findings }) => findings.some(({ rule }) => rule === 'learner-ready'));
		expect(warningsOf(ready)).toEqual([]);
		expect(ready.findings).toContainEqual(
			expect.objectContaining({
				rule: 'learner-ready',
				severity: 'info',
				member: learner()!.id,
				remedy: { operation: 'member-promote', member: learner()!.id },
			}),
		);
		const told = new Set(observer.seen.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule));
		expect(['learner-stuck', 'member-frozen', 'peer-disconnected']).toEqual(expect.arrayContaining([...told]));
	},
);
