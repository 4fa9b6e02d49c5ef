import { describe, expect, it } from 'vitest';
import { histogramFamilies } from '../../source/cluster/metric-names.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { bucketsOf, memberOf, story } from '../cluster/story.ts';
import { findings, healthy, severity, three } from './judged.ts';
import { type Talk, talking } from './talking.ts';

const rules = [
	'quorum-lost',
	'quorum-at-risk',
	'no-leader',
	'no-spare-voter',
	'leaders-disagree',
	'member-without-leader',
];

describe('a healthy cluster, and one of which nothing is known yet', () => {
	it.each(rules)('has no %s', rule => {
		expect(findings(healthy(), 0, rule)).toEqual([]);
		const unasked = story();
		expect(findings(unasked, 0, rule)).toEqual([]);
		unasked.list(0, three);
		expect(findings(unasked, 0, rule)).toEqual([]);
	});
});

describe('quorum-lost', () => {
	it('fires when a majority is gone and the rest knows of no leader', () => {
		const told = healthy();
		told.fail(1000, '2');
		told.fail(1000, '3', 'timeout');
		told.answer(1000, '1', { leaderId: null });
		expect(findings(told, 1000, 'quorum-lost')).toMatchObject([
			{ severity: 'critical', evidence: '1 of 3 voters answer, 2 are needed; missing: m2 and m3' },
		]);
		expect(findings(told, 1000, 'no-leader')).toEqual([]);
	});

	it('leaves it open while the one that answers still has a leader: the way from here may be at fault', () => {
		const told = healthy();
		told.fail(1000, '2');
		told.fail(1000, '1');
		told.answer(1000, '3');
		expect(findings(told, 1000, 'quorum-lost')).toEqual([]);
		expect(findings(told, 1000, 'quorum-at-risk')).toMatchObject([
			{ severity: 'warning', title: 'only 1 of 3 voters can be read' },
		]);
	});

	it('knows nothing where nobody answers', () => {
		const told = healthy();
		for (const { id } of three) told.fail(1000, id);
		expect(findings(told, 1000, 'quorum-lost')).toEqual([]);
	});
});

describe('quorum-at-risk', () => {
	it('fires when the next loss stops writes', () => {
		const told = healthy();
		told.fail(1000, '3');
		expect(findings(told, 1000, 'quorum-at-risk')).toMatchObject([{ severity: 'warning', title: 'no voter to spare' }]);
	});

	it('counts a voter that is cut off from the leader as missing, although it answers', () => {
		const five = healthy(0, [...three, memberOf('4'), memberOf('5')]);
		for (const second of [1, 7]) {
			for (const id of ['1', '2', '3']) five.answer(second * 1000, id);
			five.fail(second * 1000, '5');
			five.answer(second * 1000, '4', { leaderId: null });
		}
		expect(snapshotAt(five.history, 7000)).toMatchObject({ reachableVoters: 3, canLose: 0 });
		expect(findings(five, 7000, 'quorum-at-risk')).toMatchObject([
			{ severity: 'warning', evidence: '3 of 5 voters serve, 3 are needed; missing: m4 for 6s and m5 for 6s' },
		]);
		// An election is over in less.
		expect(findings(five, 1000, 'quorum-at-risk')).toEqual([]);
	});

	it('does not wait for an election where the first reading finds a voter without a leader', () => {
		const told = story();
		told.list(0, three);
		told.answer(0, '1');
		told.answer(0, '2');
		told.answer(0, '3', { leaderId: null });
		expect(severity(told, 0, 'quorum-at-risk')).toBe('warning');
	});

	it('says since when who is missing, and who is weak among the rest', () => {
		const told = healthy();
		told.fail(1000, '3');
		told.answer(61_000, '1', { raftIndex: 9000n });
		told.answer(61_000, '2', { raftIndex: 7000n });
		const [finding] = findings(told, 61_000, 'quorum-at-risk');
		expect(finding!.evidence).toBe('2 of 3 voters serve, 2 are needed; missing: m3 for 1m 00s');
		expect(finding!.reasoning).toEqual(['m2 is weak: it is 2,000 entries behind.']);
	});

	it('counts a voter that the leader does not hear as missing, however well it looks', () => {
		const told = talking({ lost: { '1<3': 5 } });
		expect(snapshotAt(told.history, 20_000)).toMatchObject({ reachableVoters: 3, canLose: 1 });
		expect(findings(told, 20_000, 'quorum-at-risk')).toMatchObject([
			{ severity: 'warning', evidence: '2 of 3 voters serve, 2 are needed; missing: m3' },
		]);
		const five = talking({ members: 5, lost: { '1<3': 5 } });
		expect(findings(five, 20_000, 'quorum-at-risk')).toEqual([]);
	});

	it('counts a voter that only waits for its disk, as long as the leader hears it', () => {
		const slow: Talk = {
			seconds: 40,
			statusOf: (id, second) => (id === '3' && second > 38 ? null : {}),
			samplesOf: (id, second) =>
				bucketsOf(histogramFamilies.fsync, { '0.001': id === '3' ? 0 : second, '1.024': id === '3' ? second : 0 }),
		};
		const told = talking(slow);
		expect(findings(told, 40_000, 'fsync-slow')).toMatchObject([{ severity: 'critical', member: '3' }]);
		expect(findings(told, 40_000, 'quorum-at-risk')).toEqual([]);
		for (const lost of [{ '1<3': 30 }, { '1<3': 30, '3<1': 30 }] as Talk['lost'][])
			expect(severity(talking({ ...slow, lost }), 40_000, 'quorum-at-risk')).toBe('warning');
		const quick = talking({
			...slow,
			samplesOf: (_, second) => bucketsOf(histogramFamilies.fsync, { '0.001': second }),
		});
		expect(severity(quick, 40_000, 'quorum-at-risk')).toBe('warning');
	});

	it('is silent where nobody tells who the voters are', () => {
		const told = story();
		told.answer(0, 'http://1:2379', { memberId: '1' });
		expect(findings(told, 0, 'quorum-at-risk')).toEqual([]);
	});

	it('is silent where one of five is gone, or a learner', () => {
		const five = healthy(0, [...three, memberOf('4'), memberOf('5')]);
		five.fail(1000, '5');
		expect(findings(five, 1000, 'quorum-at-risk')).toEqual([]);
		const learner = healthy(0, [...three, memberOf('4', { isLearner: true })]);
		learner.fail(1000, '4');
		expect(findings(learner, 1000, 'quorum-at-risk')).toEqual([]);
	});

	it('leaves small clusters to no-spare-voter', () => {
		for (const [members, title] of [
			[three.slice(0, 1), 'a single voter'],
			[three.slice(0, 2), 'two voters'],
		] as const) {
			const told = healthy(0, [...members]);
			expect(findings(told, 0, 'quorum-at-risk')).toEqual([]);
			expect(findings(told, 0, 'no-spare-voter')).toMatchObject([{ severity: 'info', title }]);
		}
	});
});

