import { describe, expect, it } from 'vitest';
import { histogramFamilies } from '../../source/cluster/metric-names.ts';
import { bucketsOf } from '../cluster/story.ts';
import { findings, healthy, three } from './judged.ts';
import { type Talk, talking } from './talking.ts';

/** Every 20 s somebody else leads: m1, m2, m1 and so on. */
const turns: NonNullable<Talk['statusOf']> = (_, second) => {
	const turn = Math.floor(second / 20);
	return { leaderId: turn % 2 === 0 ? '1' : '2', raftTerm: BigInt(5 + turn) };
};

/** Ten syncs a second, in the bucket that ends at the given bound. */
const syncs = (second: number, le: string) =>
	bucketsOf(
		histogramFamilies.fsync,
		Object.fromEntries(['0.001', '0.256', '+Inf'].map(bound => [bound, bound === le ? 10 * second : 0])),
	);

/** Two observations of each peer in 30 s. */
const trips = (id: string, second: number, slow: readonly string[]) => {
	const observed = Math.floor(second / 15);
	return ['1', '2', '3']
		.filter(of => of !== id)
		.flatMap(of =>
			bucketsOf(
				histogramFamilies.peerRtt,
				{
					'0.0008': slow.includes(`${id}>${of}`) ? 0 : observed,
					'0.4096': slow.includes(`${id}>${of}`) ? observed : 0,
					'+Inf': 0,
				},
				`To="${of}",`,
			),
		);
};

type Signs = { readonly slowDisk?: string; readonly late?: string; readonly slowTrips?: readonly string[] };

const signs =
	({ slowDisk, late, slowTrips = [] }: Signs): Talk['samplesOf'] =>
	(id, second) => [
		...syncs(second, id === slowDisk ? '0.256' : '0.001'),
		...trips(id, second, slowTrips),
		['etcd_server_heartbeat_send_failures_total', id === late ? second : 0],
	];

const verdict = (talk: Talk, seconds = 110) =>
	findings(talking({ seconds, statusOf: turns, ...talk }), seconds * 1000, 'leader-changes');

