import { describe, expect, it } from 'vitest';
import { compactionAge, revisionAge } from '../../source/cluster/compaction.ts';
import { recordsAt } from '../../source/cluster/records.ts';
import { memberOf, type Story, startTimeMs, story } from './story.ts';

const minuteMs = 60_000;

/** Two members, read twice a minute: ten revisions a minute, compacted to 500 at one minute. */
function compacted(minutes: number, atMinute: number): Story {
	const told = story({ statusIntervalMs: 30_000, metricsIntervalMs: 30_000 });
	told.list(0, [memberOf('1'), memberOf('2')]);
	for (let half = 0; half <= minutes * 2; half++)
		for (const id of ['1', '2']) {
			const revision = 1000 + half * 5;
			told.answer(half * 30_000, id, { revision: BigInt(revision) });
			told.scrape(half * 30_000, id, [
				['etcd_debugging_mvcc_current_revision', revision],
				['etcd_debugging_mvcc_compact_revision', half / 2 >= atMinute ? 500 : 400],
				['etcd_debugging_mvcc_keys_total', 7],
			]);
		}
	return told;
}

describe('recordsAt', () => {
	it('tells what is kept, by the member that is furthest', () => {
		const told = compacted(10, 5);
		told.scrape(10 * minuteMs + 1, '2', [
			['etcd_debugging_mvcc_current_revision', 1200],
			['etcd_debugging_mvcc_compact_revision', 450],
		]);
		const found = { headRevision: 1200, compactedRevision: 500, keptRevisions: 700, keys: null };
		expect(recordsAt(told.history, 10 * minuteMs + 2)).toEqual(found);
		expect(recordsAt(told.history, 3 * minuteMs)).toMatchObject({
			compactedRevision: 400,
			keptRevisions: 630,
			keys: 7,
		});
	});

	it('takes -1 for never, and knows nothing without metrics, or of those that are old', () => {
		const told = story();
		told.list(0, [memberOf('1')]);
		told.answer(0, '1');
		expect(recordsAt(told.history, 0)).toBeNull();
		told.scrape(0, '1', [
			['etcd_debugging_mvcc_current_revision', 12],
			['etcd_debugging_mvcc_compact_revision', -1],
		]);
		expect(recordsAt(told.history, 0)).toEqual({
			...{ headRevision: 12, compactedRevision: 0, keptRevisions: 12, keys: null },
		});
		expect(recordsAt(told.history, 5 * minuteMs)).toBeNull();
	});
});

describe('how long ago', () => {
	it('a compaction was, as it was seen: exactly in the recent past, to five minutes long ago', () => {
		expect(compactionAge(compacted(30, 10).history, 500, 30 * minuteMs)).toEqual({ seconds: 1200, isAtLeast: false });
		const old = compactionAge(compacted(600, 10).history, 500, 600 * minuteMs)!;
		expect(old.isAtLeast).toBe(false);
		expect(Math.abs(old.seconds - 590 * 60)).toBeLessThanOrEqual(300);
	});

	it('it was at least, where it was before anything that was seen', () => {
		const told = compacted(30, 0);
		expect(compactionAge(told.history, 500, 30 * minuteMs)).toEqual({ seconds: 1800, isAtLeast: true });
		expect(compactionAge(told.history, 501, 30 * minuteMs)).toBeNull();
		expect(compactionAge(story().history, 1, 0)).toBeNull();
	});

	it('it was by the note of a member, on that member’s clock', () => {
		const told = compacted(30, 10);
		const aheadMs = 3_600_000;
		const nowMs = startTimeMs + 30 * minuteMs;
		told.scrape(
			30 * minuteMs,
			'1',
			[
				['etcd_debugging_mvcc_current_revision', 1300],
				['etcd_debugging_mvcc_compact_revision', 500],
				['etcd_debugging_mvcc_db_compaction_last', (nowMs + aheadMs) / 1000 - 77],
			],
			nowMs + aheadMs,
		);
		expect(compactionAge(told.history, 500, 30 * minuteMs)).toEqual({ seconds: 77, isAtLeast: false });
	});

	it('a revision was written', () => {
		const told = compacted(30, 10);
		expect(revisionAge(told.history, 1100n, 30 * minuteMs)).toEqual({ seconds: 1200, isAtLeast: false });
		expect(revisionAge(told.history, 900n, 30 * minuteMs)).toEqual({ seconds: 1800, isAtLeast: true });
		expect(revisionAge(told.history, 9999n, 30 * minuteMs)).toBeNull();
	});
});
