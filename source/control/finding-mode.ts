import { chosenEntry, entriesOf, type FindingEntry } from './finding-entries.ts';
import { pageRows } from './layout.ts';
import type { Mode, State } from './state.ts';

export type FindingMode = Extract<Mode, { readonly kind: 'finding' }>;

const opened = (state: State, entry: FindingEntry): State => ({
	...state,
	findingKey: entry.key,
	mode: { kind: 'finding', entry, offset: 0 },
});

/** Opens the chosen finding; nothing where there is none. */
export function findingOpened(state: State): State {
	const entry = chosenEntry(entriesOf(state), state.findingKey);
	return entry === null ? state : opened(state, entry);
}

/** Moves along the list: the choice in the pane, or what is open. It stays on the list. */
export function findingMoved(state: State, by: number): State {
	const entries = entriesOf(state);
	const chosen = chosenEntry(entries, state.findingKey);
	if (chosen === null) return state;
	const next = entries[Math.max(0, Math.min(entries.length - 1, entries.indexOf(chosen) + by))]!;
	if (state.mode.kind !== 'finding') return { ...state, findingKey: next.key };
	return next.key === state.mode.entry.key ? state : opened(state, next);
}

/** Scrolls what is open by pages; how far that goes is told when it was drawn. */
export const findingScrolled = (state: State, pages: number): State =>
	state.mode.kind === 'finding'
		? { ...state, mode: { ...state.mode, offset: Math.max(0, state.mode.offset + pages * pageRows(state)) } }
		: state;

/** What is open as it is at the moment that is shown; `isGone` where it holds no more, and what it was stands there. */
export function openEntry(
	{ entry }: FindingMode,
	entries: readonly FindingEntry[],
): { readonly entry: FindingEntry; readonly isGone: boolean } {
	const now = entries.find(({ key }) => key === entry.key);
	if (now === undefined) return { entry, isGone: true };
	return { entry: now, isGone: now.kind === 'finding' && now.finding.goneAtMs !== null };
}

/**
 * Goes to the findings, or back to the pane from which they were gone to. Who comes anew wants to see the gravest, not what
 * was chosen the last time.
 */
export function findingsTurned(state: State): State {
	if (state.focus !== 'findings') return { ...state, focus: 'findings', focusBefore: state.focus, findingKey: null };
	return { ...state, focus: state.focusBefore === 'findings' ? 'members' : state.focusBefore, isZoomed: false };
}
