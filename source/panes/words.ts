import type { Glyphs } from '../components/glyphs.ts';
import type { Line, Segment, Tone } from '../format/line.ts';
import { displayWidth, pad, truncate } from '../format/width.ts';
import { wrapWords } from '../format/wrap.ts';
import { lineWidth } from './fragments.ts';

/** Pieces of a word that is wider than a row: a path or a hash has to be read whole. */
function brokenWord(word: string, width: number): readonly string[] {
	const pieces: string[] = [];
	for (let rest = word; rest !== ''; ) {
		// Half of a wide character does not fit into one cell: it still has to go somewhere.
		const piece = truncate(rest, width, '') || [...rest][0]!;
		pieces.push(piece);
		rest = rest.slice(piece.length);
	}
	return pieces;
}

/** Text in rows of at most `width` cells, broken at blanks, and inside of a word only where that is wider than a row. */
export function wrapped(text: string, width: number): readonly string[] {
	const cells = Math.max(1, width);
	const words = text.split(' ').flatMap(word => (displayWidth(word) > cells ? brokenWord(word, cells) : [word]));
	return wrapWords(words.join(' '), cells);
}

/** Text behind a lead, wrapped, with the rows after the first one below its beginning. */
export function hanging(lead: Line, text: string, width: number, tone: Tone = 'normal'): readonly Line[] {
	const indent: Segment = { text: ' '.repeat(lineWidth(lead)) };
	const rows = wrapped(text, width - lineWidth(lead));
	return (rows.length === 0 ? [''] : rows).map((row, index) => [
		...(index === 0 ? lead : [indent]),
		{ text: row, tone },
	]);
}

/** The end of a text in at most so many cells, behind an ellipsis where something is missing: what is typed there. */
export function endOf(text: string, cells: number, { ellipsis }: Glyphs): string {
	if (displayWidth(text) <= cells) return text;
	let end = '';
	for (const character of [...text].reverse()) {
		if (displayWidth(character + end) > cells - 1) break;
		end = character + end;
	}
	return ellipsis + end;
}

/** The longest name of a section, and the blanks behind it. */
const labelCells = 9;

/** Cells that the lines of a section have. */
export const sectionWidth = (width: number): number => width - labelCells;

/** A section: its name at the left of its first line. */
export const section = (name: string, lines: readonly Line[]): readonly Line[] =>
	lines.map((drawn, index) => [{ text: pad(index === 0 ? name : '', labelCells), tone: 'muted' }, ...drawn]);

/** A section of one text. */
export const sectionOf = (name: string, text: string, width: number, tone: Tone = 'normal'): readonly Line[] =>
	section(name, hanging([], text, sectionWidth(width), tone));
