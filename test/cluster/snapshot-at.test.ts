import { describe, expect, it } from 'vitest';
import type { MemberState, Snapshot } from '../../source/cluster/snapshot.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { bucketsOf, memberOf, type Story, startTimeMs, story } from './story.ts';

const three = [memberOf('1'), memberOf('2'), memberOf('3')];

/** Three members that all answered at `atMs`. */
function serving(atMs = 0): Story {
	const told = story();
	told.list(atMs, three);
	for (const { id } of three) told.answer(atMs, id);
	return told;
}

const member = (told: Story, atMs: number, key = '2') =>
	snapshotAt(told.history, atMs).members.find(view => view.key === key)!;
const state = (told: Story, atMs: number, key = '2'): MemberState => member(told, atMs, key).state;
const votes = ({ voters, reachableVoters, quorum, canLose }: Snapshot) => [voters, reachableVoters, quorum, canLose];

describe('an empty history', () => {
	it('is a cluster of which nothing is known', () => {
		expect(snapshotAt(story().history, 0)).toMatchObject({ members: [], leader: null, revision: null, canLose: null });
	});
});

describe('a member', () => {
	it('waits until its first answer, then serves, with the numbers of that answer', () => {
		const told = story();
		told.list(0, three);
		expect(member(told, 10)).toMatchObject({
			name: 'm2',
			state: { kind: 'waiting', sinceMs: 0 },
			numbers: null,
			role: null,
		});
		told.answer(500, '2', { revision: 2n ** 60n + 1n, dbSizeBytes: 5 }, 0.25);
		expect(member(told, 600)).toMatchObject({
			state: { kind: 'serving', sinceMs: 500 },
			numbers: { atMs: 500, latencySeconds: 0.25, revision: 2n ** 60n + 1n, dbSizeBytes: 5, version: '3.5.30' },
			role: 'follower',
		});
	});

	it('has the largest number there is room for where it claims more, and never less than nothing', () => {
		const told = serving();
		told.answer(500, '2', { revision: 2n ** 64n + 5n, raftIndex: -7n });
		expect(member(told, 600).numbers).toMatchObject({ revision: 2n ** 63n - 1n, raftIndex: 0n });
	});

	it('is unreachable since the first failure of the run, its numbers keep their age', () => {
		const told = serving();
		told.fail(1000, '2', 'refused');
		told.fail(2000, '2', 'refused');
		expect(state(told, 2500)).toMatchObject({ kind: 'unreachable', sinceMs: 1000, failure: { kind: 'refused' } });
		expect(member(told, 2500)).toMatchObject({ numbers: { atMs: 0 }, role: null, lagEntries: null });
		told.answer(3000, '2');
		expect(state(told, 3000)).toEqual({ kind: 'serving', sinceMs: 3000 });
		told.fail(4000, '2', 'timeout');
		expect(state(told, 4000)).toMatchObject({ kind: 'unreachable', sinceMs: 4000 });
	});

	it('tells any past moment as it was then', () => {
		const told = serving();
		told.fail(1000, '2');
		told.answer(9000, '2', { dbSizeBytes: 77 });
		expect([0, 999, 1000, 8999, 9000].map(atMs => state(told, atMs).kind)).toEqual([
			'serving',
			'serving',
			'unreachable',
			'unreachable',
			'serving',
		]);
		expect(member(told, 5000).numbers?.dbSizeBytes).toBe(20_000_000);
		expect(member(told, 9000).numbers?.dbSizeBytes).toBe(77);
	});

	it('shows the latest of two faults that take turns, as one run', () => {
		const told = serving();
		for (let second = 1; second <= 100; second++)
			told.fail(second * 1000, '2', second % 2 === 0 ? 'refused' : 'timeout');
		expect(state(told, 100_000)).toMatchObject({ kind: 'unreachable', sinceMs: 1000, failure: { kind: 'refused' } });
		expect(told.history.rows.get('2')!.states.length).toBeLessThan(12);
	});

	it('is without a leader where it knows none or says so', () => {
		const told = serving();
		told.answer(1000, '2', { leaderId: null });
		told.answer(1000, '3', { errors: ['etcdserver: no leader'] });
		expect(state(told, 1000)).toEqual({ kind: 'no-leader', sinceMs: 1000 });
		expect(state(told, 1000, '3').kind).toBe('no-leader');
		expect(member(told, 1000).role).toBeNull();
	});

	it('defragments where Status times out and the metrics say so', () => {
		const told = serving();
		told.fail(1000, '2', 'timeout');
		told.fail(1200, '2', 'timeout');
		expect(state(told, 1200).kind).toBe('unreachable');
		told.scrape(1500, '2', [['etcd_disk_defrag_inflight', 1]]);
		expect(state(told, 1500)).toEqual({ kind: 'defragmenting', sinceMs: 1000 });
		told.fail(7000, '2', 'timeout');
		expect(state(told, 7000)).toEqual({ kind: 'defragmenting', sinceMs: 1000 });
		told.answer(8000, '2');
		expect(state(told, 8000).kind).toBe('serving');
	});

	it('is down, not defragmenting, once the metrics deny it or the connection is refused', () => {
		const told = serving();
		told.scrape(900, '2', [['etcd_disk_defrag_inflight', 1]]);
		told.fail(1000, '2', 'timeout');
		told.scrape(2000, '2', [['etcd_disk_defrag_inflight', 0]]);
		told.fail(3000, '2', 'timeout');
		expect(state(told, 3000)).toMatchObject({ kind: 'unreachable', sinceMs: 3000 });
		told.scrape(3500, '2', [['etcd_disk_defrag_inflight', 1]]);
		told.fail(4000, '2', 'refused');
		expect(state(told, 4000)).toMatchObject({ kind: 'unreachable', failure: { kind: 'refused' } });
	});

	it('no longer defragments when its metrics have been silent for long', () => {
		const told = serving();
		told.scrape(900, '2', [['etcd_disk_defrag_inflight', 1]]);
		told.fail(1000, '2', 'timeout');
		told.fail(60_000, '2', 'timeout');
		expect(state(told, 60_000).kind).toBe('unreachable');
	});

	it('is not shown as fresh when its reader fell silent', () => {
		const told = serving();
		expect(state(told, 5000).kind).toBe('serving');
		expect(state(told, 60_000)).toEqual({ kind: 'waiting', sinceMs: 0 });
		expect(snapshotAt(told.history, 60_000)).toMatchObject({ leader: null, canLose: null, writesPerSecond: null });
		expect(member(told, 60_000).numbers?.atMs).toBe(0);
	});

	it('keeps its past when its row is named by its id instead of its endpoint', () => {
		const told = story();
		told.answer(0, 'http://1:2379', { memberId: '1' });
		told.list(1000, three);
		expect(member(told, 1000, '1')).toMatchObject({
			name: 'm1',
			state: { kind: 'serving', sinceMs: 0 },
			role: 'leader',
		});
		expect(snapshotAt(told.history, 500).members.map(({ key }) => key)).toEqual(['http://1:2379']);
	});

	it('keeps metrics that came before anybody told whose they are', () => {
		const told = story();
		told.scrape(0, 'http://1:2379', [['etcd_server_quota_backend_bytes', 8_000_000]]);
		told.list(1, three);
		told.answer(1, '1');
		expect(member(told, 2, '1').quota).toEqual({ kind: 'known', bytes: 8_000_000, source: 'metrics' });
	});

	it('is a learner by its Status, before that by the list', () => {
		const told = story();
		told.list(0, [memberOf('1'), memberOf('2', { isLearner: true })]);
		expect(member(told, 0).isLearner).toBe(true);
		told.answer(100, '1');
		told.answer(100, '2', { isLearner: true });
		expect(member(told, 100).role).toBe('learner');
		told.answer(200, '2', { isLearner: false });
		expect(member(told, 200).role).toBe('follower');
	});

	it('goes by its endpoint while it has no name', () => {
		const told = story();
		told.list(0, [memberOf('1', { name: '' })]);
		expect(member(told, 0, '1').name).toBe('http://1:2379');
	});
});