describe('no-leader', () => {
	it('is an election first, and critical when it does not end', () => {
		const told = healthy();
		for (let second = 1; second <= 10; second++)
			for (const { id } of three) told.answer(second * 1000, id, { leaderId: null, raftTerm: 6n });
		expect(findings(told, 2000, 'no-leader')).toMatchObject([{ severity: 'warning', title: 'electing a leader' }]);
		expect(findings(told, 10_000, 'no-leader')).toMatchObject([{ severity: 'critical', title: 'no leader' }]);
	});

	it('says which ways between the voters are silent', () => {
		const told = talking({
			seconds: 40,
			campaigns: ['1', '2', '3'],
			lost: { '1<2': 5, '1<3': 5, '2<1': 5, '3<1': 5, '2<3': 5, '3<2': 5 },
			statusOf: (_, second) => (second >= 6 ? { leaderId: null } : {}),
		});
		expect(findings(told, 40_000, 'no-leader')).toMatchObject([
			{ severity: 'critical', reasoning: [expect.stringMatching(/^6 of 6 ways between the voters are silent/)] },
		]);
		const hearing = talking({
			seconds: 40,
			campaigns: ['1', '2', '3'],
			statusOf: (_, second) => (second >= 6 ? { leaderId: null } : {}),
		});
		expect(findings(hearing, 40_000, 'no-leader')[0]!.reasoning).toEqual([
			'The voters hear each other: it is not the network.',
		]);
	});

	it('is critical at once where the first reading finds none', () => {
		const told = story();
		told.list(0, three);
		for (const { id } of three) told.answer(0, id, { leaderId: null });
		expect(severity(told, 0, 'no-leader')).toBe('critical');
	});
});

describe('member-without-leader', () => {
	it('names the member that is cut off, after a while', () => {
		const told = healthy();
		for (const second of [1, 12]) {
			told.answer(second * 1000, '1');
			told.answer(second * 1000, '2');
			told.answer(second * 1000, '3', { leaderId: null, raftTerm: 9n });
		}
		expect(findings(told, 2000, 'member-without-leader')).toEqual([]);
		expect(findings(told, 12_000, 'member-without-leader')).toMatchObject([{ severity: 'warning', member: '3' }]);
		expect(findings(told, 12_000, 'no-leader')).toEqual([]);
	});
});

describe('leaders-disagree', () => {
	it('fires when members keep following different leaders', () => {
		const told = healthy();
		for (let second = 1; second <= 10; second++) {
			told.answer(second * 1000, '1');
			told.answer(second * 1000, '2', { leaderId: '2', raftTerm: 6n });
			told.answer(second * 1000, '3', { leaderId: '2', raftTerm: 6n });
		}
		expect(findings(told, 3000, 'leaders-disagree')).toEqual([]);
		expect(findings(told, 10_000, 'leaders-disagree')).toMatchObject([
			{ severity: 'warning', evidence: 'm1 follows m1, m2 follows m2, m3 follows m2' },
		]);
	});
});

describe('leader-changes', () => {
	it('fires at four changes in a quarter of an hour, and not at three', () => {
		const told = healthy();
		const change = (minute: number) => {
			for (const { id } of three)
				told.answer(minute * 60_000, id, { leaderId: `${(minute % 2) + 1}`, raftTerm: BigInt(10 + minute) });
		};
		for (const minute of [1, 2, 3]) change(minute);
		expect(findings(told, 180_000, 'leader-changes')).toEqual([]);
		change(4);
		expect(findings(told, 240_000, 'leader-changes')).toMatchObject([{ severity: 'warning', member: null }]);
		change(18);
		expect(findings(told, 18 * 60_000, 'leader-changes')).toEqual([]);
	});
});
