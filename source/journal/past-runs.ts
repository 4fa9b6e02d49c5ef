import { safeLines, safeText } from '../format/safe.ts';
import type { Check, OperationId, StepEnd } from '../operations/plan.ts';
import type { MemberFigures, PastRun } from '../operations/record.ts';
import type { Entry } from './lines.ts';

/**
 * The operations that entries tell of, newest first. `running` are the ids of those whose processes live; any other that
 * was not ended is interrupted.
 */
export function pastRuns(entries: readonly Entry[], running: ReadonlySet<string>): readonly PastRun[] {
	const runs = new Map<string, PastRun>();
	for (const entry of entries) {
		const run = runs.get(entry.run);
		const next = run === undefined ? begun(entry, running) : continued(run, entry);
		if (next !== null) runs.set(entry.run, next);
	}
	return [...runs.values()].reverse().sort((one, other) => other.startedMs - one.startedMs);
}

// People edit files: what is not of the expected kind counts as nothing, and what is shown is safe.
const textOf = (value: unknown): string => (typeof value === 'string' ? safeText(value, 2000) : '');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? safeText(value, 2000) : null);
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const objectsOf = (value: unknown): readonly Record<string, unknown>[] =>
	Array.isArray(value) ? value.filter(item => typeof item === 'object' && item !== null) : [];

function begun(entry: Entry, running: ReadonlySet<string>): PastRun | null {
	if (entry.kind !== 'started' || typeof entry.operation !== 'string') return null;
	const { run, time, pid, isForced, steps } = entry;
	return {
		id: run,
		operation: textOf(entry.operation) as OperationId,
		title: textOf(entry.title),
		clusterId: textOrNull(entry.clusterId),
		member: textOrNull(entry.member),
		user: textOf(entry.user),
		host: textOf(entry.host),
		pid: numberOrNull(pid) ?? 0,
		startedMs: Date.parse(time),
		endedMs: null,
		isForced: isForced === true,
		plan: textOf(entry.plan),
		checks: checksOf(entry.checks),
		steps: (Array.isArray(steps) ? steps : []).map(title => ({
			title: textOf(title),
			member: null,
			before: [],
			end: 'waiting',
			text: '',
			seconds: null,
		})),
		state: running.has(run) ? 'running' : 'interrupted',
		text: '',
		advice: null,
		facts: {},
		before: figuresOf(entry.before),
		after: [],
	};
}

function continued(run: PastRun, entry: Entry): PastRun {
	switch (entry.kind) {
		case 'step-started': {
			const { member, before } = entry;
			return withStep(run, entry.step, { end: 'running', member: textOrNull(member), before: figuresOf(before) });
		}
		case 'step-ended': {
			const end = stepEnds.find(known => known === entry.end) ?? 'unknown';
			return withStep(run, entry.step, { end, text: textOf(entry.text), seconds: numberOrNull(entry.seconds) });
		}
		case 'ended':
			return {
				...run,
				endedMs: Date.parse(entry.time),
				state: outcomes.find(known => known === entry.outcome) ?? 'unknown',
				text: textOf(entry.text),
				advice: textOrNull(entry.advice),
				facts: factsOf(entry.facts),
				after: figuresOf(entry.after),
			};
		case 'explained':
			// Only what has not ended needs an explanation; the first one was nearest to it.
			return run.endedMs === null && run.text === '' ? { ...run, text: textOf(entry.text) } : run;
		default:
			return run;
	}
}

const stepEnds: readonly StepEnd[] = ['done', 'skipped', 'failed', 'unknown', 'left'];
const outcomes = ['done', 'stopped', 'failed', 'unknown'] as const;

type PastStep = PastRun['steps'][number];

const withStep = (run: PastRun, at: number, change: Partial<PastStep>): PastRun => ({
	...run,
	steps: run.steps.map((step, index) => (index === at ? { ...step, ...change } : step)),
});

const checksOf = (value: unknown): readonly Check[] =>
	objectsOf(value).map(({ title, verdict, detail, mayBeForced }) => ({
		title: textOf(title),
		verdict: verdict === 'pass' || verdict === 'warn' ? verdict : 'stop',
		detail: textOf(detail),
		...(mayBeForced === true ? { mayBeForced } : {}),
	}));

const roles = ['leader', 'follower', 'learner'] as const;

const figuresOf = (value: unknown): readonly MemberFigures[] =>
	objectsOf(value).map(figures => ({
		id: textOrNull(figures.id),
		name: textOf(figures.name),
		state: textOf(figures.state),
		role: roles.find(role => role === figures.role) ?? null,
		dbSizeBytes: numberOrNull(figures.dbSizeBytes),
		dbInUseBytes: numberOrNull(figures.dbInUseBytes),
		quotaBytes: numberOrNull(figures.quotaBytes),
		revision: textOrNull(figures.revision),
		raftTerm: textOrNull(figures.raftTerm),
	}));

/** The command that starts a new member names all others; cut, it could not be used. */
const longestFact = 16_384;

function factsOf(value: unknown): PastRun['facts'] {
	if (typeof value !== 'object' || value === null) return {};
	return Object.fromEntries(
		Object.entries(value).flatMap(([name, fact]) =>
			typeof fact === 'string'
				? [[safeText(name), safeLines(fact, longestFact).join('\n')]]
				: fact === null || typeof fact === 'number' || typeof fact === 'boolean'
					? [[safeText(name), fact]]
					: [],
		),
	);
}
