import type { Binding } from './binding.ts';
import { suspendKey } from './suspend-key.ts';

type Row = Omit<Binding, 'mode'>;

const quitKey: Row = { keys: ['ctrl+c'], command: 'quit', label: 'leave' };

const filter: readonly Row[] = [
	{ keys: ['enter'], command: 'filter-keep', label: 'keep the filter', hint: 'keep' },
	{ keys: ['escape'], command: 'filter-cancel', label: 'back to the filter before', hint: 'cancel' },
	{ keys: ['backspace'], command: 'filter-erase', label: 'erase a character' },
	{ keys: ['ctrl+u'], command: 'filter-clear', label: 'erase all', hint: 'erase all' },
	{ keys: ['ctrl+c'], command: 'filter-cancel', label: 'back to the filter before' },
	{ ...suspendKey, label: 'suspend' },
];

const help: readonly Row[] = [
	{ keys: ['escape', '?', 'enter', 'q'], command: 'close', label: 'close', hint: 'close' },
	{ keys: ['up', 'k'], command: 'up', label: 'scroll back' },
	{ keys: ['down', 'j'], command: 'down', label: 'scroll on', hint: 'more' },
	{ keys: ['pageup'], command: 'page-up', label: 'scroll back a page' },
	{ keys: ['pagedown', 'space'], command: 'page-down', label: 'scroll on a page' },
	{ keys: ['home', 'g'], command: 'home', label: 'to the start' },
	{ keys: ['end', 'G'], command: 'end', label: 'to the end' },
	quitKey,
	{ ...suspendKey, label: 'suspend' },
];

const faults: readonly Row[] = [
	{ keys: ['enter'], command: 'fault-run', label: 'do it', hint: 'do it' },
	{ keys: ['up', 'k'], command: 'up', label: 'the one above' },
	{ keys: ['down', 'j'], command: 'down', label: 'the one below', hint: 'choose' },
	{ keys: ['home', 'g'], command: 'home', label: 'the first' },
	{ keys: ['end', 'G'], command: 'end', label: 'the last' },
	{ keys: ['escape', 'b', 'q'], command: 'close', label: 'close', hint: 'close' },
	quitKey,
	{ ...suspendKey, label: 'suspend' },
];

/** The keys of what stands in front of the panes and changes nothing in a cluster of others. */
export const frontKeys: readonly Binding[] = [
	...filter.map(row => ({ ...row, mode: 'filter' as const })),
	...help.map(row => ({ ...row, mode: 'help' as const })),
	...faults.map(row => ({ ...row, mode: 'faults' as const })),
];