describe('lag', () => {
	it('is counted against the index that the leader had when the member answered', () => {
		const told = serving();
		told.answer(1000, '1', { raftIndex: 2000n });
		told.answer(1400, '2', { raftIndex: 2003n });
		told.answer(1500, '3', { raftIndex: 1500n });
		told.answer(2000, '1', { raftIndex: 9000n });
		expect([member(told, 2000, '1'), member(told, 2000), member(told, 2000, '3')].map(view => view.lagEntries)).toEqual(
			[0n, 0n, 500n],
		);
	});

	it('is not known without a leader that answers', () => {
		const told = serving();
		told.fail(1000, '1');
		expect(member(told, 1000).lagEntries).toBeNull();
	});
});

describe('quota', () => {
	const gib = 1024 ** 3;
	const quota = (flag: number | null, metric: number | null, dbSizeQuotaBytes: number | null) => {
		const told = story({ quotaFlagBytes: flag });
		told.list(0, three);
		told.answer(0, '2', { dbSizeQuotaBytes });
		if (metric !== null) told.scrape(0, '2', [['etcd_server_quota_backend_bytes', metric]]);
		return member(told, 0).quota;
	};

	it.each([
		[5, 6, 8 * gib, { kind: 'known', bytes: 8 * gib, source: 'status' }],
		[5, 6, 0, { kind: 'known', bytes: 2 * gib, source: 'status' }],
		[5, 6, -1, { kind: 'unlimited' }],
		[5, 6, null, { kind: 'known', bytes: 6, source: 'metrics' }],
		[5, -1, null, { kind: 'unlimited' }],
		[5, null, null, { kind: 'known', bytes: 5, source: 'flag' }],
		[null, null, null, { kind: 'assumed', bytes: 2 * gib }],
	])('flag %s, metric %s, status %s', (flag, metric, status, expected) => {
		expect(quota(flag, metric, status)).toEqual(expected);
	});
});

