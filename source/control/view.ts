import type { Judgement } from '../diagnosis/judge.ts';
import { type State, shownAtMs, shownTimeMs } from './state.ts';

/** What one frame is drawn from: the choices, and the cluster as it was at the moment that is shown. */
export type View = Judgement & {
	readonly state: State;
	readonly timeMs: number;
};

/** Derives a frame's facts, once for all panes. */
export const viewOf = (state: State): View => ({
	...state.judge.at(state.history, shownAtMs(state)),
	state,
	timeMs: shownTimeMs(state),
});
