import type { OperationId, Outcome, Progress } from '../operations/plan.ts';
import type { Step } from './event.ts';
import { withNotice } from './notice.ts';
import type { OperationRun, RunningStep, Ticket } from './operating.ts';
import type { Mode, State } from './state.ts';

/** How soon after the first a second request to leave etcdtop counts as meant. */
const quitAgainMs = 5000;

/** An operation is under way in this process. */
export const isRunning = ({ operation }: State): boolean => operation !== null && operation.outcome === null;

/** Where the keys go once everything in front of the panes is closed. */
const restingMode = ({ operation }: Pick<State, 'operation'>): Mode => ({
	kind: operation === null ? 'browse' : 'run',
});

/** Back to the panes, and to the operation below them where there is one. */
export const closed = (state: State): State => ({ ...state, mode: restingMode(state) });

/** The operation as it is when it begins. */
export const begun = (ticket: Ticket, plan: OperationRun['plan'], startedMs: number): OperationRun => ({
	ticket,
	plan,
	steps: plan.steps.map(step => ({
		...step,
		state: 'waiting',
		text: '',
		fraction: null,
		startedMs: null,
		endedMs: null,
	})),
	startedMs,
	isLeaving: false,
	quitAskedMs: null,
	outcome: null,
	endedMs: null,
});

function stepAfter(step: RunningStep, progress: Progress, atMs: number): RunningStep {
	switch (progress.kind) {
		case 'step-started':
			return { ...step, state: 'running', startedMs: atMs };
		case 'step-progress':
			return { ...step, text: progress.text, fraction: progress.fraction };
		case 'step-ended':
			return { ...step, state: progress.end, text: progress.text, endedMs: atMs };
	}
}

/** The state after an operation said something; what an operation says that is no longer ours changes nothing. */
export function progressed(state: State, ticket: Ticket, progress: Progress): State {
	const { operation, now } = state;
	if (operation === null || operation.ticket !== ticket || operation.outcome !== null) return state;
	const steps = operation.steps.map((step, index) =>
		index === progress.step ? stepAfter(step, progress, now.atMs) : step,
	);
	return { ...state, operation: { ...operation, steps } };
}

/** A step that nobody said the end of ended as its operation did. */
const endOfStep = { done: 'done', stopped: 'left', failed: 'failed', unknown: 'unknown' } as const;

/** The state after the operation's end. Its outcome stays until it was seen. */
export function ended(state: State, ticket: Ticket, outcome: Outcome): Step {
	const { operation, now, mode } = state;
	if (operation === null || operation.ticket !== ticket || operation.outcome !== null) return [state, []];
	const steps = operation.steps.map(step =>
		step.state === 'running' ? { ...step, state: endOfStep[outcome.kind], endedMs: now.atMs } : step,
	);
	const after: State = { ...state, operation: { ...operation, steps, outcome, endedMs: now.atMs } };
	// What was said of leaving it is over.
	const told =
		mode.kind === 'run' ? { ...after, notice: null } : withNotice(after, `${operation.plan.title}: ${outcome.text}`);
	return [told, [{ kind: 'read-journal' }]];
}

/** What leaving means for the step that is under way. */
function leavingText(steps: readonly RunningStep[]): string {
	const step = steps.find(({ state }) => state === 'running');
	if (step === undefined) return 'leaving: no further step is begun';
	if (step.isAbortable) return `leaving: “${step.title}” is broken off, and no further step is begun`;
	return `leaving: “${step.title}” cannot be stopped and is followed to its end; no further step is begun`;
}

/** The operator wants to leave the operation. */
export function left(state: State): Step {
	const { operation } = state;
	if (operation === null || operation.outcome !== null) return [state, []];
	const told = withNotice({ ...state, operation: { ...operation, isLeaving: true } }, leavingText(operation.steps));
	return [told, operation.isLeaving ? [] : [{ kind: 'leave', ticket: operation.ticket }]];
}

/** The operation's end was seen. */
export const dismissed = (state: State): State => (isRunning(state) ? state : closed({ ...state, operation: null }));

/** Leaves etcdtop; while an operation runs only when it is asked for twice. */
export function quit(state: State): Step {
	const { operation, now } = state;
	if (operation === null || operation.outcome !== null) return [state, [{ kind: 'quit' }]];
	const { quitAskedMs } = operation;
	if (quitAskedMs !== null && now.atMs - quitAskedMs <= quitAgainMs) return [state, [{ kind: 'quit' }]];
	const asked: State = { ...state, operation: { ...operation, quitAskedMs: now.atMs } };
	return [withNotice(asked, quitText(operation.plan.operation)), []];
}

/** A snapshot is read by us and ends with us; all else is the servers' work. It fits into 80 cells. */
const quitText = (operation: OperationId): string =>
	operation === 'snapshot'
		? 'no whole snapshot yet: Esc leaves it; again within 5 s quits, the file is lost'
		: 'an operation runs: Esc leaves it; again within 5 s quits, the server goes on';
