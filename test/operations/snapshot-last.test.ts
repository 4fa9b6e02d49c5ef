import { describe, expect, it } from 'vitest';
import { lastSnapshotOf } from '../../source/operations/last-snapshot.ts';
import type { PastRun } from '../../source/operations/record.ts';

const facts = { file: '/b/a.db', sizeBytes: 420, sha256: 'ab' };

const runOf = (patch: Partial<PastRun>): PastRun => ({
	id: '1',
	operation: 'snapshot',
	title: 'Save a snapshot of m2',
	clusterId: 'c1',
	member: 'm2',
	user: 'root',
	host: 'h',
	pid: 1,
	startedMs: 0,
	endedMs: 1000,
	isForced: false,
	plan: '',
	checks: [],
	steps: [],
	state: 'done',
	text: '',
	advice: null,
	facts,
	before: [],
	after: [],
	...patch,
});

describe('the last good snapshot', () => {
	it('is the newest of this cluster', () => {
		const runs = [
			runOf({ endedMs: 1000 }),
			runOf({ endedMs: 3000, facts: { ...facts, file: '/b/new.db' } }),
			runOf({}),
		];
		expect(lastSnapshotOf(runs, 'c1')).toEqual({ timeMs: 3000, file: '/b/new.db', sizeBytes: 420 });
	});

	it('is one that was saved, even where an older one could not be removed', () => {
		expect(lastSnapshotOf([runOf({ state: 'failed' })], 'c1')).toMatchObject({ timeMs: 1000 });
	});

	it('is none where nothing was saved, or for another cluster', () => {
		const others = [
			runOf({ state: 'failed', facts: {} }),
			runOf({ state: 'stopped', facts: { removedFiles: 0 } }),
			runOf({ state: 'interrupted', endedMs: null }),
			runOf({ clusterId: 'c2' }),
			runOf({ clusterId: null }),
			runOf({ operation: 'check-hash' }),
		];
		expect(lastSnapshotOf(others, 'c1')).toBeNull();
		expect(lastSnapshotOf([runOf({})], null)).toBeNull();
	});
});
