/**
 * Writes the parts of the readme that come from the program's own tables: `<!-- NAME -->…<!-- /NAME -->`.
 * `test/readme.test.ts` fails where they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { glyphsFor } from '../source/components/glyphs.ts';
import { UsageError } from '../source/config/errors.ts';
import { helpText } from '../source/config/help.ts';
import { operationExits } from '../source/config/operation-exits.ts';
import { type Binding, keymap } from '../source/control/keymap.ts';
import type { Mode } from '../source/control/state.ts';
import type { HealthLevel } from '../source/diagnosis/health.ts';
import { catalog } from '../source/operations/catalog.ts';
import type { OperationId, Risk } from '../source/operations/plan.ts';
import { shownKey } from '../source/panes/help.ts';
import { exitCodeOf } from '../source/report/exit-code.ts';

export const readmePath = join(dirname(import.meta.dirname), 'readme.md');

const cell = (text: string) => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[head, head.map(() => '---'), ...rows.map(row => row.map(cell))].map(row => `| ${row.join(' | ')} |`).join('\n');

/** Who gets the keys, one table each; those of `front` stand in front of the panes and are folded away. */
const keyed: readonly { readonly mode: Mode['kind']; readonly title: string; readonly isFront: boolean }[] = [
	{ mode: 'browse', title: 'key', isFront: false },
	{ mode: 'filter', title: 'while a filter is typed', isFront: false },
	{ mode: 'finding', title: 'in a finding that is open', isFront: true },
	{ mode: 'palette', title: 'in the list of operations', isFront: true },
	{ mode: 'menu', title: 'in a menu', isFront: true },
	{ mode: 'form', title: 'where something is typed', isFront: true },
	{ mode: 'confirm', title: 'in a confirmation', isFront: true },
	{ mode: 'run', title: 'while an operation runs, and at its end, beside the first table', isFront: true },
	{ mode: 'journal', title: 'in the journal', isFront: true },
	{ mode: 'help', title: 'in the help', isFront: true },
	{ mode: 'faults', title: 'in the menu of the demonstration', isFront: true },
];

const glyphs = glyphsFor(true);
const shownKeys = (keys: readonly string[]) => keys.map(key => `\`${shownKey(key, glyphs)}\``).join(' ');

/** Keys of a mode by what they do: several may do the same, each where it is offered. */
function keyTable(mode: Mode['kind'], title: string): string {
	const isKnown = (words: string) =>
		mode === 'run' && keymap.some(binding => binding.mode === 'browse' && wordsOf(binding) === words);
	const bindings = keymap.filter(binding => binding.mode === mode && !isKnown(wordsOf(binding)));
	const byLabel = Map.groupBy(bindings, wordsOf);
	return table(
		[title, ''],
		[...byLabel].map(([words, same]) => [shownKeys([...new Set(same.flatMap(({ keys }) => keys))]), words]),
	);
}

const wordsOf = ({ command, label }: Binding): string => (command === 'faults' ? `${label} (only there)` : label);

function keys(): string {
	const tables = (isFront: boolean) =>
		keyed
			.filter(each => each.isFront === isFront && keymap.some(({ mode }) => mode === each.mode))
			.map(({ mode, title }) => keyTable(mode, title))
			.join('\n\n');
	const summary = 'Keys of what stands in front of the panes: lists, menus, confirmations, the journal';
	return `${tables(false)}\n\n<details>\n<summary>${summary}</summary>\n\n${tables(true)}\n\n</details>`;
}

/** Where each operation is told of; beside the readme. */
export const pageOf: Readonly<Record<OperationId, string>> = {
	compact: 'docs/compact.md',
	'defragment-member': 'docs/defragment.md',
	'defragment-cluster': 'docs/defragment.md',
	snapshot: 'docs/snapshot.md',
	'recover-space': 'docs/alarms.md',
	'disarm-alarm': 'docs/alarms.md',
	'move-leader': 'docs/move-leader.md',
	'member-add': 'docs/members.md',
	'member-promote': 'docs/members.md',
	'member-update': 'docs/members.md',
	'member-remove': 'docs/members.md',
	'check-hash': 'docs/check-hash.md',
};

const confirmedBy: Readonly<Record<Risk, string>> = {
	safe: '`Enter`',
	careful: '`y`',
	dangerous: 'typing the name',
};

const operations = (): string =>
	table(
		['operation', 'key', 'command', 'what it does', 'confirmed by'],
		catalog.map(({ id, title, key, usage, summary, risk }) => [
			`[${title}](${pageOf[id]})`,
			`\`${key}\``,
			`\`${usage}\``,
			summary,
			confirmedBy[risk],
		]),
	);

const meanings: readonly (readonly [HealthLevel, string])[] = [
	['healthy', 'healthy'],
	['warning', 'a warning: something needs attention, the cluster works'],
	['critical', 'critical: the cluster does not work, or soon will not'],
	['unreachable', 'the cluster could not be read'],
];

const exits = (): string =>
	table(
		['exit code', 'meaning'],
		[
			...meanings.map(([level, meaning]) => {
				const code = exitCodeOf(level);
				const lenient = exitCodeOf(level, 'critical');
				return [String(code), lenient === code ? meaning : `${meaning}; ${lenient} with \`--fail-on critical\``];
			}),
			[String(new UsageError('').exitCode), 'the command line, a variable or the configuration file is wrong'],
		],
	);

const exitsOfOperations = (): string =>
	table(
		['exit code', 'meaning'],
		Object.values(operationExits).map(({ code, meaning }) => [String(code), meaning]),
	);

/** The flags as `--help` prints them, from the first heading to the notes. */
function flags(): string {
	const text = helpText(null);
	const from = text.indexOf('\nConnecting') + 1;
	const to = text.indexOf('\n\nWhat the watch costs');
	return `\`\`\`text\n${text.slice(from, to)}\n\`\`\``;
}

const sections: Readonly<Record<string, () => string>> = {
	operations,
	keys,
	exits,
	'operation-exits': exitsOfOperations,
	flags,
};

/** The readme with its generated parts made anew. Throws where one of them is missing. */
export function freshReadme(text: string): string {
	return Object.entries(sections).reduce((page, [name, make]) => {
		const marked = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
		if (!marked.test(page)) throw new Error(`the readme has no part <!-- ${name} -->…<!-- /${name} -->`);
		return page.replace(marked, (_, start: string, end: string) => `${start}${make()}\n${end}`);
	}, text);
}

if (import.meta.main) writeFileSync(readmePath, freshReadme(readFileSync(readmePath, 'utf8')));
