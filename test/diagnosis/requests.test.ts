import { describe, expect, it } from 'vitest';
import { histogramFamilies } from '../../source/cluster/metric-names.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { bucketsOf } from '../cluster/story.ts';
import { findings, healthy, severity } from './judged.ts';
import { type Talk, talking } from './talking.ts';

const seconds = 130;
const at = seconds * 1000;
const proposals = 'etcd_server_proposals_committed_total';

/** Samples of one member over time. */
const counting =
	(member: string, samples: Readonly<Record<string, (second: number) => number>>): Talk['samplesOf'] =>
	(id, second) =>
		id === member ? Object.entries(samples).map(([name, value]) => [name, value(second)] as const) : [];

const told = (samplesOf: Talk['samplesOf'], patch: Talk = {}) => talking({ seconds, samplesOf, ...patch });

describe.each([
	['slow-applies', 'etcd_server_slow_apply_total', 'm2 carries requests out slowly'],
	['proposals-failing', 'etcd_server_proposals_failed_total', 'm2: writes fail'],
	['slow-reads', 'etcd_server_slow_read_indexes_total', 'm2: reads are slow'],
	['slow-reads', 'etcd_server_read_indexes_failed_total', 'm2: reads fail'],
])('%s by %s', (rule, metric, title) => {
	it('fires where it rises for two minutes', () => {
		const found = findings(told(counting('2', { [metric]: second => 2 * second })), at, rule);
		expect(found).toMatchObject([{ severity: 'warning', member: '2', title }]);
		expect(found[0]!.evidence).toContain('2/s');
	});

	it('is silent about a bad moment, too early, and without the metric', () => {
		expect(findings(told(counting('2', { [metric]: second => (second > 120 ? 900 : 0) })), at, rule)).toEqual([]);
		const early = talking({ seconds: 60, samplesOf: counting('2', { [metric]: second => second }) });
		expect(findings(early, 60_000, rule)).toEqual([]);
		expect(
			findings(
				told(() => []),
				at,
				rule,
			),
		).toEqual([]);
		expect(findings(healthy(), 0, rule)).toEqual([]);
	});

	it('is silent where there is no leader, or the member has none: that is told', () => {
		const rises = counting('2', { [metric]: second => 2 * second });
		expect(findings(told(rises, { statusOf: () => ({ leaderId: null }) }), at, rule)).toEqual([]);
		const alone = told(rises, { statusOf: id => (id === '2' ? { leaderId: null } : {}) });
		expect(findings(alone, at, rule)).toEqual([]);
	});

	it('is silent about a member that has come back to its leader meanwhile: what failed before is still counted', () => {
		const rises = counting('2', { [metric]: second => 2 * second });
		const isTold = rule !== 'slow-applies';
		const back = told(rises, { statusOf: (id, second) => (id === '2' && second < 90 ? { leaderId: null } : {}) });
		expect(findings(back, at, rule)).toHaveLength(isTold ? 0 : 1);
	});
});

describe('writes and reads at an election', () => {
	it('are not told beside it', () => {
		const changing: Talk['statusOf'] = (_, second) =>
			second >= 60 ? { leaderId: '2', raftTerm: 6n } : { leaderId: '1', raftTerm: 5n };
		const samplesOf = counting('3', {
			etcd_server_proposals_failed_total: second => second,
			etcd_server_slow_read_indexes_total: second => second,
		});
		expect(diagnose(told(samplesOf, { statusOf: changing, campaigns: ['2', '3'] }).history, at)).toEqual([]);
	});
});

describe('what a member fails that the leader does not hear', () => {
	it('is not told beside that', () => {
		const samplesOf = counting('3', {
			etcd_server_proposals_failed_total: second => second,
			etcd_server_slow_read_indexes_total: second => second,
		});
		const rules = (patch: Talk) => diagnose(told(samplesOf, patch).history, at).map(({ rule }) => rule);
		expect(rules({})).toEqual(['proposals-failing', 'slow-reads']);
		expect(rules({ lost: { '1<3': 5 } })).toEqual(['one-way-partition', 'quorum-at-risk']);
		// Heard again: what it failed meanwhile is still among what its counters tell.
		expect(rules({ lost: { '1<3': 20 }, healed: 70 })).toEqual([]);
		expect(rules({ lost: { '1<3': 20 }, healed: 22 })).toEqual(['proposals-failing', 'slow-reads']);
	});
});