describe('votes', () => {
	it('count voters only, and know nothing while somebody has not been asked', () => {
		const told = story();
		told.list(0, [...three, memberOf('4', { isLearner: true })]);
		told.answer(0, '1');
		told.answer(0, '2');
		expect(votes(snapshotAt(told.history, 0))).toEqual([3, 2, 2, null]);
		told.answer(10, '3');
		expect(votes(snapshotAt(told.history, 10))).toEqual([3, 3, 2, 1]);
	});

	it('fall with each voter that does not answer', () => {
		const told = serving();
		told.fail(1000, '3');
		expect(votes(snapshotAt(told.history, 1000))).toEqual([3, 2, 2, 0]);
		told.fail(2000, '2');
		told.answer(2000, '1', { leaderId: null });
		expect(votes(snapshotAt(told.history, 2000))).toEqual([3, 1, 2, -1]);
	});

	it('know nothing where no voter answers at all', () => {
		const told = serving();
		for (const { id } of three) told.fail(1000, id);
		expect(votes(snapshotAt(told.history, 1000))).toEqual([3, 0, 2, null]);
	});

	it('know nothing of the majority that a leader has out of our sight', () => {
		const told = serving();
		told.fail(1000, '3');
		told.fail(1000, '2', 'name-not-found');
		expect(votes(snapshotAt(told.history, 1000))).toEqual([3, 1, 2, null]);
	});

	it('know nothing of a voter that answers, but not to us', () => {
		const told = serving();
		for (const id of ['1', '2', '3']) told.fail(1000, id, 'permission-denied');
		expect(votes(snapshotAt(told.history, 1000))).toEqual([3, 0, 2, null]);
	});

	it('do not count on a voter that defragments', () => {
		const told = serving();
		told.scrape(900, '2', [['etcd_disk_defrag_inflight', 1]]);
		told.fail(1000, '2', 'timeout');
		expect(votes(snapshotAt(told.history, 1000))).toEqual([3, 2, 2, 0]);
	});

	it('know nothing of voters that are not read', () => {
		const told = story();
		told.answer(0, 'http://1:2379', { memberId: '1' });
		expect(votes(snapshotAt(told.history, 0))).toEqual([0, 0, 1, null]);
	});
});

