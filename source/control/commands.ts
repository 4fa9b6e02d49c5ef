import { earliestMs } from '../cluster/history.ts';
import type { Command } from './command.ts';
import type { Effect, Step } from './event.ts';
import { findingOpened, findingScrolled, findingsTurned } from './finding-mode.ts';
import { pageRows } from './layout.ts';
import { moved } from './moving.ts';
import { withNotice } from './notice.ts';
import { operatingCommands } from './operating-commands.ts';
import { helpOpened } from './remedy.ts';
import { closed, quit } from './running.ts';
import { following, paneIds, type State, shownAtMs, shownTimeMs } from './state.ts';

/** How far one press of rewind or forward goes. */
const rewindMs = 10_000;

const withEffect =
	(effect: Effect): Command =>
	state => [state, [effect]];

const turned = (state: State, by: number): State => {
	const index = paneIds.indexOf(state.focus);
	return { ...state, focus: paneIds[(index + by + paneIds.length) % paneIds.length]! };
};

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

const leaveFilter = (state: State, keep: boolean): State =>
	state.mode.kind === 'filter' ? closed({ ...state, filter: keep ? state.filter : state.mode.before }) : state;

function runFault(state: State): State | Step {
	const fault = state.mode.kind === 'faults' ? state.faults?.[state.mode.index] : undefined;
	if (fault === undefined) return state;
	if (fault.disabled !== null) return withNotice(state, `${fault.title}: ${fault.disabled}`);
	return [closed(state), [{ kind: 'fault', id: fault.id }]];
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
	findings: findingsTurned,
	'finding-open': findingOpened,
	'finding-help': helpOpened,
	'finding-on': state => findingScrolled(state, 1),
	'finding-back': state => findingScrolled(state, -1),
	back,
	help: state => ({ ...state, mode: { kind: 'help', offset: 0 } }),
	close: closed,
	redraw: withEffect({ kind: 'redraw' }),
	suspend: withEffect({ kind: 'suspend' }),
	quit,
	...operatingCommands,
} satisfies Record<string, Command>;

export type CommandId = keyof typeof commandTable;

/** What each command of the keymap does to the state, and what it asks of the outside. */
export const commands: Readonly<Record<CommandId, Command>> = commandTable;
