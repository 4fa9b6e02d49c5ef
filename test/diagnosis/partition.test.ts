import { describe, expect, it } from 'vitest';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { type Story, story } from '../cluster/story.ts';
import { findings, healthy } from './judged.ts';
import { type Talk, talking } from './talking.ts';

const rules = (told: Story, atMs: number) => diagnose(told.history, atMs).map(({ rule }) => rule);

/** m3 knows no leader from second 6 on. */
const alone: NonNullable<Talk['statusOf']> = (id, second) => (id === '3' && second >= 6 ? { leaderId: null } : {});

describe('members that talk to each other', () => {
	it('give no finding', () => {
		expect(diagnose(talking().history, 20_000)).toEqual([]);
	});
});

describe('one-way-partition', () => {
	it('says that the leader does not hear a member that looks well', () => {
		const told = talking({ lost: { '1<3': 5 } });
		expect(findings(told, 20_000, 'one-way-partition')).toMatchObject([
			{
				severity: 'warning',
				member: '3',
				title: 'the leader does not hear m3',
				evidence: 'm1 has had nothing from m3 for 15s, while m3 still gets m1’s heartbeats',
				advice: expect.stringContaining('from m3 to m1'),
			},
		]);
		expect(findings(told, 20_000, 'one-way-partition')[0]!.reasoning.join(' ')).toContain('still says 1');
	});

	it('says that a member does not hear the leader, and nothing else of what follows', () => {
		const told = talking({ lost: { '3<1': 5 }, statusOf: alone });
		expect(findings(told, 20_000, 'one-way-partition')).toMatchObject([
			{ member: '3', title: 'm3 does not hear the leader', advice: expect.stringContaining('from m1 to m3') },
		]);
		expect(rules(told, 20_000)).toEqual(['one-way-partition', 'quorum-at-risk']);
	});

	it('is silent for five seconds, and once it is over', () => {
		expect(findings(talking({ lost: { '1<3': 16 } }), 20_000, 'one-way-partition')).toEqual([]);
		const told = talking({ lost: { '1<3': 5 } });
		told.scrape(20_500, '1', [['etcd_network_peer_received_bytes_total{From="3"}', 9999]]);
		expect(findings(told, 20_500, 'one-way-partition')).toEqual([]);
	});

	it('does not hold the silence between two followers against them when one begins to lead', () => {
		const told = talking();
		for (const id of ['1', '2', '3']) told.answer(20_500, id, { leaderId: '2', raftTerm: 6n });
		expect(diagnose(told.history, 20_500)).toEqual([]);
	});

	it('is silent without the metrics of the leader, and believes the Status of a member without metrics', () => {
		expect(findings(talking({ lost: { '1<3': 5 }, withoutMetrics: ['1'] }), 20_000, 'one-way-partition')).toEqual([]);
		expect(findings(talking({ lost: { '1<3': 5 }, withoutMetrics: ['3'] }), 20_000, 'one-way-partition')).toMatchObject(
			[{ title: 'the leader does not hear m3' }],
		);
		expect(findings(healthy(), 0, 'one-way-partition')).toEqual([]);
		expect(findings(story(), 0, 'one-way-partition')).toEqual([]);
	});

	it('is silent where more are away than a leader could spare: the picture is in motion', () => {
		expect(findings(talking({ lost: { '1<3': 5, '1<2': 5 } }), 20_000, 'one-way-partition')).toEqual([]);
	});

	it('tells of a learner too', () => {
		const told = talking({ members: 4, learners: ['4'], lost: { '1<4': 5 } });
		expect(rules(told, 20_000)).toEqual(['one-way-partition']);
	});
});

describe('member-cut-off', () => {
	const both = { '3<1': 5, '1<3': 5 };

	it('tells a silence of over a minute whole where the member has no leader, else that it is at least so long', () => {
		const cut = talking({ seconds: 120, lost: { '3<1': 5, '1<3': 5 }, statusOf: alone });
		expect(findings(cut, 120_000, 'member-cut-off')[0]!.evidence).toContain('for 1m 54s, though');
		const mute = talking({ seconds: 120, lost: { '1<3': 5 } });
		expect(findings(mute, 120_000, 'one-way-partition')[0]!.evidence).toContain('for at least 1m 00s, while');
	});

	it('fires where neither hears the other, and is all that is said of it but what it puts at risk', () => {
		const told = talking({ lost: both, statusOf: alone });
		expect(findings(told, 20_000, 'member-cut-off')).toMatchObject([
			{
				severity: 'warning',
				member: '3',
				title: 'm3 is cut off from its peers',
				evidence: 'm3 and m1, who leads, have had nothing from each other for 14s, though both answer here',
			},
		]);
		expect(rules(told, 20_000)).toEqual(['member-cut-off', 'quorum-at-risk']);
	});

	it('expects an election on the return of a member of 3.4', () => {
		const version = '3.4.30';
		const told = talking({ lost: both, statusOf: (id, second) => ({ version, ...alone(id, second) }) });
		expect(findings(told, 20_000, 'member-cut-off')[0]!.reasoning.join(' ')).toContain('one election on its return');
	});

	it('blames the link where another follower hears its votes', () => {
		const told = talking({ lost: both, statusOf: alone, campaigns: ['3'] });
		expect(findings(told, 20_000, 'member-cut-off')).toMatchObject([
			{ title: 'm3 and the leader do not reach each other', advice: expect.stringContaining('between m3 and m1') },
		]);
	});

	it('leaves it to others where the metrics are missing, and where a member is down', () => {
		const told = talking({ lost: both, statusOf: alone, withoutMetrics: ['1'] });
		expect(rules(told, 20_000)).toEqual(['member-without-leader', 'quorum-at-risk']);
		const down = talking({ lost: both, statusOf: (id, second) => (id === '3' && second >= 5 ? null : {}) });
		expect(rules(down, 20_000)).toEqual(['member-frozen', 'quorum-at-risk']);
		expect(findings(story(), 0, 'member-cut-off')).toEqual([]);
	});

	it('is silent about a member that has only just come back', () => {
		const told = talking({ statusOf: (id, second) => (id === '3' && second >= 5 && second < 19 ? null : {}) });
		expect(findings(told, 20_000, 'member-cut-off')).toEqual([]);
		expect(snapshotAt(told.history, 20_000).canLose).toBe(1);
	});
});

describe('member-without-leader', () => {
	it('is silent about a member that the leader hears and that hears the leader: it is about to follow', () => {
		const told = talking({ statusOf: alone });
		expect(findings(told, 20_000, 'member-without-leader')).toEqual([]);
		const unknown = talking({ statusOf: alone, withoutMetrics: ['1', '3'] });
		expect(findings(unknown, 20_000, 'member-without-leader')).toHaveLength(1);
	});
});
