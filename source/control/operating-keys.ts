import { tooSmallReason } from './availability.ts';
import type { Binding } from './binding.ts';
import { type Demand, demandIn } from './confirm.ts';
import { catalogKeys } from './operation-keys.ts';
import type { State } from './state.ts';
import { suspendKey } from './suspend-key.ts';

type Row = Omit<Binding, 'mode'>;

const suspend: Row = { ...suspendKey, label: 'suspend' };
const leave: Row = { keys: ['escape', 'ctrl+c'], command: 'close', label: 'leave', hint: 'leave' };

const list: readonly Row[] = [
	{ keys: ['up', 'k'], command: 'up', label: 'the one above' },
	{ keys: ['down', 'j'], command: 'down', label: 'the one below', hint: 'choose' },
	{ keys: ['pageup'], command: 'page-up', label: 'a page up' },
	{ keys: ['pagedown'], command: 'page-down', label: 'a page down' },
	{ keys: ['home', 'g'], command: 'home', label: 'the first' },
	{ keys: ['end', 'G'], command: 'end', label: 'the last' },
];

/** Letters may be part of what is typed. */
const text: readonly Row[] = [
	{ keys: ['up'], command: 'up', label: 'scroll back' },
	{ keys: ['down'], command: 'down', label: 'scroll on', hint: 'more' },
	{ keys: ['pageup'], command: 'page-up', label: 'scroll back a page' },
	{ keys: ['pagedown'], command: 'page-down', label: 'scroll on a page' },
	{ keys: ['home'], command: 'home', label: 'to the start' },
	{ keys: ['end'], command: 'end', label: 'to the end' },
];

const palette: readonly Row[] = [
	{ keys: ['enter'], command: 'palette-open', label: 'open it', hint: 'open' },
	...list,
	// The letter at the left of a line is its key here as well.
	...catalogKeys.map(({ hint: _, ...row }) => row),
	{ ...leave, keys: ['escape', 'x', 'q', 'ctrl+c'] },
	suspend,
];

const menu: readonly Row[] = [
	{ keys: ['enter'], command: 'menu-choose', label: 'go on with it', hint: 'go on' },
	...list,
	{ ...leave, keys: ['escape', 'q', 'ctrl+c'] },
	suspend,
];

const form: readonly Row[] = [
	{ keys: ['enter'], command: 'form-submit', label: 'go on with it', hint: 'go on' },
	{ keys: ['backspace'], command: 'form-erase', label: 'erase a character' },
	{ keys: ['ctrl+u'], command: 'form-clear', label: 'erase all', hint: 'erase all' },
	leave,
	suspend,
];

const demands =
	(...wanted: readonly (Demand | null)[]) =>
	(state: State): boolean =>
		wanted.includes(demandIn(state));

/** Only what asks for nothing to be typed leaves the letters free. */
const isTyping = demands('phrase');

/** The keys that begin an operation, and no others do. What cannot be seen cannot be confirmed. */
const confirmation: readonly Row[] = [
	{ keys: ['enter'], hint: 'do it', offered: demands('enter') },
	{ keys: ['y'], hint: 'yes, do it', offered: demands('y') },
	{ keys: ['enter'], hint: 'do it', offered: isTyping },
].map(row => ({ ...row, command: 'confirm', label: 'do it', disabled: tooSmallReason }));

const confirm: readonly Row[] = [
	...confirmation,
	{ keys: ['enter'], command: 'confirm', label: 'close', hint: 'close', offered: demands('nothing') },
	{ keys: ['backspace'], command: 'phrase-erase', label: 'erase a character', offered: isTyping },
	{ keys: ['ctrl+u'], command: 'phrase-clear', label: 'erase all', hint: 'erase all', offered: isTyping },
	leave,
	{
		keys: ['r', 'ctrl+r'],
		command: 'look-again',
		label: 'look again',
		hint: 'look again',
		offered: demands('refused', 'stopped', 'nothing', 'enter', 'y'),
	},
	{ keys: ['ctrl+r'], command: 'look-again', label: 'look again', hint: 'look again', offered: isTyping },
	...text,
	suspend,
];

const isOpen = ({ mode }: State) => mode.kind === 'journal' && mode.isOpen;

const journal: readonly Row[] = [
	{ keys: ['enter'], command: 'journal-turn', label: 'show all of it', hint: 'open', offered: state => !isOpen(state) },
	{ keys: ['enter'], command: 'journal-turn', label: 'back to the list', hint: 'list', offered: isOpen },
	...list.map(row => (row.command === 'down' ? { ...row, offered: (state: State) => !isOpen(state) } : row)),
	{ keys: ['down', 'j'], command: 'down', label: 'scroll on', hint: 'more', offered: isOpen },
	{ keys: ['escape'], command: 'journal-close', label: 'back', hint: 'back' },
	{ keys: ['J', 'q', 'ctrl+c'], command: 'close', label: 'close the journal' },
	suspend,
];

/** The keys of maintenance in front of the panes. */
export const operatingKeys: readonly Binding[] = [
	...palette.map(row => ({ ...row, mode: 'palette' as const })),
	...menu.map(row => ({ ...row, mode: 'menu' as const })),
	...form.map(row => ({ ...row, mode: 'form' as const })),
	...confirm.map(row => ({ ...row, mode: 'confirm' as const })),
	...journal.map(row => ({ ...row, mode: 'journal' as const })),
];