describe('the revision', () => {
	it('is what somebody tells now, not what a member told that is gone', () => {
		const told = serving();
		told.answer(500, '1', { revision: 900n });
		told.answer(500, '2', { revision: 800n });
		told.fail(1000, '1');
		expect(snapshotAt(told.history, 1000).revision).toBe(800n);
		for (const id of ['2', '3']) told.fail(2000, id);
		expect(snapshotAt(told.history, 2000).revision).toBeNull();
	});
});

describe('the leader', () => {
	it('is who the answers name, since the term began for us', () => {
		const told = serving();
		expect(snapshotAt(told.history, 0).leader).toEqual({
			id: '1',
			name: 'm1',
			term: 5n,
			sinceMs: 0,
			sinceIsAtLeast: true,
		});
		for (const id of ['1', '2', '3']) told.answer(4000, id, { leaderId: '3', raftTerm: 6n });
		expect(snapshotAt(told.history, 5000).leader).toMatchObject({
			name: 'm3',
			term: 6n,
			sinceMs: 4000,
			sinceIsAtLeast: false,
		});
		expect(snapshotAt(told.history, 3000).leader).toMatchObject({ name: 'm1', term: 5n });
	});

	it('is nobody once the answers know of none', () => {
		const told = serving();
		told.fail(1000, '1');
		told.answer(1000, '2', { leaderId: null, raftTerm: 6n });
		told.answer(1000, '3', { leaderId: null, raftTerm: 6n });
		expect(snapshotAt(told.history, 1000)).toMatchObject({ leader: null, term: 6n });
	});
});

describe('alarms', () => {
	const alarms = (told: Story, atMs: number) => snapshotAt(told.history, atMs).alarms;

	it('come from the words in Status, their members from the list, and end with the words', () => {
		const told = serving();
		told.answer(1000, '2', { errors: ['memberID:8630 alarm:NOSPACE ', 'etcdserver: no leader'] });
		expect(alarms(told, 1000)).toEqual([{ member: null, type: 'NOSPACE' }]);
		told.alarms(1500, [
			{ memberId: '3', type: 'NOSPACE' },
			{ memberId: '1', type: 'CORRUPT' },
		]);
		expect(alarms(told, 1500)).toEqual([{ member: '3', type: 'NOSPACE' }]);
		told.answer(2000, '2');
		expect(alarms(told, 2000)).toEqual([]);
	});

	it('stand as the members do, those of former members last', () => {
		const told = serving();
		told.answer(1000, '2', { errors: ['alarm:NOSPACE', 'alarm:CORRUPT'] });
		const raised = ['9', '3', '1', '2'].map(memberId => ({ memberId, type: 'NOSPACE' as const }));
		told.alarms(1000, [{ memberId: '3', type: 'CORRUPT' }, ...raised]);
		expect(alarms(told, 1000).map(({ member, type }) => `${type} ${member}`)).toEqual([
			...['NOSPACE 1', 'NOSPACE 2', 'NOSPACE 3', 'NOSPACE 9'],
			'CORRUPT 3',
		]);
	});

	it('are not kept alive by a member that is gone, but by all of them together', () => {
		const told = serving();
		told.answer(1000, '2', { errors: ['alarm:CORRUPT'] });
		told.fail(2000, '2');
		expect(alarms(told, 2000)).toEqual([]);
		told.fail(3000, '1');
		told.fail(3000, '3');
		expect(alarms(told, 3000)).toEqual([{ member: null, type: 'CORRUPT' }]);
	});
});

