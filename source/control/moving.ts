import { leaderTimeline } from '../cluster/leaders.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import { watchLines } from '../cluster/watch-view.ts';
import { catalog } from '../operations/catalog.ts';
import type { PanelReach } from './event.ts';
import { findingMoved } from './finding-mode.ts';
import { helpRows } from './help.ts';
import { pageRows } from './layout.ts';
import { following, type Mode, type Scroll, type State, shownAtMs } from './state.ts';

const within = (offset: number, most: number): number => Math.max(0, Math.min(most, offset));

/** Moves the selection through `all members` and each of them. */
function selected(state: State, by: number): State {
	const keys = snapshotAt(state.history, shownAtMs(state)).members.map(({ key }) => key);
	const index = state.selectedKey === null ? -1 : keys.indexOf(state.selectedKey);
	const next = Math.max(-1, Math.min(keys.length - 1, index + by));
	return { ...state, selectedKey: keys[next] ?? null };
}

/**
 * Scrolling back holds the list still at the moment it began; back at the newest line it follows again. It ends where
 * the oldest line is in view, so that the next key in the other direction moves at once.
 */
function scrolled(scroll: Scroll, by: number, lines: number, state: State): Scroll {
	const offset = within(scroll.offset + by, lines - pageRows(state));
	return offset === 0 ? following : { offset, anchorMs: scroll.anchorMs ?? shownAtMs(state) };
}

/** The lines that the watch can show now, hidden and filtered ones left out. */
const watchLineCount = (state: State): number =>
	watchLines(state.history, {
		atMs: state.watchScroll.anchorMs ?? shownAtMs(state),
		limit: 0,
		text: state.filter,
		hideNoise: state.hideNoise,
	}).matching;

function movedInPane(state: State, by: number): State {
	if (state.focus === 'watch')
		return { ...state, watchScroll: scrolled(state.watchScroll, -by, watchLineCount(state), state) };
	if (state.focus === 'findings') return findingMoved(state, by);
	if (state.focus === 'leaders') {
		const { entries } = leaderTimeline(state.history, shownAtMs(state));
		return { ...state, leadersScroll: scrolled(state.leadersScroll, by, entries.length, state) };
	}
	return selected(state, by);
}

/** The line of a list, moved; it stays on the list. */
const alongList = <Chosen extends { readonly index: number }>(mode: Chosen, by: number, count: number): Chosen => ({
	...mode,
	index: within(mode.index + by, count - 1),
});

/** Text of which only the screen knows how long it is, moved; how far that goes is told when it was drawn. */
const onward = <Scrolled extends { readonly offset: number }>(mode: Scrolled, by: number): Scrolled => ({
	...mode,
	offset: Math.max(0, mode.offset + by),
});

/** Text that is scrolled, moved; its last row stays the last one of the screen. */
const alongText = <Scrolled extends { readonly offset: number }>(
	mode: Scrolled,
	by: number,
	rows: number,
	state: State,
): Scrolled => ({ ...mode, offset: within(mode.offset + by, rows - pageRows(state) - 1) });

/** The mode after a move within it; null where the panes behind it are moved. */
function movedMode(state: State, by: number): Mode | null {
	const { mode } = state;
	switch (mode.kind) {
		case 'help':
			return alongText(mode, by, helpRows(state), state);
		case 'confirm':
			return onward(mode, by);
		case 'journal':
			return mode.isOpen ? onward(mode, by) : alongList(mode, by, state.journal?.runs.length ?? 0);
		case 'faults':
			return alongList(mode, by, state.faults?.length ?? 0);
		case 'palette':
			return alongList(mode, by, catalog.length);
		case 'menu':
			return alongList(mode, by, mode.choices.length);
		default:
			return null;
	}
}

/** The state after a move by so many lines: of the selection, or of what is scrolled. */
export function moved(state: State, by: number): State {
	if (state.mode.kind === 'finding') return findingMoved(state, by);
	const mode = movedMode(state, by);
	return mode === null ? movedInPane(state, by) : { ...state, mode };
}

/** No further down than the last row: the next key in the other direction moves at once. */
export function scrolledTo(before: State, { lastOffset, panelRows }: PanelReach): State {
	const { mode } = before;
	const state = before.panelRows === panelRows ? before : { ...before, panelRows };
	const isScrolled = mode.kind === 'confirm' || mode.kind === 'journal' || mode.kind === 'finding';
	if (!isScrolled || mode.offset <= lastOffset) return state;
	return { ...state, mode: { ...mode, offset: lastOffset } };
}
