import { describe, expect, it } from 'vitest';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { describeAlarms } from '../../source/operations/alarms.ts';
import { ageCheck, costConsequence, costOf, costText } from '../../source/operations/compact-cost.ts';
import { dataFits, filesFit, sizesKnown } from '../../source/operations/space.ts';
import type { Look } from '../../source/operations/world.ts';
import { memberOf, type Story, startTimeMs, story } from '../cluster/story.ts';

const quotaBytes = 100_000_000;
const quota = ['etcd_server_quota_backend_bytes', quotaBytes] as const;

/** Two members, the second of which tells what is given. */
function lookOf(
	{ file = 20_000_000, inUse = 10_000_000, metrics = [] as readonly (readonly [string, number])[] },
	tell: (play: Story) => void = () => {},
): Look {
	const play = story();
	play.list(0, [memberOf('1'), memberOf('2')]);
	play.answer(10, '1');
	play.answer(10, '2', { dbSizeBytes: file, dbInUseBytes: inUse });
	for (const id of ['1', '2']) play.scrape(10, id, [quota, ...metrics]);
	tell(play);
	return { history: play.history, atMs: 20, snapshot: snapshotAt(play.history, 20) };
}

describe('the space on the members', () => {
	it('has to be under nine tenths of the quota on every member, and says by how much it is not', () => {
		expect(filesFit(lookOf({ file: 89_999_999 })).verdict).toBe('pass');
		expect(filesFit(lookOf({ file: 90_000_000 })).detail).toContain('m2 is 1 B over');
		expect(filesFit(lookOf({ file: 91_000_000 }))).toEqual({
			title: 'every file is under 90% of its quota',
			verdict: 'stop',
			detail: 'm2 is 1.0 MB over: 91 MB of 100 MB (91%), 10 MB of it in use',
		});
	});

	it('is of no use to a defragmentation where the data itself does not fit', () => {
		expect(dataFits(lookOf({ file: 99_000_000, inUse: 50_000_000 })).verdict).toBe('pass');
		expect(dataFits(lookOf({ file: 99_000_000, inUse: 95_000_000 })).detail).toContain('m2 is 5.0 MB over');
	});

	it('of a member that is away is not known, which only force passes', () => {
		const look = lookOf({}, play => play.fail(15, '2'));
		expect(sizesKnown(look)).toMatchObject({ verdict: 'stop', mayBeForced: true });
		expect(filesFit(look).verdict).toBe('pass');
		expect(sizesKnown(lookOf({})).verdict).toBe('pass');
	});
});

