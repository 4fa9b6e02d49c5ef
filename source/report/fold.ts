import type { Line, Segment } from '../format/line.ts';
import { displayWidth } from '../format/width.ts';

/**
 * A line broken at its blanks into rows of a width, those after the first indented; tones stay. A word that is wider than
 * a row is left to the terminal: it may be copied.
 */
export function foldLine(line: Line, widthCells: number, indentCells: number): readonly Line[] {
	const rows: Segment[][] = [[]];
	let used = 0;
	for (const { text, ...rest } of line)
		for (const word of text.split(/(?<= )(?! )/)) {
			const cells = displayWidth(word.trimEnd());
			if (used > indentCells && used + cells > widthCells) {
				rows.push([{ text: ' '.repeat(indentCells) }]);
				used = indentCells;
			}
			rows.at(-1)!.push({ text: word, ...rest });
			used += displayWidth(word);
		}
	return rows;
}
