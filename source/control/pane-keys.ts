import type { Binding } from './binding.ts';
import { entriesOf } from './finding-entries.ts';
import { operationKeys } from './operation-keys.ts';
import { isRunning } from './running.ts';
import type { State } from './state.ts';
import { suspendKey } from './suspend-key.ts';

type Row = Omit<Binding, 'mode'>;

const isPaused = (state: State) => state.cursor.kind === 'paused';
const isDemo = (state: State) => state.faults !== null;

const isAtFindings = ({ focus }: State) => focus === 'findings';

const openFinding: Row = {
	keys: ['enter'],
	command: 'finding-open',
	label: 'open the chosen finding',
	hint: 'open',
	offered: isAtFindings,
	disabled: state => (entriesOf(state).length > 0 ? null : 'nothing is wrong: there is no finding to open'),
};

const zoomed: Row = {
	keys: ['enter', 'z'],
	command: 'zoom',
	label: 'zoom the pane to the whole screen, and back',
	hint: 'zoom',
};
/** Enter opens what is chosen there. */
const zoom: readonly Row[] = [
	{ ...zoomed, offered: state => !isAtFindings(state) },
	{ ...zoomed, keys: ['z'], offered: isAtFindings },
];

/** What looks at panes; whether an operation runs below them or not. */
const navigation: readonly Row[] = [
	{ keys: ['f'], command: 'findings', label: 'go to the findings, and back', hint: 'findings' },
	{ keys: ['space'], command: 'pause', label: 'pause the screen, and go on live', hint: 'pause' },
	{ keys: ['up', 'k'], command: 'up', label: 'select the member or the finding above, or scroll back' },
	{ keys: ['down', 'j'], command: 'down', label: 'select the member or the finding below, or scroll on' },
	{ keys: ['pageup'], command: 'page-up', label: 'scroll back a page' },
	{ keys: ['pagedown'], command: 'page-down', label: 'scroll on a page' },
	{ keys: ['home', 'g'], command: 'home', label: 'to the top of the pane' },
	{ keys: ['end', 'G'], command: 'end', label: 'to the end of the pane' },
	{ keys: ['left', '['], command: 'rewind', label: 'pause and go 10 s back in time' },
	{
		keys: ['right', ']'],
		command: 'forward',
		label: 'while paused, go 10 s forward in time',
		disabled: state => (isPaused(state) ? null : 'the screen is live; left goes back in time'),
	},
	{ keys: ['/'], command: 'filter', label: 'filter the watch by text', hint: 'filter' },
	{
		keys: ['n'],
		command: 'noise',
		label: 'hide node leases and events in the watch, and show them',
		hint: 'noise',
	},
	...operationKeys,
	{
		keys: ['b'],
		command: 'faults',
		label: 'break or repair something in the demonstration',
		hint: 'break',
		offered: isDemo,
	},
];

const focus: readonly Row[] = [
	{ keys: ['tab'], command: 'focus-next', label: 'next pane', hint: 'pane' },
	{ keys: ['shift+tab'], command: 'focus-previous', label: 'previous pane' },
];

const program: readonly Row[] = [
	{ keys: ['?'], command: 'help', label: 'show this help', hint: 'help' },
	{ keys: ['ctrl+l'], command: 'redraw', label: 'paint the screen anew' },
	suspendKey,
	{ keys: ['q', 'ctrl+c'], command: 'quit', label: 'leave', hint: 'quit' },
];

const browse: readonly Row[] = [
	...focus,
	openFinding,
	...zoom,
	...navigation,
	{ keys: ['escape'], command: 'back', label: 'leave zoom, filter, selection and pause, one at a time' },
	...program,
];

/** The panes' keys while there is an operation below them: Escape is for it, and Enter once it has ended. */
const run: readonly Row[] = [
	{
		keys: ['escape'],
		command: 'leave-operation',
		label: 'leave the operation: at once between steps, else after the step that cannot be stopped',
		hint: 'leave',
		offered: isRunning,
	},
	{
		keys: ['escape', 'enter'],
		command: 'dismiss-operation',
		label: 'close the operation',
		hint: 'close',
		offered: state => !isRunning(state),
	},
	...focus,
	...[openFinding, ...zoom].map(row => ({
		...row,
		offered: (state: State) => isRunning(state) && (row.offered?.(state) ?? true),
	})),
	...navigation,
	...program,
];

/** The keys of the panes. */
export const paneKeys: readonly Binding[] = [
	...browse.map(row => ({ ...row, mode: 'browse' as const })),
	...run.map(row => ({ ...row, mode: 'run' as const })),
];