describe('a member of another cluster', () => {
	it('is told, and not counted', () => {
		const told = serving();
		told.answer(1000, '2', {
			clusterId: 'other',
			leaderId: '2',
			raftTerm: 99n,
			revision: 10_000n,
			errors: ['NOSPACE'],
		});
		expect(snapshotAt(told.history, 1000)).toMatchObject({
			foreignKeys: ['2'],
			leader: { id: '1' },
			revision: 100n,
			alarms: [],
			reachableVoters: 2,
		});
		expect(member(told, 1000)).toMatchObject({ role: null, lagEntries: null });
	});

	it('is the one that differs from most, without a list', () => {
		const told = story();
		for (const [key, clusterId] of [
			['a', 'x'],
			['b', 'y'],
			['c', 'y'],
		] as const)
			told.answer(0, key, { clusterId });
		expect(snapshotAt(told.history, 0)).toMatchObject({ clusterId: 'y', foreignKeys: ['a'] });
	});
});

describe('metrics', () => {
	it('give quantiles, the start of the process and their own state', () => {
		const told = serving();
		expect(member(told, 0)).toMatchObject({
			metrics: { kind: 'waiting' },
			fsyncP99: { reason: 'unread' },
			uptimeSeconds: null,
		});
		const scrape = (atMs: number, count: number) =>
			told.scrape(atMs, '2', [
				...bucketsOf('etcd_disk_wal_fsync_duration_seconds', { '0.001': count, '+Inf': 0 }),
				['process_start_time_seconds', startTimeMs / 1000 - 100],
			]);
		scrape(1000, 0);
		scrape(3000, 50);
		expect(member(told, 3000)).toMatchObject({
			metrics: { kind: 'answered', atMs: 3000 },
			fsyncP99: { kind: 'measured', highSeconds: 0.001, observations: 50 },
			commitP99: { kind: 'none', reason: 'idle' },
			uptimeSeconds: 103,
		});
		told.failScrape(5000, '2');
		told.failScrape(7000, '2');
		expect(member(told, 7000)).toMatchObject({ metrics: { kind: 'failed', sinceMs: 5000 }, uptimeSeconds: null });
		expect(member(told, 7000).fsyncP99).toEqual({ kind: 'none', reason: 'unread' });
		expect(member(told, 4000).fsyncP99.kind).toBe('measured');
	});
});

describe('the cluster', () => {
	it('writes as fast as the member that is furthest', () => {
		const told = serving();
		for (let second = 1; second <= 20; second++) {
			told.answer(second * 1000, '1', { revision: 100n + BigInt(second) * 50n });
			told.answer(second * 1000, '2', { revision: 50n });
		}
		expect(snapshotAt(told.history, 20_000).writesPerSecond).toBeCloseTo(50);
		expect(snapshotAt(told.history, 0).writesPerSecond).toBeNull();
	});

	it('says nothing of a rate after a restore', () => {
		const told = serving();
		told.answer(1000, '1', { revision: 5n });
		told.fail(1000, '2');
		told.fail(1000, '3');
		expect(snapshotAt(told.history, 1000).writesPerSecond).toBeNull();
	});

	it('shows the list, its failure and the watch as they were', () => {
		const told = serving();
		const failure = { kind: 'permission-denied', where: 'x', call: 'MemberList', detail: '' } as const;
		told.watch(500, { kind: 'live', endpoint: 'x', fromRevision: 9n });
		told.list(1000, three.slice(0, 2), failure);
		expect(snapshotAt(told.history, 1000)).toMatchObject({ listFailure: failure, voters: 2, watch: { kind: 'live' } });
		expect(snapshotAt(told.history, 400)).toMatchObject({
			listFailure: null,
			voters: 3,
			watch: { kind: 'connecting' },
		});
	});

	it('has the wall clock of that moment, whatever the clock did later', () => {
		const told = serving();
		told.history.wallOffset.push(5000, startTimeMs + 3_600_000);
		expect(snapshotAt(told.history, 1000).timeMs).toBe(startTimeMs + 1000);
		expect(snapshotAt(told.history, 6000).timeMs).toBe(startTimeMs + 3_606_000);
	});
});
