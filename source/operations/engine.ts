import type { Failure } from '../cluster/failure.ts';
import { failureText } from '../cluster/failure-text.ts';
import { safeText } from '../format/safe.ts';
import { figuresOf } from './figures.ts';
import { type Check, type Outcome, type Progress, standingOf } from './plan.ts';
import type { Recorder } from './record.ts';
import type { Course, Prepared, Step, StepContext, StepResult } from './step.ts';
import type { Look, World } from './world.ts';

/** The journal could not be written: nothing, or nothing more, is done. */
export class JournalFault extends Error {
	override readonly name = 'JournalFault';
}

export type RunOptions = {
	readonly world: World;
	/** Every record is written down before the call that it announces goes out. */
	readonly record: Recorder;
	/** Aborts when the operator leaves: at once between steps, within a step where that can be left. */
	readonly signal: AbortSignal;
	/** The operator has passed the stops that may be passed. */
	readonly isForced: boolean;
};

/**
 * Carries a prepared operation out: each step is checked again, recorded, done, and recorded. Ends at the first step that
 * is not done. Never throws for what a cluster, a disk or an operator can cause; the outcome says it.
 */
export async function* runOperation(prepared: Prepared, options: RunOptions): AsyncGenerator<Progress, Outcome> {
	const { plan } = prepared;
	const standing = standingOf(plan);
	if (standing === 'stopped' || (standing === 'forcible' && !options.isForced))
		return stopped(stopText(plan.checks), null);
	const { world, record } = options;
	const startMs = world.nowMs();
	try {
		await record({
			kind: 'started',
			operation: plan.operation,
			title: plan.title,
			clusterId: plan.clusterId,
			member: plan.member,
			risk: plan.risk,
			isForced: standing === 'forcible',
			plan: plan.summary,
			steps: plan.steps.map(({ title }) => title),
			checks: plan.checks,
			before: figuresOf(prepared.look),
		});
	} catch (error) {
		return notWritten(error, 'nothing was done');
	}
	const outcome = plan.nothingToDo === null ? yield* runSteps(prepared, options) : nothingToDo(plan.nothingToDo);
	try {
		await record({
			kind: 'ended',
			outcome: outcome.kind,
			text: outcome.text,
			advice: outcome.advice,
			facts: outcome.facts,
			seconds: (world.nowMs() - startMs) / 1000,
			after: figuresOf(await world.look()),
		});
		return outcome;
	} catch (error) {
		return { ...outcome, text: `${outcome.text}; the journal could not be ended: ${oneLine(error)}` };
	}
}

const nothingToDo = (text: string): Outcome => ({ kind: 'done', text, advice: null, facts: {} });

const stopped = (text: string, advice: string | null): Outcome => ({ kind: 'stopped', text, advice, facts: {} });

const oneLine = (error: unknown): string => safeText(error instanceof Error ? error.message : String(error));

const notWritten = (error: unknown, what: string): Outcome =>
	stopped(
		`the journal cannot be written, so ${what}: ${oneLine(error)}`,
		'make room or mend its folder, then try again',
	);

const stopText = (checks: readonly Check[]): string =>
	checks
		.filter(({ verdict }) => verdict === 'stop')
		.map(({ title, detail }) => `${title}: ${detail}`)
		.join('; ');

async function* runSteps(prepared: Prepared, options: RunOptions): AsyncGenerator<Progress, Outcome> {
	const { steps } = prepared;
	const results: StepResult[] = [];
	let { course } = prepared;
	for (const [index, step] of steps.entries()) {
		const turn = yield* takeTurn(step, index, course, results, prepared, options);
		if (turn.kind === 'over') return turn.outcome;
		results.push(turn.result);
		course = turn.result.course ?? course;
	}
	const facts = factsOf(results);
	return { kind: 'done', text: prepared.conclude(results, await options.world.look()), advice: null, facts };
}

const factsOf = (results: readonly StepResult[]): Outcome['facts'] =>
	Object.assign({}, ...results.map(({ facts }) => facts ?? {}));

type Turn =
	| { readonly kind: 'done'; readonly result: StepResult }
	| { readonly kind: 'over'; readonly outcome: Outcome };

