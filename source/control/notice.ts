import type { State } from './state.ts';

/** Notices stay this long. */
export const noticeMs = 6000;

/** The state with a line for the person. */
export const withNotice = (state: State, text: string, lastsMs: number = noticeMs): State => ({
	...state,
	notice: { text, untilMs: state.now.atMs + lastsMs, isLasting: lastsMs > noticeMs },
});

/** The next key that does something takes the answer to the one before away: what can be pressed has its place again. */
export const answered = (before: State, after: State): State =>
	after !== before && after.notice !== null && after.notice === before.notice && !after.notice.isLasting
		? { ...after, notice: null }
		: after;
