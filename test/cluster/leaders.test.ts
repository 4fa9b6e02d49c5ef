import { describe, expect, it } from 'vitest';
import { leaderChanges, leaderTimeline } from '../../source/cluster/leaders.ts';
import { agreeOnLeader, quorumOf } from '../../source/cluster/leadership.ts';
import { memberOf, type Story, startTimeMs, story } from './story.ts';

const answer = (term: bigint, leaderId: string | null, isLearner = false) => ({ term, leaderId, isLearner });

describe('agreeOnLeader', () => {
	it.each([
		['nobody answered', [], null],
		['all agree', [answer(5n, 'a'), answer(5n, 'a')], { term: 5n, leaderId: 'a' }],
		['one is behind', [answer(6n, 'b'), answer(5n, 'a'), answer(6n, 'b')], { term: 6n, leaderId: 'b' }],
		['one campaigns alone', [answer(5n, 'a'), answer(5n, 'a'), answer(40n, null)], { term: 5n, leaderId: 'a' }],
		['a majority lost it', [answer(5n, 'a'), answer(6n, null), answer(6n, null)], { term: 6n, leaderId: null }],
		[
			'only learners lost it',
			[answer(5n, 'a'), answer(5n, null, true), answer(5n, null, true)],
			{ term: 5n, leaderId: 'a' },
		],
		['nobody knows one', [answer(5n, null), answer(7n, null)], { term: 7n, leaderId: null }],
		['two in one term', [answer(5n, 'a'), answer(5n, 'b'), answer(5n, 'b')], { term: 5n, leaderId: 'b' }],
	])('%s', (_, answers, expected) => {
		expect(agreeOnLeader(answers, 2)).toEqual(expected);
	});

	it('needs more than half', () => {
		expect([1, 2, 3, 4, 5, 7].map(quorumOf)).toEqual([1, 2, 2, 3, 3, 4]);
	});
});

const metric = 'etcd_server_leader_changes_seen_total';

function cluster(): Story {
	const told = story();
	told.list(0, [memberOf('1'), memberOf('2')]);
	return told;
}

const lead = (told: Story, atMs: number, leaderId: string | null, raftTerm: bigint) => {
	for (const id of ['1', '2']) told.answer(atMs, id, { leaderId, raftTerm });
};

