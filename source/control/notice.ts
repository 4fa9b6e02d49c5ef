import type { State } from './state.ts';

/** Notices stay this long. */
export const noticeMs = 6000;

/** The state with a line for the person. */
export const withNotice = (state: State, text: string, lastsMs: number = noticeMs): State => ({
	...state,
	notice: { text, untilMs: state.now.atMs + lastsMs },
});
