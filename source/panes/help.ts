import type { Glyphs } from '../components/glyphs.ts';
import { helpKeys, helpNotes } from '../control/help.ts';
import type { Binding } from '../control/keymap.ts';
import type { State } from '../control/state.ts';
import { type Line, line } from '../format/line.ts';
import { pad } from '../format/width.ts';
import { type Panel, panelWith } from './panel.ts';

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

/** Every key of the keymap table, and what the numbers mean. */
export function helpLines(state: State, glyphs: Glyphs): readonly Line[] {
	const keys = helpKeys(state).map(({ title, bindings }) => [
		line(title, 'title'),
		...bindings.map(binding => bindingLine(binding, glyphs)),
	]);
	const notes = helpNotes(state).map(([title, lines]) => [
		line(title, 'title'),
		...lines.map(text => line(` ${text}`)),
	]);
	return [...keys, ...notes].flatMap((part, index) => (index === 0 ? part : [[], ...part]));
}

/** The help, in the place of all panes. */
export const helpPanel = (state: State, offset: number, glyphs: Glyphs): Panel =>
	panelWith({
		title: 'Help',
		isWhole: true,
		body: helpLines(state, glyphs),
		at: { kind: 'first', row: offset },
	});
