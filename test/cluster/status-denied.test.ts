import { describe, expect, it } from 'vitest';
import { growthOf } from '../../source/cluster/growth.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { memberOf, type Story, story } from './story.ts';

const three = [memberOf('1'), memberOf('2'), memberOf('3')];

type Samples = Readonly<Record<string, number>>;

/** The page of a follower. */
const page: Samples = {
	etcd_server_has_leader: 1,
	etcd_server_is_leader: 0,
	etcd_server_is_learner: 0,
	etcd_mvcc_db_total_size_in_bytes: 2000,
	etcd_mvcc_db_total_size_in_use_in_bytes: 1000,
	etcd_debugging_mvcc_current_revision: 77,
	etcd_server_proposals_committed_total: 500,
	etcd_server_proposals_applied_total: 499,
	etcd_server_quota_backend_bytes: 8000,
};
const leading: Samples = { ...page, etcd_server_is_leader: 1, etcd_server_proposals_committed_total: 510 };

function denied(told: Story, atMs: number, pages: Readonly<Record<string, Samples | null>>): Story {
	for (const [key, samples] of Object.entries(pages)) {
		told.fail(atMs, key, 'permission-denied');
		if (samples !== null) told.scrape(atMs, key, Object.entries(samples));
	}
	return told;
}

function listed(pages: Readonly<Record<string, Samples | null>>): Story {
	const told = story();
	told.list(0, three);
	return denied(told, 1000, pages);
}

const at = (told: Story, atMs = 1500) => snapshotAt(told.history, atMs);

describe('a member whose Status is denied', () => {
	it('is told of by its metrics, which do not know everything', () => {
		const [, view] = at(listed({ 1: leading, 2: page, 3: page })).members;
		expect(view).toMatchObject({
			state: { kind: 'status-denied', sinceMs: 1000, hasLeader: true, failure: { kind: 'permission-denied' } },
			role: 'follower',
			quota: { kind: 'known', bytes: 8000, source: 'metrics' },
			lagEntries: 10n,
			numbers: {
				source: 'metrics',
				atMs: 1000,
				dbSizeBytes: 2000,
				dbInUseBytes: 1000,
				revision: 77n,
				raftIndex: 500n,
				raftAppliedIndex: 499n,
				version: null,
				raftTerm: null,
				latencySeconds: null,
			},
		});
	});

	it('votes, and its leader is known by its own word, without term and age', () => {
		expect(at(listed({ 1: leading, 2: page, 3: page }))).toMatchObject({
			reachableVoters: 3,
			canLose: 1,
			revision: 77n,
			term: null,
			leader: { id: '1', name: 'm1', term: null, sinceMs: null },
		});
	});

	it('may be led by one whom nobody sees, or cannot be told from another', () => {
		const unseen = at(listed({ 2: page }));
		expect(unseen).toMatchObject({ leader: null, canLose: null });
		expect(unseen.members[1]!.role).toBe('follower');
		expect(at(listed({ 1: leading, 2: leading, 3: page })).leader).toBeNull();
	});

	it('has no role and gives no majority where it knows no leader', () => {
		const lost = { ...page, etcd_server_has_leader: 0 };
		const snapshot = at(listed({ 1: leading, 2: page, 3: lost }));
		expect(snapshot.members[2]).toMatchObject({ role: null, state: { kind: 'status-denied', hasLeader: false } });
		expect(snapshot).toMatchObject({ reachableVoters: 2, canLose: 0 });
	});

	it('may be a learner', () => {
		const snapshot = at(listed({ 1: leading, 2: { ...page, etcd_server_is_learner: 1 } }));
		expect(snapshot.members[1]).toMatchObject({ role: 'learner', isLearner: true });
	});

	it('lags behind a leader that tells its Status', () => {
		const told = story();
		told.list(0, three);
		told.answer(900, '1', { raftIndex: 530n });
		denied(told, 1000, { 2: page });
		expect(at(told)).toMatchObject({ leader: { id: '1', term: 5n } });
		expect(at(told).members[1]).toMatchObject({ role: 'follower', lagEntries: 30n });
	});

	it.each([
		['it has no metrics', null, 1500],
		['its metrics are late', page, 60_000],
		['its metrics are not those of an etcd', { process_start_time_seconds: 1 }, 1500],
	])('is unreachable where %s', (_, samples, atMs) => {
		const [, view] = at(listed({ 2: samples }), atMs).members;
		expect(view).toMatchObject({ state: { kind: 'unreachable' }, role: null, numbers: null });
	});

	it('is unreachable where its metrics fail', () => {
		const told = listed({ 2: page });
		told.failScrape(1200, '2');
		expect(at(told).members[1]).toMatchObject({ state: { kind: 'unreachable' }, numbers: null });
	});

	it.each(['timeout', 'wrong-password', 'login-required'] as const)(
		'is unreachable where it is not permission that is missing: %s',
		kind => {
			const told = listed({ 2: page });
			told.fail(1200, '2', kind);
			expect(at(told).members[1]!.state.kind).toBe('unreachable');
		},
	);

	it('grows as its metrics tell', () => {
		const told = story();
		for (let minute = 0; minute <= 10; minute++)
			denied(told, minute * 60_000, {
				1: { ...page, etcd_mvcc_db_total_size_in_use_in_bytes: minute * 1024 ** 2 },
			});
		expect(growthOf(told.history, '1', 600_000)).toMatchObject({ kind: 'data', fileBytesPerHour: 0 });
	});
});
