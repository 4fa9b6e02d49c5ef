import { catalog } from '../operations/catalog.ts';
import type { Binding } from './binding.ts';
import { helpOfOpen } from './remedy.ts';
import type { State } from './state.ts';
import { suspendKey } from './suspend-key.ts';

type Row = Omit<Binding, 'mode'>;

/** An operation helps and can be had now; of that key where one is given. */
const isHelpedBy =
	(key: string | null = null) =>
	(state: State): boolean => {
		const help = helpOfOpen(state);
		return help !== null && help.reason === null && (key === null || help.entry.key === key);
	};

const entriesByKey = [...Map.groupBy(catalog, ({ key }) => key)];

/** The key of each operation, offered where it is the one that helps. It leads to what it is to be done to. */
const operations: readonly Row[] = entriesByKey.map(([key, entries]) => ({
	keys: [key],
	command: 'finding-help',
	label: 'the operation that helps, for the member that it helps',
	hint: entries[0]!.hint,
	offered: isHelpedBy(key),
}));

const open: readonly Row[] = [
	{ keys: ['escape', 'f', 'q', 'ctrl+c'], command: 'close', label: 'close', hint: 'close' },
	...operations,
	{
		keys: ['enter'],
		command: 'finding-help',
		label: 'the operation that helps, for the member that it helps',
		offered: isHelpedBy(),
	},
	{ keys: ['down', 'j'], command: 'down', label: 'the next finding', hint: 'next' },
	{ keys: ['up', 'k'], command: 'up', label: 'the finding before' },
	{ keys: ['home', 'g'], command: 'home', label: 'the first finding' },
	{ keys: ['end', 'G'], command: 'end', label: 'the last finding' },
	{ keys: ['pagedown', 'space'], command: 'finding-on', label: 'scroll on a page', hint: 'more' },
	{ keys: ['pageup'], command: 'finding-back', label: 'scroll back a page' },
	{ ...suspendKey, label: 'suspend' },
];

/** The keys of a finding that is open. */
export const findingKeys: readonly Binding[] = open.map(row => ({ ...row, mode: 'finding' as const }));