describe('what follows from a slow disk', () => {
	it('is not told beside it', () => {
		const samplesOf: Talk['samplesOf'] = (id, second) =>
			id !== '2'
				? []
				: [
						['etcd_server_proposals_failed_total', second],
						['etcd_server_slow_apply_total', second],
						...bucketsOf(histogramFamilies.fsync, { '0.128': 0, '0.256': second, '+Inf': 0 }),
					];
		const slow = talking({ seconds: 180, samplesOf });
		expect(diagnose(slow.history, 180_000).map(({ rule }) => rule)).toEqual(['fsync-slow']);
	});
});

describe('slow-applies', () => {
	it('is information below one a second, and says whether it is the disk', () => {
		const samplesOf: Talk['samplesOf'] = (id, second) =>
			id !== '2'
				? []
				: [
						['etcd_server_slow_apply_total', Math.floor(second / 4)],
						['etcd_mvcc_range_total', 300 * second],
						['etcd_mvcc_put_total', 20 * second],
						...bucketsOf(histogramFamilies.commit, { '0.004': 10 * second, '+Inf': 0 }),
					];
		const [finding] = findings(told(samplesOf), at, 'slow-applies');
		expect(finding).toMatchObject({
			severity: 'info',
			evidence: expect.stringContaining('300/s reads and 20/s puts'),
			reasoning: [expect.stringContaining('not the disk')],
		});
	});
});

describe('proposals-pending', () => {
	const pending = 'etcd_server_proposals_pending';

	it('fires where very many wait for half a minute', () => {
		const many = counting('2', { [pending]: () => 1500, [proposals]: second => 100 * second });
		expect(findings(told(many), at, 'proposals-pending')).toMatchObject([
			{ severity: 'warning', member: '2', title: 'm2: writes queue up', evidence: expect.stringContaining('1,500') },
		]);
	});

	it('fires where a few wait and nothing is committed', () => {
		const stuck = counting('2', { [pending]: () => 3, [proposals]: () => 77 });
		expect(findings(told(stuck), at, 'proposals-pending')).toMatchObject([{ title: 'm2: writes are stuck' }]);
	});

	it('is silent about those of a busy moment, without metrics, and without a leader', () => {
		const busy = counting('2', { [pending]: () => 300, [proposals]: second => 100 * second });
		expect(findings(told(busy), at, 'proposals-pending')).toEqual([]);
		const brief = counting('2', { [pending]: second => (second < 110 ? 0 : 3), [proposals]: () => 77 });
		expect(findings(told(brief), at, 'proposals-pending')).toEqual([]);
		expect(findings(healthy(), 0, 'proposals-pending')).toEqual([]);
		const stuck = counting('2', { [pending]: () => 3, [proposals]: () => 77 });
		expect(findings(told(stuck, { statusOf: () => ({ leaderId: null }) }), at, 'proposals-pending')).toEqual([]);
	});
});

describe('apply-lag', () => {
	const lagging = (entries: bigint, samplesOf?: Talk['samplesOf']) =>
		talking({
			seconds: 70,
			statusOf: id => ({ raftIndex: 9000n, raftAppliedIndex: id === '2' ? 9000n - entries : 9000n }),
			...(samplesOf === undefined ? {} : { samplesOf }),
		});

	it('says that requests are refused where they are', () => {
		expect(findings(lagging(6000n), 70_000, 'apply-lag')).toMatchObject([
			{ severity: 'critical', title: 'm2 refuses requests: it applies too slowly', reasoning: [] },
		]);
		expect(severity(lagging(2000n), 70_000, 'apply-lag')).toBe('warning');
	});

	it('tells heavy requests from many, and the disk from both', () => {
		const heavy = lagging(2000n, (id, second) =>
			id !== '2'
				? []
				: [
						['etcd_server_slow_apply_total', second],
						...bucketsOf(histogramFamilies.commit, { '0.256': 10 * second, '+Inf': 0 }),
					],
		);
		expect(findings(heavy, 70_000, 'apply-lag')[0]!.reasoning).toEqual([
			expect.stringContaining('waits for the disk'),
			expect.stringContaining('heavy ones hold the others up'),
		]);
	});
});

