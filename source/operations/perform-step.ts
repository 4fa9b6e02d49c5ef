import type { FailureKind } from '../cluster/failure.ts';
import type { Progress } from './plan.ts';
import type { Step, StepContext, StepResult } from './step.ts';
import { failureIn, troubleOf } from './trouble.ts';

/** The request may have arrived, and been carried out, without an answer. */
const leavesOpen: ReadonlySet<FailureKind> = new Set(['timeout', 'unreachable', 'malformed']);

/** Runs a step to its end; it is closed, too, where nobody asks for more. Throws only what is a bug. */
export async function* performStep(
	step: Step,
	index: number,
	context: StepContext,
): AsyncGenerator<Progress, StepResult> {
	const run = step.run(context);
	try {
		while (true) {
			const { done, value } = await run.next();
			if (done) return value;
			yield { kind: 'step-progress', step: index, ...value };
		}
	} catch (error) {
		return resultOf(error, step, context.signal);
	} finally {
		// Where this generator is returned, the step has to let go of what it holds.
		await run.return(leftOf(step));
	}
}

/** What holds of a step that was begun and not followed to its end. */
export const leftOf = ({ isAbortable }: Step): StepResult =>
	isAbortable
		? { end: 'left', text: 'nothing more was asked for' }
		: { end: 'unknown', text: 'nobody waited for its end; the server may still be at it' };

/** An error that a step has let through, as its result. */
function resultOf(error: unknown, step: Step, signal: AbortSignal): StepResult {
	if (signal.aborted && (error === signal.reason || isAbort(error))) return leftOf(step);
	const trouble = troubleOf(error);
	if (trouble === null) throw error;
	const failure = failureIn(error);
	const isOpen = !step.isAbortable && failure !== null && leavesOpen.has(failure.kind);
	return isOpen
		? { end: 'unknown', text: `${trouble.text}; whether it was done is not known`, advice: trouble.advice }
		: { end: 'failed', ...trouble };
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError';
