import { describe, expect, it } from 'vitest';
import type { CompactMarkExamination } from '../../source/cluster/examinations/compact-mark.ts';
import { record } from '../../source/cluster/history.ts';
import { type Story, startTimeMs, story } from '../cluster/story.ts';
import { type Filled, filled, mib, ms } from './filled.ts';
import { findings } from './judged.ts';

type Outcome = CompactMarkExamination['outcome'];

function mark(told: Story, atMs: number, outcome: Outcome): Story {
	const examination = { topic: 'compact-mark', outcome } as const;
	record(told.history, { atMs, timeMs: startTimeMs + atMs, kind: 'examination', examination });
	return told;
}

const readMark = (revision: number, modRevision: number): Outcome => ({
	kind: 'read',
	revision: String(revision),
	modRevision: String(modRevision),
	version: '12',
});

/** A hundred revisions a minute; compacted and marked as told. */
const written = (minutes: number, patch: (minute: number) => Partial<Filled>) =>
	filled(minutes, minute => ({
		fileBytes: 100 * mib,
		inUseBytes: 90 * mib,
		keys: 500,
		revision: 1000 + minute * 100,
		...patch(minute),
	}));

const stuck = (told: Story, minute: number) => findings(told, ms(minute), 'compaction-stuck');

describe('compaction-stuck', () => {
	/** Compacted every five minutes until minute 20, each time to what was the head five minutes before. */
	const stopped = (minute: number) => ({
		compacted: 1000 + Math.max(0, Math.min(15, Math.floor(minute / 5) * 5 - 5)) * 100,
	});

	it('warns where the mark has become old: no kube-apiserver compacts', () => {
		const told = mark(written(40, stopped), 1000, readMark(2000, 2500));
		mark(told, ms(20) + 1000, readMark(2500, 3002));
		const [found] = stuck(told, 37);
		expect(found).toMatchObject({
			severity: 'warning',
			title: 'compaction is stuck',
			remedy: { operation: 'compact', member: null },
			advice: expect.stringContaining('--etcd-compaction-interval'),
		});
		expect(found!.evidence).toBe(
			'2,200 revisions of history are kept; compacted last 17m 00s ago, compact_rev_key was written 16m 30s ago',
		);
		expect(stuck(told, 30)).toEqual([]);
	});

	it('says so where it is asked for, but not done', () => {
		const told = mark(written(40, stopped), ms(35) + 1000, readMark(4000, 4480));
		const [found] = stuck(told, 37);
		expect(found).toMatchObject({ severity: 'warning', advice: expect.stringContaining('kube-apiserver’s log') });
		expect(found!.reasoning.join()).toContain('asked for revision 4,000');
		expect(found!.reasoning.join()).toContain('compacted to 2,500 only');
	});

	it('is silent where compaction goes on', () => {
		const going = (minute: number) => ({ compacted: 1000 + Math.max(0, Math.floor(minute / 5) * 5 - 5) * 100 });
		expect(stuck(mark(written(40, going), ms(36), readMark(4000, 4502)), 39)).toEqual([]);
	});

	it('is silent where nothing is written, or little is kept', () => {
		const still = filled(40, () => ({ fileBytes: mib, inUseBytes: mib, keys: 5, revision: 5000, compacted: 100 }));
		expect(stuck(mark(still, 1000, readMark(100, 200)), 40)).toEqual([]);
		const few = written(40, minute => ({ revision: 1000 + minute, compacted: 900 }));
		expect(stuck(mark(few, 1000, readMark(900, 900)), 40)).toEqual([]);
	});

	it('leaves it to NOSPACE, and to the missing leader', () => {
		const told = mark(written(40, stopped), ms(20) + 1000, readMark(2500, 3002));
		for (const id of ['1', '2', '3'])
			told.answer(ms(40) + 1, id, { errors: ['alarm:NOSPACE'], revision: 5001n, raftIndex: 1n, raftAppliedIndex: 1n });
		expect(findings(told, ms(40) + 1, 'compaction-stuck')).toEqual([]);
		for (const id of ['1', '2', '3']) told.answer(ms(40) + 2, id, { leaderId: null, revision: 5001n });
		expect(findings(told, ms(40) + 2, 'compaction-stuck')).toEqual([]);
	});

	it('takes the time of the last compaction from whom noted it', () => {
		const told = mark(
			written(5, () => ({ compacted: 10 })),
			1000,
			readMark(9, 500),
		);
		expect(stuck(told, 5)).toEqual([]);
		for (const id of ['1', '2', '3'])
			told.scrape(ms(5) + 1, id, [
				['etcd_debugging_mvcc_current_revision', 1500],
				['etcd_debugging_mvcc_compact_revision', 10],
				['etcd_debugging_mvcc_db_compaction_last', startTimeMs / 1000 - 3600],
			]);
		// The mark was there before anything was seen, five minutes ago: that does not make it old.
		expect(findings(told, ms(5) + 2, 'compaction-stuck')).toEqual([]);
	});

	it('claims nothing of a mark whose age is not known, or that a recording has made up', () => {
		const noted = (told: Story) => {
			for (const id of ['1', '2', '3'])
				told.scrape(ms(5) + 1, id, [
					['etcd_debugging_mvcc_current_revision', 4500],
					['etcd_debugging_mvcc_compact_revision', 10],
					['etcd_debugging_mvcc_db_compaction_last', startTimeMs / 1000 - 3600],
				]);
			return findings(told, ms(5) + 2, 'compaction-stuck');
		};
		const young = () => written(5, minute => ({ compacted: 10, revision: 4000 + minute * 100 }));
		expect(noted(mark(young(), 1000, readMark(3000, 3500)))).toEqual([]);
		expect(noted(mark(young(), 1000, readMark(3000, 4100)))).toHaveLength(1);
		const odd = { kind: 'read', revision: '0x1', modRevision: '1e3', version: '' } as const;
		expect(noted(mark(young(), 1000, odd))).toEqual([]);
	});

	it('only informs where there is no mark: it may be meant', () => {
		const never = written(10, minute => ({ revision: 20_000 + minute }));
		const [found] = stuck(mark(never, 1000, { kind: 'absent' }), 10);
		expect(found).toMatchObject({
			severity: 'info',
			title: 'history was never compacted',
			evidence: '20,010 revisions of history are kept of 500 keys; never compacted',
			advice: expect.stringContaining('--auto-compaction-mode'),
		});
		expect(found!.reasoning[0]).toContain('no compact_rev_key');
		expect(
			stuck(
				written(10, minute => ({ revision: 20_000 + minute })),
				10,
			)[0]!.reasoning,
		).toHaveLength(1);
	});

	it('without a mark bears with history that is young, little, or as much as there are keys', () => {
		expect(
			stuck(
				written(10, () => ({ revision: 9000 })),
				10,
			),
		).toEqual([]);
		expect(
			stuck(
				written(10, () => ({ revision: 20_000, keys: 15_000 })),
				10,
			),
		).toEqual([]);
		expect(
			stuck(
				written(59, () => ({ revision: 200_000, compacted: 10 })),
				59,
			),
		).toEqual([]);
		expect(
			stuck(
				written(61, () => ({ revision: 200_000, compacted: 10 })),
				61,
			),
		).toMatchObject([
			{ severity: 'info', title: 'much history is kept', evidence: expect.stringContaining('at least 1h 01m ago') },
		]);
	});

	it('is silent without metrics', () => {
		const told = filled(40, minute => ({ fileBytes: mib, inUseBytes: mib, revision: 20_000 + minute * 100 }));
		expect(stuck(mark(told, 1000, readMark(1, 2)), 40)).toEqual([]);
		expect(findings(story(), 0, 'compaction-stuck')).toEqual([]);
	});
});
