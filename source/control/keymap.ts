import type { CommandId } from './commands.ts';
import type { Mode, State } from './state.ts';

/**
 * One binding. Help, the footer and the readme's table are made from these; `update` obeys nothing else.
 */
export type Binding = {
	readonly mode: Mode['kind'];
	/** Names as `key-name.ts` gives them, the one to show first. */
	readonly keys: readonly string[];
	readonly command: CommandId;
	/** What it does, for help and the readme. */
	readonly label: string;
	/** One or two words for the footer; bindings without one are not in the footer. */
	readonly hint?: string;
	/** Why it can do nothing now; null where it can. */
	readonly disabled?: (state: State) => string | null;
	/** Only where this holds is the binding offered at all, in help and footer too. */
	readonly offered?: (state: State) => boolean;
};

const isPaused = (state: State) => state.cursor.kind === 'paused';
const isDemo = (state: State) => state.faults !== null;

export const keymap: readonly Binding[] = [
	{ mode: 'browse', keys: ['tab'], command: 'focus-next', label: 'next pane', hint: 'pane' },
	{ mode: 'browse', keys: ['shift+tab'], command: 'focus-previous', label: 'previous pane' },
	{
		mode: 'browse',
		keys: ['enter'],
		command: 'zoom',
		label: 'zoom the pane to the whole screen, and back',
		hint: 'zoom',
	},
	{ mode: 'browse', keys: ['space'], command: 'pause', label: 'pause the screen, and go on live', hint: 'pause' },
	{ mode: 'browse', keys: ['up', 'k'], command: 'up', label: 'select the member above, or scroll back' },
	{ mode: 'browse', keys: ['down', 'j'], command: 'down', label: 'select the member below, or scroll on' },
	{ mode: 'browse', keys: ['pageup'], command: 'page-up', label: 'scroll back a page' },
	{ mode: 'browse', keys: ['pagedown'], command: 'page-down', label: 'scroll on a page' },
	{ mode: 'browse', keys: ['home', 'g'], command: 'home', label: 'to the top of the pane' },
	{ mode: 'browse', keys: ['end', 'G'], command: 'end', label: 'to the end of the pane' },
	{ mode: 'browse', keys: ['left', '['], command: 'rewind', label: 'pause and go 10 s back in time' },
	{
		mode: 'browse',
		keys: ['right', ']'],
		command: 'forward',
		label: 'while paused, go 10 s forward in time',
		disabled: state => (isPaused(state) ? null : 'the screen is live; left goes back in time'),
	},
	{ mode: 'browse', keys: ['/'], command: 'filter', label: 'filter the watch by text', hint: 'filter' },
	{
		mode: 'browse',
		keys: ['n'],
		command: 'noise',
		label: 'hide node leases and events in the watch, and show them',
		hint: 'noise',
	},
	{
		mode: 'browse',
		keys: ['b'],
		command: 'faults',
		label: 'break or repair something in the demonstration',
		hint: 'break',
		offered: isDemo,
	},
	{
		mode: 'browse',
		keys: ['escape'],
		command: 'back',
		label: 'leave zoom, filter, selection and pause, one at a time',
	},
	{ mode: 'browse', keys: ['?'], command: 'help', label: 'show this help', hint: 'help' },
	{ mode: 'browse', keys: ['ctrl+l'], command: 'redraw', label: 'paint the screen anew' },
	{ mode: 'browse', keys: ['ctrl+z'], command: 'suspend', label: 'suspend; `fg` brings it back' },
	{ mode: 'browse', keys: ['q', 'ctrl+c'], command: 'quit', label: 'leave', hint: 'quit' },

	{ mode: 'filter', keys: ['enter'], command: 'filter-keep', label: 'keep the filter', hint: 'keep' },
	{ mode: 'filter', keys: ['escape'], command: 'filter-cancel', label: 'back to the filter before', hint: 'cancel' },
	{ mode: 'filter', keys: ['backspace'], command: 'filter-erase', label: 'erase a character' },
	{ mode: 'filter', keys: ['ctrl+u'], command: 'filter-clear', label: 'erase all', hint: 'erase all' },
	{ mode: 'filter', keys: ['ctrl+c'], command: 'filter-cancel', label: 'back to the filter before' },
	{ mode: 'filter', keys: ['ctrl+z'], command: 'suspend', label: 'suspend' },

	{ mode: 'help', keys: ['escape', '?', 'enter', 'q'], command: 'close', label: 'close', hint: 'close' },
	{ mode: 'help', keys: ['up', 'k'], command: 'up', label: 'scroll back' },
	{ mode: 'help', keys: ['down', 'j'], command: 'down', label: 'scroll on', hint: 'more' },
	{ mode: 'help', keys: ['pageup'], command: 'page-up', label: 'scroll back a page' },
	{ mode: 'help', keys: ['pagedown', 'space'], command: 'page-down', label: 'scroll on a page' },
	{ mode: 'help', keys: ['home', 'g'], command: 'home', label: 'to the start' },
	{ mode: 'help', keys: ['end', 'G'], command: 'end', label: 'to the end' },
	{ mode: 'help', keys: ['ctrl+c'], command: 'quit', label: 'leave' },
	{ mode: 'help', keys: ['ctrl+z'], command: 'suspend', label: 'suspend' },

	{ mode: 'faults', keys: ['enter'], command: 'fault-run', label: 'do it', hint: 'do it' },
	{ mode: 'faults', keys: ['up', 'k'], command: 'up', label: 'the one above' },
	{ mode: 'faults', keys: ['down', 'j'], command: 'down', label: 'the one below', hint: 'choose' },
	{ mode: 'faults', keys: ['home', 'g'], command: 'home', label: 'the first' },
	{ mode: 'faults', keys: ['end', 'G'], command: 'end', label: 'the last' },
	{ mode: 'faults', keys: ['escape', 'b', 'q'], command: 'close', label: 'close', hint: 'close' },
	{ mode: 'faults', keys: ['ctrl+c'], command: 'quit', label: 'leave' },
	{ mode: 'faults', keys: ['ctrl+z'], command: 'suspend', label: 'suspend' },
];

/** The bindings that the person may use in a mode, in the order of help. */
export const bindingsOf = (mode: Mode['kind'], state: State): readonly Binding[] =>
	keymap.filter(binding => binding.mode === mode && (binding.offered?.(state) ?? true));

export const bindingFor = (state: State, key: string): Binding | null =>
	bindingsOf(state.mode.kind, state).find(({ keys }) => keys.includes(key)) ?? null;
