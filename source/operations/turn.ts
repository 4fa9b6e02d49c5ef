import { safeText } from '../format/safe.ts';
import { figuresOf } from './figures.ts';
import { lookBeforeStep } from './leaving.ts';
import { leftOf, performStep } from './perform-step.ts';
import type { Check, Outcome, Progress } from './plan.ts';
import { endedEarly, faultText, figuresOfNow, note, type Run, stopText } from './run.ts';
import type { Course, Step, StepResult } from './step.ts';
import type { Look } from './world.ts';

export type Turn =
	| { readonly kind: 'done'; readonly result: StepResult }
	/** The operation ends with this step, or before it. */
	| { readonly kind: 'over'; readonly outcome: Outcome };

/** One step's turn: looked at again, written down, done, written down. */
export async function* takeTurn(run: Run, step: Step, index: number, course: Course): AsyncGenerator<Progress, Turn> {
	const over = (text: string, advice: string | null = null): Turn => ({
		kind: 'over',
		outcome: endedEarly(run, 'stopped', text, advice),
	});
	const look = await lookBeforeStep(run.world, run.signal);
	if (look === null) return over('left by the operator');
	const checks = step.recheck?.(look, course) ?? [];
	const stops = checks.filter(check => check.verdict === 'stop' && !isPassed(check, run));
	if (stops.length > 0) return over(`stopped before “${step.title}”: ${stopText(stops)}`, step.adviceOnStop);
	const trouble = await note(run, {
		kind: 'step-started',
		step: index,
		title: step.title,
		member: nameOfMember(step, look),
		checks,
		before: figuresOf(look),
	});
	if (trouble !== null) return over(trouble.text, trouble.advice);
	const result = yield* carryOut(run, step, index, look, course);
	const outcome = outcomeOf(run, step, result);
	return outcome === null ? { kind: 'done', result } : { kind: 'over', outcome };
}

/** Force passes what the operator saw and confirmed, not what has come up since. */
const isPassed = ({ title, mayBeForced }: Check, { isForced, plan }: Run): boolean =>
	isForced &&
	mayBeForced === true &&
	plan.checks.some(seen => seen.title === title && seen.verdict === 'stop' && seen.mayBeForced);

const nameOfMember = ({ memberId }: Step, { snapshot }: Look): string | null =>
	memberId === null ? null : safeText(snapshot.members.find(({ id }) => id === memberId)?.name ?? memberId);

/** Does a step that was written down, and writes down how it ended, whatever happens. */
async function* carryOut(
	run: Run,
	step: Step,
	index: number,
	look: Look,
	course: Course,
): AsyncGenerator<Progress, StepResult> {
	const { world, signal } = run;
	const startMs = world.nowMs();
	let result: StepResult = { end: 'left', text: 'nothing of it was done' };
	let isFault = false;
	try {
		yield { kind: 'step-started', step: index };
		// Leaving while the journal was written, or the screen drawn, is still leaving before the step.
		if (!signal.aborted) {
			// What holds where this generator is returned in the middle.
			result = leftOf(step);
			result = yield* performStep(step, index, { world, look, course, signal });
		}
	} catch (error) {
		isFault = true;
		result = { end: 'unknown', text: faultText(error) };
		throw error;
	} finally {
		run.results.push(result);
		const { end, text } = result;
		const after = isFault ? [] : await figuresOfNow(run);
		const seconds = (world.nowMs() - startMs) / 1000;
		await note(run, { kind: 'step-ended', step: index, title: step.title, end, text, seconds, after });
	}
	yield { kind: 'step-ended', step: index, end: result.end, text: result.text };
	return result;
}

/** How the operation ends with this step; null where it goes on. */
function outcomeOf(run: Run, step: Step, { end, text, advice = null }: StepResult): Outcome | null {
	const { journalTrouble, results, steps } = run;
	switch (end) {
		case 'done':
		case 'skipped':
			return journalTrouble === null || results.length === steps.length
				? null
				: endedEarly(run, 'stopped', `${text}; ${journalTrouble.text}`, journalTrouble.advice);
		case 'left':
			return endedEarly(run, 'stopped', `left by the operator during “${step.title}”: ${text}`, advice);
		case 'unknown':
		case 'failed':
			return endedEarly(run, end, text, advice);
	}
}
