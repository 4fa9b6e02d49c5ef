import { type Plan, riskOf, standingOf } from '../operations/plan.ts';
import type { Request } from '../operations/request.ts';
import type { Step } from './event.ts';
import { withNotice } from './notice.ts';
import type { OperatingMode, Preparation, Ticket } from './operating.ts';
import { begun, closed, isRunning } from './running.ts';
import type { State } from './state.ts';

export type ConfirmMode = Extract<OperatingMode, { readonly kind: 'confirm' }>;

/** A plan older than this is looked at anew when it is confirmed: the cluster has moved on. */
const stalePlanMs = 60_000;

/**
 * A key that is held down comes first after half a second or less, then dozens of times a second: nobody has read a plan
 * in between. Terminals tell of no release.
 */
const heldKeyMs = 700;

/** No phrase is longer; a paste of a whole file ends here. */
const longestPhrase = 200;

/**
 * What a confirmation waits for: `enter` for what is safe, `y` for what is careful, `phrase` typed and Enter for what is
 * dangerous or passes a stop. At `looking`, `refused` and `stopped` there is nothing to confirm, at `nothing` nothing to do.
 */
export type Demand = 'looking' | 'refused' | 'stopped' | 'nothing' | 'enter' | 'y' | 'phrase';

const demands = { safe: 'enter', careful: 'y', dangerous: 'phrase' } as const;

/** What has to happen before an operation begins. */
export function demandOf(preparation: Preparation): Demand {
	if (preparation.kind !== 'ready') return preparation.kind;
	const { plan } = preparation;
	if (standingOf(plan) === 'stopped') return 'stopped';
	return plan.nothingToDo === null ? demands[riskOf(plan)] : 'nothing';
}

/** The same of a state; null where nothing is being confirmed. */
export const demandIn = ({ mode }: State): Demand | null =>
	mode.kind === 'confirm' ? demandOf(mode.preparation) : null;

/** Opens the confirmation of a request. The cluster is looked at first; nothing is done. */
export function ask(state: State, request: Request): Step {
	const ticket = state.nextTicket;
	const mode: ConfirmMode = {
		kind: 'confirm',
		ticket,
		request,
		preparation: { kind: 'looking' },
		typed: '',
		isWrong: false,
		offset: 0,
	};
	return [{ ...state, nextTicket: ticket + 1, mode }, [{ kind: 'prepare', ticket, request }]];
}

/** Looks again at what is being confirmed. */
export const lookAgain = (state: State): Step =>
	state.mode.kind === 'confirm' ? ask(state, state.mode.request) : [state, []];

/** What came of looking; what comes for another ticket, or a second time, is nobody's any more. */
export function prepared(state: State, ticket: Ticket, preparation: Preparation): State {
	const { mode } = state;
	if (mode.kind !== 'confirm' || mode.ticket !== ticket || mode.preparation.kind !== 'looking') return state;
	return { ...state, mode: { ...mode, preparation } };
}

/** Begins what the plan says; the one place that asks for `run`. */
function begin(state: State, ticket: Ticket, plan: Plan, readyMs: number): Step {
	if (isRunning(state)) return [withNotice(state, 'another operation is running; one at a time'), []];
	const ageMs = state.now.atMs - readyMs;
	if (ageMs > stalePlanMs) {
		const [again, effects] = lookAgain(state);
		const text = `the plan was ${Math.round(ageMs / 1000)} s old: the cluster is looked at again, then confirm anew`;
		return [withNotice(again, text), effects];
	}
	const operation = begun(ticket, plan, state.now.atMs);
	const isForced = standingOf(plan) === 'forcible';
	return [{ ...state, operation, notice: null, mode: { kind: 'run' } }, [{ kind: 'run', ticket, isForced }]];
}

/** The key that chose the operation must not confirm it as well. */
const isHeld = ({ lastKey, now }: State, key: string): boolean =>
	lastKey?.name === key && now.atMs - lastKey.atMs < heldKeyMs;

const heldText = {
	enter: 'Enter was pressed a moment ago: read the plan, then press it again',
	y: 'y was pressed a moment ago: read the plan, then press it again',
} as const;

/** The key that the demand names was pressed. */
export function confirmed(state: State): Step {
	const { mode } = state;
	if (mode.kind !== 'confirm' || mode.preparation.kind !== 'ready') return [state, []];
	const { plan, readyMs } = mode.preparation;
	const demand = demandOf(mode.preparation);
	switch (demand) {
		case 'enter':
		case 'y':
			if (isHeld(state, demand)) return [withNotice(state, heldText[demand]), []];
			return begin(state, mode.ticket, plan, readyMs);
		case 'phrase':
			if (mode.typed === plan.phrase) return begin(state, mode.ticket, plan, readyMs);
			return [{ ...state, mode: { ...mode, isWrong: true } }, []];
		case 'nothing':
			return [closed(state), []];
		case 'looking':
		case 'refused':
		case 'stopped':
			return [state, []];
	}
}

/** What is typed of the phrase, changed. */
export function retyped(state: State, change: (typed: string) => string): State {
	const { mode } = state;
	if (mode.kind !== 'confirm') return state;
	const typed = [...change(mode.typed)].slice(0, longestPhrase).join('');
	return { ...state, mode: { ...mode, typed, isWrong: false } };
}
