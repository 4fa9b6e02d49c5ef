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
import { shownKey } from '../source/panes/help.ts';
import { exitCodeOf } from '../source/report/exit-code.ts';

export const readmePath = join(dirname(import.meta.dirname), 'readme.md');

const cell = (text: string) => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[head, head.map(() => '---'), ...rows.map(row => row.map(cell))].map(row => `| ${row.join(' | ')} |`).join('\n');

const keyed: readonly { readonly mode: Mode['kind']; readonly title: string }[] = [
	{ mode: 'browse', title: 'key' },
	{ mode: 'filter', title: 'while a filter is typed' },
	{ mode: 'faults', title: 'in the menu of the demonstration' },
];

const glyphs = glyphsFor(true);
const bindingRow = ({ keys, label, offered }: Binding): readonly string[] => [
	keys.map(key => `\`${shownKey(key, glyphs)}\``).join(' '),
	offered === undefined ? label : `${label} (only there)`,
];

const keys = (): string =>
	keyed
		.map(({ mode, title }) => table([title, ''], keymap.filter(binding => binding.mode === mode).map(bindingRow)))
		.join('\n\n');

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
			...meanings.map(([level, meaning]) => [String(exitCodeOf(level)), meaning]),
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
