import { displayWidth, truncate } from './width.ts';

/**
 * Breaks text at its blanks into rows of at most `width` cells; a word that is wider than a row is cut with an
 * ellipsis. Infinity leaves everything on one row.
 */
export function wrapWords(text: string, width: number): readonly string[] {
	const rows: string[] = [];
	let row = '';
	for (const word of text.split(' ').filter(part => part !== '')) {
		const longer = row === '' ? word : `${row} ${word}`;
		if (row !== '' && displayWidth(longer) > width) {
			rows.push(row);
			row = truncate(word, width);
		} else {
			row = truncate(longer, width);
		}
	}
	return row === '' ? rows : [...rows, row];
}