describe('leader-changes', () => {
	it('names the slow disk of the leader, and whom to move the leader to', () => {
		const found = verdict({ samplesOf: signs({ slowDisk: '2', late: '2' }) });
		expect(found).toMatchObject([
			{
				severity: 'warning',
				member: '2',
				title: 'the leader changes often: m2’s disk is slow',
				evidence: expect.stringMatching(
					/^5 changes in the last 15 minutes; m2 sent 110 heartbeats late while it led, .* 253 ms/,
				),
				reasoning: [expect.stringContaining('the one that was late is m2'), expect.stringContaining('not the network')],
				remedy: { operation: 'move-leader', member: expect.stringMatching(/^[13]$/) },
				chart: { kind: 'latency', latency: 'fsync', member: '2' },
			},
		]);
	});

	describe('a disk that is quick but for single syncs of seconds', () => {
		/** Syncs of some seconds, counted when they end. m1 loses the lead at 20, 60 and 100 s, m2 at 40 and 80 s. */
		const stalls =
			(endsOf: Readonly<Record<string, readonly number[]>>): Talk['samplesOf'] =>
			(id, second) =>
				bucketsOf(histogramFamilies.fsync, {
					'0.001': 10 * second,
					'1.024': 0,
					'2.048': 0,
					'4.096': (endsOf[id] ?? []).filter(end => second >= end).length,
					'+Inf': 0,
				});

		it('is named where its leader is replaced meanwhile, though hardly any sync is slow and no heartbeat late', () => {
			expect(verdict({ samplesOf: stalls({ '1': [22, 63, 101] }) })).toMatchObject([
				{
					severity: 'warning',
					member: '1',
					title: 'the leader changes often: m1’s disk stalls',
					evidence: expect.stringMatching(/m1 lost the lead 3 times while a disk sync .* \(the longest 2\.05–4\.1 s\)/),
					reasoning: [expect.stringContaining('sends no heartbeats'), expect.stringContaining('1 ms (p99)')],
					advice: expect.stringMatching(/^keep the leader away from m1; /),
					remedy: null,
				},
			]);
		});

		it('is left while it leads, for one that does not stall', () => {
			const moved = verdict({ samplesOf: stalls({ '1': [22, 63, 101], '3': [70] }) }, 125);
			expect(moved).toMatchObject([
				{ member: '1', remedy: { operation: 'move-leader', member: '2' }, advice: expect.stringMatching(/^move the/) },
			]);
		});

		it('may be more than one', () => {
			expect(verdict({ samplesOf: stalls({ '1': [22, 63], '2': [42] }) })).toMatchObject([
				{ member: null, title: 'the leader changes often: the disks of m1 and m2 stall' },
			]);
		});

		it('is not blamed for what it does not explain, and no disk is called quick then', () => {
			const away: Talk['statusOf'] = (id, second) =>
				id === '1' && second % 40 >= 20 && second % 40 < 23 ? null : turns(id, second);
			const talks = [{ samplesOf: stalls({ '1': [47] }) }, { samplesOf: stalls({ '1': [22] }) }];
			for (const talk of [...talks, { ...talks[1], statusOf: away }])
				expect(verdict(talk)).toMatchObject([
					{
						member: null,
						title: 'the leader changes often',
						evidence: expect.stringContaining('a disk sync of m1 took over a second meanwhile'),
						reasoning: [],
					},
				]);
		});
	});

	it('moves nobody off a disk that does not lead now', () => {
		expect(verdict({ samplesOf: signs({ slowDisk: '1', late: '1' }) })).toMatchObject([
			{ member: '1', remedy: null, advice: expect.stringContaining('keep the leader away from m1') },
		]);
	});

	it('blames the machine where heartbeats are late and the disk is quick', () => {
		expect(verdict({ samplesOf: signs({ late: '2' }) })).toMatchObject([
			{ member: '2', title: 'the leader changes often: m2 is late', remedy: null },
		]);
	});

	it('blames no machine for a few late heartbeats beside many changes', () => {
		const fast: Talk['statusOf'] = (_, second) => {
			const turn = Math.floor(second / 10);
			return { leaderId: turn % 2 === 0 ? '1' : '2', raftTerm: BigInt(5 + turn) };
		};
		const sixLate: Talk['samplesOf'] = (id, second) => [
			...[...signs({})!(id, second)].filter(([name]) => !name.startsWith('etcd_server_heartbeat')),
			['etcd_server_heartbeat_send_failures_total', id === '2' ? Math.min(6, second) : 0],
		];
		expect(verdict({ statusOf: fast, samplesOf: sixLate })).toMatchObject([
			{ member: null, title: 'the leader changes often' },
		]);
		expect(verdict({ samplesOf: sixLate })).toMatchObject([{ title: 'the leader changes often: m2 is late' }]);
	});

	it('blames the network between two members where disks are quick', () => {
		expect(verdict({ samplesOf: signs({ slowTrips: ['1>2', '2>1'] }) })).toMatchObject([
			{
				member: null,
				title: 'the leader changes often: the way m1–m2 is bad',
				reasoning: [expect.stringContaining('it is the network')],
				chart: { latency: 'peerRtt' },
			},
		]);
		const broken: Talk['samplesOf'] = (id, second) => [
			...syncs(second, '0.001'),
			...(id === '2'
				? ([['etcd_network_disconnected_peers_total{Local="2",Remote="3"}', Math.floor(second / 20)]] as const)
				: []),
		];
		expect(verdict({ samplesOf: broken })).toMatchObject([
			{
				title: 'the leader changes often: the way m2–m3 is bad',
				evidence: expect.stringMatching(/m2 lost m3 5 times$/),
			},
		]);
	});

	it('blames leaders that come and go, not the connections that break with them', () => {
		const comesAndGoes: Talk['statusOf'] = (id, second) =>
			id === (Math.floor(second / 20) % 2 === 1 ? '1' : '2') && second >= 20 && second % 20 < 5
				? null
				: turns(id, second);
		expect(verdict({ statusOf: comesAndGoes, samplesOf: signs({}) }, 118)).toMatchObject([
			{
				title: 'the leader changes often: m1 and m2 come and go',
				evidence: expect.stringContaining('m1 led and was away 3 times'),
			},
		]);
	});

	it('blames a leader of before that is cut off now', () => {
		const cut: Talk = { campaigns: ['1', '2', '3'], lost: { '2<1': 100, '1<2': 100 } };
		expect(verdict(cut, 118)).toMatchObject([{ member: '1', title: 'the leader changes often: m1 is cut off' }]);
	});

	it('says that neither stands out where that is so, and nothing where nothing is known', () => {
		expect(verdict({ samplesOf: signs({}) })).toMatchObject([
			{
				member: null,
				title: 'the leader changes often',
				reasoning: [
					expect.stringContaining('it is not a disk'),
					expect.stringContaining('Round trips are at most'),
					expect.stringContaining('moved on purpose'),
				],
				remedy: null,
			},
		]);
		expect(verdict({})).toMatchObject([{ title: 'the leader changes often', reasoning: [] }]);
	});

	it('fires at three changes within two minutes, and lets them go', () => {
		const told = healthy();
		const answerAt = (second: number, term: number) => {
			for (const { id } of three)
				told.answer(second * 1000, id, { leaderId: `${(term % 2) + 1}`, raftTerm: BigInt(term) });
		};
		answerAt(10, 11);
		answerAt(20, 12);
		expect(findings(told, 20_000, 'leader-changes')).toEqual([]);
		answerAt(30, 13);
		expect(findings(told, 30_000, 'leader-changes')).toMatchObject([
			{ evidence: expect.stringMatching(/^3 changes in the last 2 minutes/) },
		]);
		answerAt(200, 13);
		expect(findings(told, 200_000, 'leader-changes')).toEqual([]);
	});
});
