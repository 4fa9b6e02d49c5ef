import type { Glyphs } from '../components/glyphs.ts';
import { type Line, type Segment, select, type Tone } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, fitCells } from '../format/width.ts';

/** One row of a list that is chosen from. Its text is safe to show. */
export type ChoiceRow = {
	/** Stands before the title; nothing where it is left out. */
	readonly key?: string;
	readonly title: string;
	readonly note: string;
	readonly noteTone: Tone;
	/** Why it cannot be chosen now, in the note's place; null where it can. */
	readonly disabled: string | null;
};

const keyCells = 3;

/** Rows of a list: what can be chosen, with a note, or why not now. The selected one is inverse, and marked. */
export function choiceLines(rows: readonly ChoiceRow[], index: number, width: number, glyphs: Glyphs): readonly Line[] {
	const hasKeys = rows.some(({ key }) => key !== undefined);
	const titleCells = Math.min(
		Math.max(0, ...rows.map(({ title }) => displayWidth(safeText(title)))),
		Math.floor(width * 0.6),
	);
	return rows.map(({ key = '', title, note, noteTone, disabled }, at) => {
		const isDisabled = disabled !== null;
		const keySegment: readonly Segment[] = hasKeys
			? [{ text: fitCells(key, keyCells), tone: isDisabled ? 'muted' : 'key' }]
			: [];
		const drawn: Line = [
			{ text: at === index ? `${glyphs.running} ` : '  ' },
			...keySegment,
			{
				text: `${fitCells(safeText(title), titleCells, 'left', glyphs.ellipsis)}  `,
				tone: isDisabled ? 'muted' : 'normal',
			},
			{ text: safeText(disabled ?? note), tone: isDisabled ? 'muted' : noteTone },
		];
		return at === index ? select(drawn) : drawn;
	});
}