describe('leaderTimeline', () => {
	it('takes no leader of an old term from a member that was away for a later one', () => {
		const told = story();
		told.list(0, [memberOf('1'), memberOf('2'), memberOf('3')]);
		for (const id of ['1', '2', '3']) told.answer(1000, id, { leaderId: '2', raftTerm: 2n });
		// 2 freezes, 3 leads, 3 dies: 1 is alone.
		told.fail(2000, '2', 'timeout');
		for (const id of ['1', '3']) told.answer(3000, id, { leaderId: '3', raftTerm: 3n });
		told.fail(4000, '3');
		told.answer(5000, '1', { leaderId: null, raftTerm: 3n });
		// 2 is back and finds 3, which leads anew, before it has applied anything of the terms that it slept through.
		told.answer(6000, '2', { leaderId: '3', raftTerm: 2n });
		for (const id of ['1', '2', '3']) told.answer(7000, id, { leaderId: '3', raftTerm: 4n });
		const { entries, changesLastHour } = leaderTimeline(told.history, 8000);
		expect(entries.map(({ term, leaderId }) => [Number(term), leaderId])).toEqual([
			[4, '3'],
			[3, null],
			[3, '3'],
			[2, '2'],
		]);
		expect(changesLastHour).toBe(2);
	});

	it('tells who led when, and which terms nobody saw', () => {
		const told = cluster();
		lead(told, 1000, '1', 5n);
		lead(told, 61_000, null, 6n);
		lead(told, 63_000, '2', 9n);
		const { entries, changesLastHour, observedSeconds } = leaderTimeline(told.history, 70_000);
		expect(entries.slice(0, 3)).toEqual([
			{
				term: 9n,
				leaderId: '2',
				name: 'm2',
				fromMs: 63_000,
				fromTimeMs: startTimeMs + 63_000,
				toMs: null,
				sinceIsAtLeast: false,
				skippedTerms: 2,
			},
			{
				term: 6n,
				leaderId: null,
				name: '',
				fromMs: 61_000,
				fromTimeMs: startTimeMs + 61_000,
				toMs: 63_000,
				sinceIsAtLeast: false,
				skippedTerms: 0,
			},
			{
				term: 5n,
				leaderId: '1',
				name: 'm1',
				fromMs: 1000,
				fromTimeMs: startTimeMs + 1000,
				toMs: 61_000,
				sinceIsAtLeast: true,
				skippedTerms: 0,
			},
		]);
		expect([changesLastHour, observedSeconds]).toEqual([1, 69]);
	});

	it('knows only what had happened by then', () => {
		const told = cluster();
		lead(told, 1000, '1', 5n);
		lead(told, 61_000, '2', 6n);
		expect(leaderTimeline(told.history, 60_000)).toMatchObject({
			changesLastHour: 0,
			entries: [{ leaderId: '1', toMs: null }],
		});
		expect(leaderTimeline(told.history, 500).entries).toEqual([]);
	});

	it('forgets changes after an hour', () => {
		const told = cluster();
		lead(told, 0, '1', 5n);
		lead(told, 1000, '2', 6n);
		lead(told, 3_700_000, '2', 6n);
		expect(leaderTimeline(told.history, 3_000_000).changesLastHour).toBe(1);
		expect(leaderTimeline(told.history, 3_700_000).changesLastHour).toBe(0);
	});

	it('adds the changes that servers counted between two readings', () => {
		const told = cluster();
		lead(told, 0, '1', 5n);
		told.scrape(100, '1', [[metric, 7]]);
		told.scrape(100, '2', [[metric, 3]]);
		lead(told, 5000, '1', 9n);
		told.scrape(5100, '1', [[metric, 10]]);
		told.scrape(5100, '2', [[metric, 7]]);
		expect(leaderTimeline(told.history, 6000)).toMatchObject({
			changesLastHour: 4,
			unseenChanges: 3,
			// The first leader that each found when it started is no change.
			changesSeenByServers: 9,
		});
		expect(leaderChanges(told.history, 6000, 900_000)).toBe(4);
	});

	it('counts a leader once that is told first in the old term, by a member that has not come to the new one', () => {
		const told = story();
		told.list(0, [memberOf('1'), memberOf('2'), memberOf('3')]);
		for (const id of ['1', '2', '3']) told.answer(0, id, { leaderId: '1', raftTerm: 2n });
		told.answer(1000, '1', { leaderId: '2', raftTerm: 2n });
		told.fail(1000, '2', 'timeout');
		told.fail(1000, '3', 'timeout');
		for (const id of ['2', '3']) told.answer(2000, id, { leaderId: '2', raftTerm: 3n });
		expect(leaderChanges(told.history, 2000, 60_000)).toBe(1);
		for (const id of ['2', '3']) told.answer(3000, id, { leaderId: '2', raftTerm: 4n });
		expect(leaderChanges(told.history, 3000, 60_000)).toBe(2);
	});

	it('does not count the leader that a restarted member finds', () => {
		const told = cluster();
		lead(told, 0, '1', 5n);
		told.scrape(100, '2', [[metric, 7]]);
		told.scrape(2100, '2', [[metric, 0]]);
		told.scrape(4100, '2', [[metric, 1]]);
		expect(leaderTimeline(told.history, 5000).unseenChanges).toBe(0);
	});

	it('does not count the old leader that a member finds again after it was cut off', () => {
		const told = cluster();
		lead(told, 0, '1', 5n);
		told.scrape(100, '2', [[metric, 1]]);
		told.answer(2000, '2', { leaderId: null, raftTerm: 5n });
		lead(told, 4000, '1', 5n);
		told.scrape(4100, '2', [[metric, 2]]);
		expect(leaderTimeline(told.history, 5000)).toMatchObject({ changesLastHour: 0, unseenChanges: 0 });
		expect(leaderChanges(told.history, 5000, 900_000)).toBe(0);
	});

	it('does not count a member that lost sight for a moment, nor the loss itself', () => {
		const told = cluster();
		lead(told, 0, '1', 5n);
		lead(told, 1000, null, 5n);
		lead(told, 2000, '1', 5n);
		expect(leaderTimeline(told.history, 2000)).toMatchObject({ changesLastHour: 0, changesSeenByServers: null });
	});
});