async function* takeTurn(
	step: Step,
	index: number,
	course: Course,
	results: readonly StepResult[],
	{ steps }: Prepared,
	{ world, record, signal, isForced }: RunOptions,
): AsyncGenerator<Progress, Turn> {
	const over = (kind: Outcome['kind'], text: string, advice: string | null): Turn => ({
		kind: 'over',
		outcome: { kind, text: `${text}${standOf(steps, index, results)}`, advice, facts: factsOf(results) },
	});
	if (signal.aborted) return over('stopped', 'left by the operator', null);
	const look = await world.look();
	const checks = step.recheck?.(look, course) ?? [];
	const stops = checks.filter(({ verdict, mayBeForced }) => verdict === 'stop' && !(isForced && mayBeForced));
	if (stops.length > 0) return over('stopped', `stopped before “${step.title}”: ${stopText(stops)}`, null);
	try {
		await record({
			kind: 'step-started',
			step: index,
			title: step.title,
			member: nameOfMember(step, look),
			checks,
			before: figuresOf(look),
		});
	} catch (error) {
		const { text, advice } = notWritten(error, `“${step.title}” was not begun`);
		return over('stopped', text, advice);
	}
	// Leaving while the journal was written is still leaving before the step.
	if (signal.aborted) return over('stopped', 'left by the operator', null);
	yield { kind: 'step-started', step: index };
	const startMs = world.nowMs();
	const result = yield* performStep(step, index, { world, look, course, signal });
	yield { kind: 'step-ended', step: index, end: result.end, text: result.text };
	try {
		await record({
			kind: 'step-ended',
			step: index,
			title: step.title,
			end: result.end,
			text: result.text,
			seconds: (world.nowMs() - startMs) / 1000,
			after: figuresOf(await world.look()),
		});
	} catch (error) {
		const { text, advice } = notWritten(error, 'nothing more is done');
		return over('stopped', `${result.text}; ${text}`, advice);
	}
	return turnOf(result, step, over);
}

function turnOf(
	result: StepResult,
	step: Step,
	over: (kind: Outcome['kind'], text: string, advice: string | null) => Turn,
): Turn {
	const advice = result.advice ?? null;
	switch (result.end) {
		case 'done':
		case 'skipped':
			return { kind: 'done', result };
		case 'left':
			return over('stopped', `left by the operator during “${step.title}”: ${result.text}`, advice);
		case 'unknown':
			return over('unknown', result.text, advice);
		case 'failed':
			return over('failed', result.text, advice);
	}
}

async function* performStep(step: Step, index: number, context: StepContext): AsyncGenerator<Progress, StepResult> {
	try {
		const run = step.run(context);
		while (true) {
			const { done, value } = await run.next();
			if (done) return value;
			yield { kind: 'step-progress', step: index, ...value };
		}
	} catch (error) {
		if (context.signal.aborted && step.isAbortable) return { end: 'left', text: 'nothing more was asked for' };
		const failure = failureIn(error);
		if (failure !== null) {
			const { line, advice } = failureText(failure);
			return { end: 'failed', text: line, advice };
		}
		return { end: 'failed', text: oneLine(error) };
	}
}

/** The wire's errors carry what happened; this room may not know their class. */
export function failureIn(error: unknown): Failure | null {
	return error instanceof Error && error.name === 'CallError' && 'failure' in error ? (error.failure as Failure) : null;
}

const nameOfMember = ({ memberId }: Step, { snapshot }: Look): string | null =>
	memberId === null ? null : (snapshot.members.find(({ id }) => id === memberId)?.name ?? memberId);

/** What is done and what is not, where an operation ends in the middle. */
function standOf(steps: readonly Step[], index: number, results: readonly StepResult[]): string {
	if (steps.length < 2) return '';
	const done = steps.slice(0, index).filter((_, at) => results[at]?.end === 'done');
	const left = steps.slice(index);
	const list = (which: readonly Step[]) =>
		which.length === 0 ? 'nothing' : which.map(({ title }) => title).join(', ');
	return `; done: ${list(done)}; not done: ${list(left)}`;
}
