import { earliestMs } from '../cluster/history.ts';
import { leaderTimeline } from '../cluster/leaders.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import { watchLines } from '../cluster/watch-view.ts';
import type { Effect, Step } from './event.ts';
import { helpRows } from './help.ts';
import { pageRows } from './layout.ts';
import { following, paneIds, type Scroll, type State, shownAtMs, shownTimeMs } from './state.ts';

/** How far one press of rewind or forward goes. */
const rewindMs = 10_000;
/** Notices stay this long. */
export const noticeMs = 6000;

type Command = (state: State) => State | Step;

const withEffect =
	(effect: Effect): Command =>
	state => [state, [effect]];

const turned = (state: State, by: number): State => {
	const index = paneIds.indexOf(state.focus);
	return { ...state, focus: paneIds[(index + by + paneIds.length) % paneIds.length]! };
};

/** Moves the selection through `all members` and each of them. */
function selected(state: State, by: number): State {
	const keys = snapshotAt(state.history, shownAtMs(state)).members.map(({ key }) => key);
	const index = state.selectedKey === null ? -1 : keys.indexOf(state.selectedKey);
	const next = Math.max(-1, Math.min(keys.length - 1, index + by));
	return { ...state, selectedKey: keys[next] ?? null };
}

const within = (offset: number, most: number): number => Math.max(0, Math.min(most, offset));

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

function moved(state: State, by: number): State {
	const { mode } = state;
	if (mode.kind === 'help') {
		const offset = within(mode.offset + by, helpRows(state) - pageRows(state) - 1);
		return { ...state, mode: { ...mode, offset } };
	}
	if (mode.kind === 'faults') {
		const count = state.faults?.length ?? 0;
		return { ...state, mode: { ...mode, index: Math.max(0, Math.min(count - 1, mode.index + by)) } };
	}
	if (state.focus === 'watch')
		return { ...state, watchScroll: scrolled(state.watchScroll, -by, watchLineCount(state), state) };
	if (state.focus === 'leaders') {
		const { entries } = leaderTimeline(state.history, shownAtMs(state));
		return { ...state, leadersScroll: scrolled(state.leadersScroll, by, entries.length, state) };
	}
	return selected(state, by);
}

function rewound(state: State, byMs: number): State {
	// Before the first reading there is nothing to see.
	const firstMs = earliestMs(state.history) ?? state.now.atMs;
	const atMs = Math.min(state.now.atMs, Math.max(firstMs, shownAtMs(state) + byMs));
	if (atMs >= state.now.atMs) return { ...state, cursor: { kind: 'live' }, watchScroll: following };
	return {
		...state,
		cursor: { kind: 'paused', at: { atMs, timeMs: shownTimeMs(state) + (atMs - shownAtMs(state)) } },
		watchScroll: following,
	};
}

function back(state: State): State {
	if (state.isZoomed) return { ...state, isZoomed: false };
	if (state.watchScroll.offset > 0) return { ...state, watchScroll: following };
	if (state.filter !== '') return { ...state, filter: '', watchScroll: following };
	if (state.selectedKey !== null) return { ...state, selectedKey: null };
	if (state.cursor.kind === 'paused') return { ...state, cursor: { kind: 'live' } };
	return state;
}

function leaveFilter(state: State, keep: boolean): State {
	if (state.mode.kind !== 'filter') return state;
	return { ...state, filter: keep ? state.filter : state.mode.before, mode: { kind: 'browse' } };
}

function runFault(state: State): State | Step {
	const fault = state.mode.kind === 'faults' ? state.faults?.[state.mode.index] : undefined;
	if (fault === undefined) return state;
	if (fault.disabled !== null)
		return { ...state, notice: { text: `${fault.title}: ${fault.disabled}`, untilMs: state.now.atMs + noticeMs } };
	return [{ ...state, mode: { kind: 'browse' } }, [{ kind: 'fault', id: fault.id }]];
}

/** Farther than any list is long. */
const farRows = 1_000_000;

const commandTable = {
	'focus-next': state => turned(state, 1),
	'focus-previous': state => turned(state, -1),
	zoom: state => ({ ...state, isZoomed: !state.isZoomed }),
	pause: state =>
		state.cursor.kind === 'live'
			? { ...state, cursor: { kind: 'paused', at: state.now } }
			: { ...state, cursor: { kind: 'live' }, watchScroll: following },
	up: state => moved(state, -1),
	down: state => moved(state, 1),
	'page-up': state => moved(state, -pageRows(state)),
	'page-down': state => moved(state, pageRows(state)),
	home: state => moved(state, -farRows),
	end: state => moved(state, farRows),
	rewind: state => rewound(state, -rewindMs),
	forward: state => rewound(state, rewindMs),
	filter: state => ({ ...state, focus: 'watch', mode: { kind: 'filter', before: state.filter } }),
	'filter-keep': state => leaveFilter(state, true),
	'filter-cancel': state => leaveFilter(state, false),
	'filter-erase': state => ({ ...state, filter: [...state.filter].slice(0, -1).join(''), watchScroll: following }),
	'filter-clear': state => ({ ...state, filter: '', watchScroll: following }),
	noise: state => ({ ...state, hideNoise: !state.hideNoise, watchScroll: following }),
	faults: state => ({ ...state, mode: { kind: 'faults', index: 0 } }),
	'fault-run': runFault,
	back,
	help: state => ({ ...state, mode: { kind: 'help', offset: 0 } }),
	close: state => ({ ...state, mode: { kind: 'browse' } }),
	redraw: withEffect({ kind: 'redraw' }),
	suspend: withEffect({ kind: 'suspend' }),
	quit: withEffect({ kind: 'quit' }),
} satisfies Record<string, Command>;

export type CommandId = keyof typeof commandTable;

/** What each command of the keymap does to the state, and what it asks of the outside. */
export const commands: Readonly<Record<CommandId, Command>> = commandTable;
