import { openJournal } from '../../source/journal/open.ts';
import type { Author, Journal } from '../../source/journal/types.ts';
import type { RunRecord } from '../../source/operations/record.ts';

export const alice: Author = { user: 'alice', host: 'control-1', pid: process.pid };

/** A journal whose clock goes on by a second with every look at it. */
export function journalIn(folder: string, author: Author = alice): Journal {
	let seconds = 0;
	return openJournal({ folder, author, now: () => Date.UTC(2026, 0, 1) + 1000 * seconds++ });
}

export const figures = {
	id: '2',
	name: 'm2',
	state: 'serving',
	role: 'follower',
	dbSizeBytes: 1_900_000_000,
	dbInUseBytes: 420_000_000,
	quotaBytes: 2_000_000_000,
	revision: '9007199254740993',
	raftTerm: '5',
} as const;

export const check = { title: 'all voters serve', verdict: 'pass', detail: '3 of 3' } as const;

export const started: Extract<RunRecord, { kind: 'started' }> = {
	kind: 'started',
	operation: 'defragment-cluster',
	title: 'Defragment all',
	clusterId: 'c1',
	member: null,
	risk: 'careful',
	isForced: false,
	plan: 'defragment m2, then m3',
	steps: ['defragment m2', 'defragment m3'],
	checks: [check],
	before: [figures],
};

export const stepStarted = (step: number): RunRecord => ({
	kind: 'step-started',
	step,
	title: started.steps[step]!,
	member: `m${step + 2}`,
	checks: [],
	before: [figures],
});

export const stepEnded = (step: number): RunRecord => ({
	kind: 'step-ended',
	step,
	title: started.steps[step]!,
	end: 'done',
	text: 'went from 1.9 GB to 420 MB',
	seconds: 12.5,
	after: [figures],
});

export const ended: RunRecord = {
	kind: 'ended',
	outcome: 'done',
	text: 'all are defragmented',
	advice: null,
	facts: { file: '/x', whole: true, bytes: 3, none: null },
	seconds: 30,
	after: [figures],
};
