import { safeText } from '../format/safe.ts';
import { figuresOf } from './figures.ts';
import { lookForJournal } from './leaving.ts';
import type { Check, Outcome } from './plan.ts';
import type { MemberFigures, Recorder, RunRecord } from './record.ts';
import type { Prepared, StepResult } from './step.ts';
import { type Trouble, troubleOf } from './trouble.ts';
import type { Look, World } from './world.ts';

export type RunOptions = {
	readonly world: World;
	/** Every record is written down before the call that it announces goes out. */
	readonly record: Recorder;
	/** Aborts when the operator leaves: at once between steps, within a step where that can be left. */
	readonly signal: AbortSignal;
	/** The operator has passed the stops of the plan that may be passed. */
	readonly isForced: boolean;
};

/** An operation that runs, and what changes of it. */
export type Run = Prepared &
	RunOptions & {
		/** Of every step that was begun; only the last one may be another than done or skipped. */
		readonly results: StepResult[];
		/** Why not everything is written down; no step is begun after it. */
		journalTrouble: Trouble | null;
		/** What was seen after the last step. */
		seen: Look | null;
	};

/** Writes something down. Null once it is on the disk, else why it is not. */
export async function note(run: Run, record: RunRecord): Promise<Trouble | null> {
	try {
		await run.record(record);
		return null;
	} catch (error) {
		const trouble = troubleOf(error);
		if (trouble === null) throw error;
		run.journalTrouble = trouble;
		return trouble;
	}
}

/** The members' numbers of now; none where the operator leaves and they do not come at once. */
export async function figuresOfNow({ world, signal }: Run): Promise<readonly MemberFigures[]> {
	const look = await lookForJournal(world, signal);
	return look === null ? [] : figuresOf(look);
}

/** More steps than this are counted, not named: the list of steps says which. */
const mostNamedSteps = 4;

/** An end before the end: its words, and which steps were done and which were not begun. */
export function endedEarly(run: Run, kind: Outcome['kind'], text: string, advice: string | null): Outcome {
	const { steps, results } = run;
	return { kind, text: [text, ...standOf(steps, results)].join('; '), advice, facts: factsOf(results) };
}

function standOf(steps: Run['steps'], results: Run['results']): readonly string[] {
	const done = steps.filter((_, index) => results[index]?.end === 'done');
	if (results.length === 0) return ['nothing was done', ...named('not begun', steps.length < 2 ? [] : steps)];
	if (steps.length > mostNamedSteps) return [`steps done: ${done.length} of ${steps.length}`];
	return [...named('done', done), ...named('not begun', steps.slice(results.length))];
}

const named = (what: string, steps: Run['steps']): readonly string[] =>
	steps.length === 0 || steps.length > mostNamedSteps ? [] : [`${what}: ${steps.map(({ title }) => title).join(', ')}`];

export const factsOf = (results: readonly StepResult[]): Outcome['facts'] =>
	Object.assign({}, ...results.map(({ facts }) => facts ?? {}));

/** Which checks failed: what they say has to hold is no claim that it does. */
export const stopText = (checks: readonly Check[]): string =>
	checks
		.filter(({ verdict }) => verdict === 'stop')
		.map(({ title, detail }) => `failed check “${title}”: ${detail}`)
		.join('; ');

export const faultText = (error: unknown): string =>
	`a fault of etcdtop itself: ${safeText(error instanceof Error ? error.message : String(error))}`;