describe('learners', () => {
	const learner = (lagAt: (second: number) => bigint, patch: Talk = {}) =>
		talking({
			members: 4,
			learners: ['4'],
			seconds,
			statusOf: (id, second) => {
				const leaders = 100_000n + 100n * BigInt(second);
				const index = id === '4' ? leaders - lagAt(second) : leaders;
				return { raftIndex: index, raftAppliedIndex: index };
			},
			...patch,
		});

	it('are stuck where they do not come nearer', () => {
		expect(
			findings(
				learner(second => 5000n + BigInt(second)),
				at,
				'learner-stuck',
			),
		).toMatchObject([
			{
				severity: 'warning',
				member: '4',
				title: 'learner m4 does not catch up',
				evidence:
					'5,130 entries behind, 5,070 a minute ago; it has 95% of the leader’s log, etcd promotes from 90 % on',
			},
		]);
	});

	it('are stuck where no snapshot gets through, also while the next one is tried', () => {
		const samples = {
			'etcd_network_snapshot_send_failures{To="4"}': (second: number) => 10 * second,
			'etcd_network_snapshot_send_inflights_total{To="4"}': () => 1,
		};
		expect(
			findings(
				learner(() => 5000n, { samplesOf: counting('1', samples) }),
				at,
				'learner-stuck',
			),
		).toMatchObject([
			{
				evidence: expect.stringContaining('; 600 snapshots for it failed in the last minute; '),
				advice: expect.stringContaining('m1 reaches its peer port'),
				reasoning: [
					expect.stringContaining('only a snapshot can help'),
					expect.stringContaining('Heartbeats reach it'),
				],
			},
		]);
	});

	it('are told from their disks', () => {
		const syncs =
			(le: string): Talk['samplesOf'] =>
			(id, second) =>
				id === '4' ? bucketsOf(histogramFamilies.fsync, { '0.001': 0, '0.256': 0, '+Inf': 0, [le]: 5 * second }) : [];
		const stuck = (le: string) =>
			findings(
				learner(() => 5000n, { samplesOf: syncs(le) }),
				at,
				'learner-stuck',
			)[0]!;
		expect(stuck('0.256').reasoning).toContainEqual(expect.stringContaining('it waits for its disk'));
		expect(stuck('0.256').advice).toMatch(/^give it a faster disk/);
		expect(stuck('0.001').reasoning).toContainEqual(expect.stringContaining('it is not its disk'));
		const blind = findings(
			learner(() => 5000n, { withoutMetrics: ['1', '2', '3', '4'] }),
			at,
			'learner-stuck',
		);
		expect(blind).toMatchObject([{ reasoning: ['Over 60 s it came no nearer.'] }]);
	});

	it('are neither stuck nor ready in the minute after they were away', () => {
		for (const lag of [5000n, 3n])
			for (const rule of ['learner-stuck', 'learner-ready']) {
				const away: Talk['statusOf'] = (id, second) => {
					const index = id === '4' && second > 40 ? 100_000n - lag : 100_000n;
					return id === '4' && second > 60 && second < 90 ? null : { raftIndex: index, raftAppliedIndex: index };
				};
				expect(
					findings(
						learner(() => 0n, { statusOf: away }),
						at,
						rule,
					),
				).toEqual([]);
			}
	});

	it('are not stuck while they catch up, get a snapshot, or were not seen for long enough', () => {
		expect(
			findings(
				learner(second => 50_000n - 200n * BigInt(second)),
				at,
				'learner-stuck',
			),
		).toEqual([]);
		const sending = counting('1', { 'etcd_network_snapshot_send_inflights_total{To="4"}': () => 1 });
		expect(
			findings(
				learner(() => 5000n, { samplesOf: sending! }),
				at,
				'learner-stuck',
			),
		).toEqual([]);
		expect(
			findings(
				learner(() => 5000n, { seconds: 30 }),
				30_000,
				'learner-stuck',
			),
		).toEqual([]);
		expect(findings(healthy(), 0, 'learner-stuck')).toEqual([]);
	});

	it('are ready where they have kept up for a minute', () => {
		expect(
			findings(
				learner(() => 3n),
				at,
				'learner-ready',
			),
		).toMatchObject([{ severity: 'info', member: '4', remedy: { operation: 'member-promote', member: '4' } }]);
		expect(
			findings(
				learner(() => 3n),
				at,
				'learner-stuck',
			),
		).toEqual([]);
		expect(
			findings(
				learner(second => (second > 100 ? 3n : 9000n)),
				at,
				'learner-ready',
			),
		).toEqual([]);
		expect(
			findings(
				learner(() => 3n, { seconds: 30 }),
				30_000,
				'learner-ready',
			),
		).toEqual([]);
		expect(findings(healthy(), 0, 'learner-ready')).toEqual([]);
	});

	it('that are cut off are told as such', () => {
		const mute = learner(() => 5000n, { lost: { '1<4': 5 } });
		expect(diagnose(mute.history, at).map(({ rule }) => rule)).toEqual(['one-way-partition']);
	});
});
