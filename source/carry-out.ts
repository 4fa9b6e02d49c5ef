import type { OperationEnd } from './config/operation-exits.ts';
import type { Desk } from './operation-desk.ts';
import type { Outcome, Plan } from './operations/plan.ts';
import type { Prepared } from './operations/step.ts';
import type { Operator } from './operator.ts';
import {
	emptyLog,
	factLines,
	failureText,
	hasBegun,
	logged,
	outcomeLines,
	progressLine,
	type RunLog,
} from './report/progress.ts';

/** An operation that is under way, for those who want to leave it. */
export type Flight = {
	/** Every step so far. */
	readonly log: () => RunLog;
	/** Carries it out to its end. */
	readonly land: () => Promise<Outcome>;
};

export type FlightOptions = {
	readonly operator: Operator;
	readonly prepared: Prepared;
	readonly isForced: boolean;
	readonly signal: AbortSignal;
	readonly desk: Desk;
	/** A clock that never jumps, in milliseconds. */
	readonly nowMs: () => number;
};

/** Runs a confirmed plan and tells each step as it begins, goes on and ends. */
export function startFlight({ operator, prepared, isForced, signal, desk, nowMs }: FlightOptions): Flight {
	const { plan } = prepared;
	let log = emptyLog(plan);
	return {
		log: () => log,
		async land() {
			const run = operator.run(prepared, { isForced, signal });
			while (true) {
				const { done, value } = await run.next();
				if (done) return value;
				const atMs = nowMs();
				log = logged(log, value, atMs);
				const line = progressLine(plan, log, value, atMs);
				if (value.kind === 'step-progress') desk.pass(line);
				else desk.settle(line);
			}
		},
	};
}

/** The step that runs; null between steps. */
const currentStep = (plan: Plan, log: RunLog): Plan['steps'][number] | null =>
	plan.steps[log.findIndex(({ startedMs, end }) => startedMs !== null && end === null)] ?? null;

/** What the first Ctrl+C means now. */
export function leavingText(plan: Plan, log: RunLog): string {
	const step = currentStep(plan, log);
	if (step === null) return 'leaving; nothing more is begun';
	return step.isAbortable
		? `leaving “${step.title}”; nothing more is begun`
		: `“${step.title}” cannot be stopped any more: it is followed to its end, and nothing more is begun; Ctrl+C again leaves at once, and the server goes on alone`;
}

/** How it stands where the operator left at once, without waiting for the end. */
export function abandoned(plan: Plan, log: RunLog): Outcome {
	const step = currentStep(plan, log);
	if (step === null) return leftBetweenSteps(plan, log);
	const advice =
		plan.operation === 'snapshot'
			? `${interrupted}; what came of the file is left as FILE.part: remove it by hand`
			: `${interrupted}; look at the cluster before anything else is done`;
	const text = step.isAbortable
		? `left in the middle of “${step.title}”`
		: `left in the middle of “${step.title}”: the server goes on with it`;
	return { kind: 'unknown', text, advice, facts: {} };
}

const interrupted = 'the journal may tell it as interrupted';

/** No step runs, and none is begun any more: what each has come to is known. */
function leftBetweenSteps({ steps }: Plan, log: RunLog): Outcome {
	const at = log.findLastIndex(({ end }) => end !== null);
	const last = log[at];
	if (last === undefined)
		return { kind: 'stopped', text: 'left before the first step; nothing was done', advice: null, facts: {} };
	const kind = last.end === 'failed' || last.end === 'unknown' ? last.end : 'stopped';
	const text = `left after step ${at + 1} of ${steps.length}, “${steps[at]?.title ?? ''}”: ${last.text ?? ''}`;
	return { kind, text, advice: interrupted, facts: {} };
}

/** What the exit code says of an end. */
export function endOf({ kind }: Outcome, log: RunLog, isLeft: boolean): OperationEnd {
	if (kind === 'done') return 'done';
	if (kind === 'stopped' && !hasBegun(log)) return isLeft ? 'left' : 'refused';
	return 'broken';
}

/** Success on standard output; anything else is a failure, which is one line on standard error. */
export function tellOutcome(desk: Desk, outcome: Outcome): void {
	if (outcome.kind === 'done') {
		desk.settle([]);
		for (const line of outcomeLines(outcome)) desk.settle(line);
	} else {
		desk.complain(failureText(outcome));
	}
	desk.end(factLines(outcome.facts));
}
