import { type CatalogEntry, catalog } from '../operations/catalog.ts';
import { noneAvailable } from './availability.ts';
import type { Binding } from './binding.ts';
import type { State } from './state.ts';

type Row = Omit<Binding, 'mode'>;

const mayChange = ({ readOnly }: State) => !readOnly;

const lowered = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

/** One key and all operations that share it. */
function keyOf([first, ...others]: readonly [CatalogEntry, ...CatalogEntry[]]): Row {
	const entries = [first, ...others];
	const operations = entries.map(({ id }) => id);
	return {
		keys: [first.key],
		command: 'operate',
		label: entries.map(({ title }) => lowered(title)).join(', '),
		hint: first.hint,
		offered: mayChange,
		disabled: state => noneAvailable(state, operations),
		operations,
	};
}

/** A key for each operation or menu of them, from the catalog. */
export const catalogKeys: readonly Row[] = [...Map.groupBy(catalog, ({ key }) => key).values()].map(entries =>
	keyOf(entries as [CatalogEntry, ...CatalogEntry[]]),
);

/** The keys that lead to operations. The journal can be read whoever may change nothing. */
export const operationKeys: readonly Row[] = [
	{
		keys: ['x'],
		command: 'palette',
		label: 'all maintenance operations, and why not now',
		hint: 'operations',
		offered: mayChange,
	},
	...catalogKeys,
	{ keys: ['J'], command: 'journal', label: 'what was done to clusters from this host: the journal', hint: 'journal' },
];
