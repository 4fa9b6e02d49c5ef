import type { Glyphs } from '../components/glyphs.ts';
import { menuTitle } from '../control/menus.ts';
import type { Choice, OperatingMode } from '../control/operating.ts';
import type { FaultChoice } from '../control/state.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { choiceLines } from './choices.ts';
import { lineWidth } from './fragments.ts';
import { type Panel, panelWith } from './panel.ts';
import { wrapped } from './words.ts';

/*
 *  ┏ Move the leader to whom? ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
 *  ┃   m1  it leads already                                                      ┃
 *  ┃ ▸ m2  follower; 0 entries behind                                            ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 */

type Menu = Extract<OperatingMode, { readonly kind: 'menu' }>;

/** Room for some choices and the whole note of one. */
const leastMenuRows = 8;
const mostNoteRows = 3;

/** What stands between a key and a confirmation. Where notes are too long for their rows, the chosen one stands below. */
export function menuPanel({ menu, choices, index }: Menu, width: number, glyphs: Glyphs): Panel {
	const rows = choices.map(choice => ({ ...choice, noteTone: 'muted' as const }));
	const lines = choiceLines(rows, index, width, glyphs);
	const isCut = lines.some(drawn => lineWidth(drawn) > width);
	return panelWith({
		title: menuTitle(menu),
		body: rows.length === 0 ? [line('nothing to choose from', 'muted')] : lines,
		at: { kind: 'middle', row: index },
		tail: isCut ? noteLines(choices, index, width) : [],
		leastRows: leastMenuRows,
	});
}

/** The chosen note, in as many rows as the longest one takes, so that the list does not jump. */
function noteLines(choices: readonly Choice[], index: number, width: number): readonly Line[] {
	const notes = choices.map(({ note, disabled }) => wrapped(safeText(disabled ?? note), width));
	const count = Math.min(mostNoteRows, Math.max(...notes.map(({ length }) => length)));
	return Array.from({ length: count }, (_, row) => line(notes[index]?.[row] ?? ''));
}

/** The demonstration's menu: what can be broken or repaired, what is so now, and why something cannot be done. */
export const faultsPanel = (faults: readonly FaultChoice[], index: number, width: number, glyphs: Glyphs): Panel =>
	panelWith({
		title: 'Break or repair',
		body: choiceLines(
			faults.map(({ title, state, disabled }) => ({ title, note: state, noteTone: 'warning' as const, disabled })),
			index,
			width,
			glyphs,
		),
		at: { kind: 'middle', row: index },
	});
