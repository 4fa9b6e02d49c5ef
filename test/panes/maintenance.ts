import type { Event } from '../../source/control/event.ts';
import type { JournalView, Ticket } from '../../source/control/operating.ts';
import type { Check, Outcome, Plan, PlannedStep, Progress } from '../../source/operations/plan.ts';
import type { MemberFigures, PastRun } from '../../source/operations/record.ts';
import { timeAt } from './script.ts';

// Plans, ends and a journal as operations make them, for screens.

const clusterId = 'cdf818194e3a8c32';
const ids = ['8e9e05c52164694d', '91bc3c398fb3c146', 'fd422379fda50e48'] as const;

const pass = (title: string, detail: string): Check => ({ title, verdict: 'pass', detail });

const usualChecks: readonly Check[] = [
	pass('one cluster, its member list read', `cluster ${clusterId}, 3 members`),
	pass('all agree on one leader', 'm1, term 4, told by 3 of 3'),
	pass('all voters serve', '3 of 3'),
	pass('writes go on without one voter', '3 voters, can lose 1'),
	pass('members are up to date', 'at most 2 entries behind'),
	pass('no CORRUPT alarm', 'none'),
	pass('nothing else is under way', 'no defragmentation, no transfer of a snapshot'),
];

const step = (title: string, given: Partial<PlannedStep> = {}): PlannedStep => ({
	title,
	memberId: null,
	isAbortable: true,
	warnings: [],
	...given,
});

const oldFault =
	'etcd 3.5.5: a crash during its defragmentation may leave it with an older revision than it has applied';

export const rolling: Plan = {
	operation: 'defragment-cluster',
	title: 'Defragment the cluster',
	clusterId,
	member: null,
	risk: 'careful',
	phrase: 'cdf81819',
	checks: usualChecks,
	summary:
		'defragment m3 and m2, then move the leader from m1 to m3, then defragment m1; about 40 s in all, from 734 MB to about 416 MB each',
	consequence: [
		'Each member in turn serves nobody for about 12 s; its clients go to another one.',
		'The leader changes once: writes wait for up to a second.',
	],
	steps: [
		step('defragment m3', { memberId: ids[2], isAbortable: false }),
		step('defragment m2', { memberId: ids[1], isAbortable: false, warnings: [oldFault] }),
		step('move the leader from m1 to m3'),
		step('defragment m1', { memberId: ids[0], isAbortable: false }),
	],
	nothingToDo: null,
};

export const warned: Plan = {
	...rolling,
	checks: usualChecks.map(check =>
		check.title === 'nothing else is under way'
			? { ...check, verdict: 'warn', detail: 'not known of m3: no metrics' }
			: check,
	),
};

export const snapshot: Plan = {
	...rolling,
	operation: 'snapshot',
	title: 'Save a snapshot of m2',
	member: 'm2',
	risk: 'safe',
	phrase: 'm2',
	checks: [usualChecks[0]!, usualChecks[2]!, pass('room on the disk', '120 GB free, 734 MB needed')],
	summary: 'stream 734 MB from m2 to /var/backups/etcd-cdf818194e3a8c32-20260105T121000Z.db',
	consequence: ['m2 reads its whole database once; it goes on serving.'],
	steps: [step('save the snapshot')],
};

export const removal: Plan = {
	...rolling,
	operation: 'member-remove',
	title: 'Remove m3',
	member: 'm3',
	risk: 'dangerous',
	phrase: 'm3',
	checks: [
		...usualChecks.slice(0, 3),
		{ title: 'an odd number of voters', verdict: 'warn', detail: '2 voters can lose no more than 1 voter can' },
	],
	summary: 'remove m3: 3 voters, can lose 1 → 2 voters, can lose 0',
	consequence: ['m3 ends, and its data is of no use any more.', 'Until another member joins, every voter is needed.'],
	steps: [step('remove m3', { memberId: ids[2], isAbortable: false })],
};

export const stopped: Plan = {
	...rolling,
	checks: [
		...usualChecks.slice(0, 2),
		{
			title: 'all voters serve',
			verdict: 'stop',
			detail: '2 of 3; m3: no answer from https://10.0.0.13:2379 for 42 s; look whether its process is frozen',
		},
		...usualChecks.slice(3),
	],
};

export const forcible: Plan = {
	...rolling,
	operation: 'defragment-member',
	title: 'Defragment m1',
	member: 'm1',
	phrase: 'm1',
	checks: [
		...usualChecks.slice(0, 3),
		{
			title: 'writes go on without one voter',
			verdict: 'stop',
			detail: 'a single voter: nobody serves the cluster until it is done',
			mayBeForced: true,
		},
		...usualChecks.slice(4),
	],
	summary: 'defragment m1; about 12 s, from 734 MB to about 416 MB',
	consequence: ['Nobody serves the cluster for about 12 s: reads and writes wait or fail.'],
	steps: [step('defragment m1', { memberId: ids[0], isAbortable: false })],
};

export const nothing: Plan = {
	...rolling,
	operation: 'compact',
	title: 'Compact to revision 1,200,000',
	checks: usualChecks.slice(0, 3),
	summary: 'drop the history before revision 1,200,000',
	consequence: [],
	steps: [],
	nothingToDo: 'compacted at revision 1,203,456 already',
};

