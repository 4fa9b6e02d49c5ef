import type { Step } from './event.ts';
import type { JournalView } from './operating.ts';
import { closed } from './running.ts';
import type { State } from './state.ts';

/** Shows the journal, read anew. */
export const journalOpened = (state: State): Step => [
	{ ...state, mode: { kind: 'journal', index: 0, isOpen: false, offset: 0 } },
	[{ kind: 'read-journal' }],
];

/** Opens the chosen operation, or goes back to the list. */
export function journalTurned(state: State): State {
	const { mode, journal } = state;
	if (mode.kind !== 'journal' || (journal?.runs.length ?? 0) === 0) return state;
	return { ...state, mode: { ...mode, isOpen: !mode.isOpen, offset: 0 } };
}

/** One step back: from an operation to the list, from the list to the panes. */
export const journalClosed = (state: State): State =>
	state.mode.kind === 'journal' && state.mode.isOpen ? journalTurned(state) : closed(state);

/**
 * The journal as it was read; what is looked at stays the same operation, wherever it stands now. The newest line of
 * the list stays the newest: whoever opens the journal looks for what was done last.
 */
export function journalRead(state: State, journal: JournalView): State {
	const { mode } = state;
	if (mode.kind !== 'journal' || (!mode.isOpen && mode.index === 0)) return { ...state, journal };
	const id = state.journal?.runs[mode.index]?.id;
	const found = journal.runs.findIndex(run => run.id === id);
	const index = found === -1 ? 0 : found;
	return { ...state, journal, mode: { ...mode, index, isOpen: mode.isOpen && found !== -1 } };
}
