import type { Glyphs } from '../components/glyphs.ts';
import { type Binding, bindingsOf } from '../control/keymap.ts';
import type { State } from '../control/state.ts';
import { type Line, line } from '../format/line.ts';
import { pad } from '../format/width.ts';

const shownNames: Readonly<Record<string, string>> = {
	tab: 'Tab',
	'shift+tab': 'Shift+Tab',
	enter: 'Enter',
	space: 'Space',
	escape: 'Esc',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	backspace: 'Backspace',
};

const arrows = ['up', 'down', 'left', 'right'] as const;

/** A key as people know it: `Tab`, `Ctrl+C`, `↑`. */
export function shownKey(key: string, glyphs: Glyphs): string {
	const arrow = arrows.find(name => name === key);
	if (arrow !== undefined) return glyphs[arrow];
	return shownNames[key] ?? (key.startsWith('ctrl+') ? `Ctrl+${key.slice(5).toUpperCase()}` : key);
}

const keyCells = 16;

const bindingLine = ({ keys, label }: Binding, glyphs: Glyphs): Line => [
	{ text: ` ${pad(keys.map(key => shownKey(key, glyphs)).join(' '), keyCells)}`, tone: 'key' },
	{ text: label },
];

/** What the numbers mean and what watching costs: what a person asks who sees the screen for the first time. */
const notes: readonly (readonly [title: string, lines: readonly string[]])[] = [
	[
		'Numbers',
		[
			'~12 ms   interpolated inside a histogram bucket; etcd only knows 8–16 ms',
			'faded    the last answer of a member that does not answer now; its age is in STATE',
			'FREE     share of the file that a defragmentation would give back',
			'LAG      raft entries behind the leader; a few are only the time between two readings',
			'quota*   neither the member nor a flag told the quota: etcd’s default of 2 GiB is assumed',
		],
	],
	[
		'Cost',
		[
			'One small Status call a second and a metrics page every two seconds for each member.',
			'The watch carries every value that is written, once, from one member: the API has',
			'no watch without values. They are counted and dropped at once. --no-watch turns it off.',
			'Nothing scans or counts the key space, and nothing is ever written.',
		],
	],
	['Terminal', ['A kill that cannot be caught (SIGKILL) leaves the terminal as it was: `reset` mends it.']],
];

/** Every key of the keymap table, and what the numbers mean. */
export function helpLines(state: State, glyphs: Glyphs): readonly Line[] {
	return [
		line('Keys', 'title'),
		...bindingsOf('browse', state).map(binding => bindingLine(binding, glyphs)),
		[],
		line('While a filter is typed', 'title'),
		...bindingsOf('filter', state).map(binding => bindingLine(binding, glyphs)),
		...notes.flatMap(([title, lines]) => [[], line(title, 'title'), ...lines.map(text => line(` ${text}`))]),
	];
}