/** A cluster of seven: more steps than a small screen has rows. */
export const sevenSteps: Plan = {
	...rolling,
	steps: ['m2', 'm3', 'm4', 'm5', 'm6', 'm7']
		.map(name => step(`defragment ${name}`, { isAbortable: false }))
		.concat(step('move the leader from m1 to m2'), step('defragment m1', { isAbortable: false })),
};

/** The plan comes for what was asked first. */
export const prepared = (plan: Plan, ticket: Ticket = 1): Event => ({ kind: 'prepared', ticket, plan });

const progress = (said: Progress, ticket: Ticket = 1): Event => ({ kind: 'progress', ticket, progress: said });

/** The clock stands so many seconds after the end of the ten minutes that scenes tell of. */
export const later = (seconds: number): Event => ({ kind: 'tick', now: timeAt(600_900 + seconds * 1000) });

export const begins = (index: number): Event => progress({ kind: 'step-started', step: index });
export const says = (index: number, text: string, fraction: number | null = null): Event =>
	progress({ kind: 'step-progress', step: index, text, fraction });
export const ends = (index: number, text: string, end: 'done' | 'failed' | 'skipped' | 'unknown' = 'done'): Event =>
	progress({ kind: 'step-ended', step: index, end, text });
export const over = (kind: Outcome['kind'], text: string, given: Partial<Outcome> = {}): Event => ({
	kind: 'ended',
	ticket: 1,
	outcome: { kind, text, advice: null, facts: {}, ...given },
});

const figures = (sizes: readonly (number | null)[], inUse: number): readonly MemberFigures[] =>
	sizes.map((dbSizeBytes, index) => ({
		id: ids[index]!,
		name: `m${index + 1}`,
		state: dbSizeBytes === null ? 'unreachable' : 'serving',
		role: dbSizeBytes === null ? null : index === 0 ? 'leader' : 'follower',
		dbSizeBytes,
		dbInUseBytes: dbSizeBytes === null ? null : inUse,
		quotaBytes: 2 * 1024 ** 3,
		revision: dbSizeBytes === null ? null : '1234656',
		raftTerm: dbSizeBytes === null ? null : '4',
	}));

/** Two minutes to twelve on the day of the scenes. */
const startedMs = Date.UTC(2026, 0, 5, 11, 58);
const hourMs = 3_600_000;

const defragmented: PastRun = {
	id: 'a3',
	operation: 'defragment-cluster',
	title: rolling.title,
	clusterId,
	member: null,
	user: 'root',
	host: 'control-1',
	pid: 4711,
	startedMs,
	endedMs: startedMs + 41_000,
	isForced: false,
	plan: rolling.summary,
	checks: rolling.checks,
	steps: rolling.steps.map(({ title }, index) => ({
		title,
		end: 'done',
		text: index === 2 ? 'm3 leads, term 5' : '734 MB → 416 MB',
		seconds: 11 + index,
		member: null,
		before: [],
	})),
	state: 'done',
	text: '3 members, from 734 MB to 416 MB each',
	advice: null,
	facts: {},
	before: figures([734_003_200, 734_003_200, 734_003_200], 416_000_000),
	after: figures([416_100_000, 416_100_000, 416_100_000], 416_000_000),
};

const saved: PastRun = {
	...defragmented,
	id: 'a2',
	operation: 'snapshot',
	title: 'Save a snapshot of m2',
	member: 'm2',
	startedMs: startedMs - 2 * hourMs,
	endedMs: startedMs - 2 * hourMs + 3000,
	plan: snapshot.summary,
	checks: snapshot.checks,
	steps: [{ title: 'save the snapshot', end: 'done', text: '734 MB', seconds: 3, member: 'm2', before: [] }],
	text: '734 MB, checked',
	facts: {
		file: '/var/backups/etcd-cdf818194e3a8c32-20260105T095800Z.db',
		sizeBytes: 734_003_232,
		sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
	},
};

const interrupted: PastRun = {
	...defragmented,
	id: 'a1',
	operation: 'defragment-member',
	title: 'Defragment m3',
	member: 'm3',
	user: 'ada',
	startedMs: startedMs - 26 * hourMs,
	endedMs: null,
	checks: warned.checks,
	steps: [{ title: 'defragment m3', end: 'running', text: '', seconds: null, member: 'm3', before: [] }],
	state: 'interrupted',
	text: 'its process ended in the middle; m3 serves now, with 416 MB: the defragmentation came to its end',
	advice: 'look at m3 for a minute; nothing has to be done again',
	after: [],
};

const failed: PastRun = {
	...defragmented,
	id: 'a0',
	title: 'Compact to revision 1,200,000',
	operation: 'compact',
	startedMs: startedMs - 50 * hourMs,
	endedMs: startedMs - 50 * hourMs + 5000,
	isForced: true,
	state: 'failed',
	text: 'm1 does not answer: connection refused at https://10.0.0.11:2379',
	advice: 'look whether etcd runs on m1',
	after: figures([null, 734_003_200, 734_003_200], 416_000_000),
};

export const runs: readonly PastRun[] = [defragmented, saved, interrupted, failed];

export const journalWith = (given: Partial<JournalView> = {}): Event => ({
	kind: 'journal',
	journal: { runs, trouble: null, ...given },
});