describe('alarms in words', () => {
	const errors = ['memberID:2 alarm:NOSPACE '];
	const raised = (play: Story) => {
		play.answer(15, '1', { errors });
		play.alarms(16, [{ memberId: '2', type: 'NOSPACE' }]);
	};

	it('tell since when where the first readings knew of none', () => {
		const [alarm] = describeAlarms(lookOf({ file: 100_000_000 }, raised));
		expect(alarm).toMatchObject({
			type: 'NOSPACE',
			member: 'm2',
			sinceMs: startTimeMs + 16,
			why: 'its file had reached its quota; now 100 MB of 100 MB (100%), 10 MB of it in use',
			missing: 'm2 is 10 MB over: 100 MB of 100 MB (100%), 10 MB of it in use',
		});
	});

	it('do not claim to know since when where it was there from the start, unless somebody else knows', () => {
		const play = story();
		play.list(0, [memberOf('1'), memberOf('2')]);
		play.answer(10, '1', { errors });
		play.alarms(11, [{ memberId: '2', type: 'NOSPACE' }]);
		const look: Look = { history: play.history, atMs: 20, snapshot: snapshotAt(play.history, 20) };
		expect(describeAlarms(look)).toMatchObject([{ sinceMs: null }]);
		expect(describeAlarms(look, () => 77)).toMatchObject([{ sinceMs: 77 }]);
	});

	it('count from the last time that it was raised', () => {
		const look = lookOf({}, play => {
			play.answer(11, '1', { errors });
			play.alarms(11, [{ memberId: '2', type: 'NOSPACE' }]);
			play.answer(12, '1');
			play.alarms(12, []);
			play.answer(14, '1', { errors });
			play.alarms(14, [{ memberId: '2', type: 'NOSPACE' }]);
			play.alarms(15, [
				{ memberId: '1', type: 'NOSPACE' },
				{ memberId: '2', type: 'NOSPACE' },
			]);
		});
		expect(describeAlarms(look).map(({ member, sinceMs }) => [member, sinceMs])).toEqual([
			['m1', startTimeMs + 15],
			['m2', startTimeMs + 14],
		]);
	});

	it('say so where nobody told whose alarm it is, and where its holder is gone', () => {
		const unread = lookOf({}, play => play.answer(15, '1', { errors }));
		expect(describeAlarms(unread)).toMatchObject([{ memberId: null, member: 'a member that is not known' }]);
		const former = lookOf({}, play => {
			play.answer(15, '1', { errors: ['memberID:9 alarm:CORRUPT '] });
			play.alarms(16, [{ memberId: '9', type: 'CORRUPT' }]);
		});
		expect(describeAlarms(former)).toMatchObject([
			{ member: '9, a former member', missing: expect.stringContaining('never disarm CORRUPT blindly') },
		]);
	});
});

describe('what a compaction costs', () => {
	const metrics = [
		['etcd_debugging_mvcc_compact_revision', 40],
		['etcd_debugging_mvcc_watcher_total', 600],
		['etcd_debugging_mvcc_slow_watcher_total', 2],
	] as const;
	const look = lookOf({ metrics });
	/** The head is 100, and every revision took ten seconds. */
	const before = (seconds: number) =>
		seconds > 500
			? null
			: { revision: BigInt(100 - Math.ceil(seconds / 10)), ageSeconds: Math.ceil(seconds / 10) * 10 };

	it('is told in revisions, time and watchers', () => {
		const cost = costOf(65n, look, before);
		expect(costText(cost)).toBe('25 revisions of history go, 35 stay (about 5m 50s)');
		expect(costConsequence(cost)[1]).toBe(
			'1,200 watchers are open, 4 of them behind: only one that is behind 65, or resumes from before it, is refused (410 Gone) and lists anew.',
		);
		expect(ageCheck(cost, false)).toMatchObject({ verdict: 'pass' });
	});

	it('warns of a revision that is young, of the head, and where nothing is known', () => {
		expect(ageCheck(costOf(90n, look, before), false)).toMatchObject({
			verdict: 'warn',
			detail: '90 is only about 1m 40s old',
		});
		expect(costText(costOf(41n, look, before))).toMatch(/^1 revision of history goes, 59 stay/);
		const head = costOf(100n, look, before);
		expect(costText(head)).toBe('60 revisions of history go, none stays');
		expect(costConsequence(head)[1]).toContain('perhaps all at once');
		expect(ageCheck(head, false)).toMatchObject({ verdict: 'warn' });
		expect(
			ageCheck(
				costOf(65n, look, () => null),
				false,
			),
		).toMatchObject({
			verdict: 'warn',
			detail: 'the age of 65 is not known here',
		});
		expect(
			ageCheck(
				costOf(65n, look, () => null),
				true,
			),
		).toMatchObject({ verdict: 'pass' });
	});

	it('does not invent numbers without metrics', () => {
		const play = story();
		play.list(0, [memberOf('1')]);
		play.answer(10, '1');
		const bare: Look = { history: play.history, atMs: 20, snapshot: snapshotAt(play.history, 20) };
		const cost = costOf(65n, bare, () => null);
		expect(costText(cost)).toBe('all history before it goes, 35 stay');
		expect(costConsequence(cost)[1]).toContain('How many watchers there are is not known');
	});
});
