import type { Line, Segment } from '../format/line.ts';
import { displayWidth, truncate } from '../format/width.ts';
import type { Theme } from './theme.ts';

/**
 * The line in exactly `width` cells: cut with an ellipsis, or padded with blanks that are selected where the last
 * segment is.
 */
export function fitLine(line: Line, width: number, ellipsis: string): Line {
	const fitted: Segment[] = [];
	let left = Math.max(0, width);
	for (const [index, segment] of line.entries()) {
		const cells = displayWidth(segment.text);
		const isMoreToCome = line.slice(index + 1).some(({ text }) => text !== '');
		if (cells < left || (cells === left && !isMoreToCome)) {
			fitted.push(segment);
			left -= cells;
			continue;
		}
		// One character too many makes `truncate` end with the ellipsis although this segment alone would fit.
		const text = truncate(cells === left ? `${segment.text}${ellipsis}` : segment.text, left, ellipsis);
		fitted.push({ ...segment, text });
		left -= displayWidth(text);
		break;
	}
	if (left > 0) fitted.push({ text: ' '.repeat(left), isSelected: line.at(-1)?.isSelected ?? false });
	return fitted;
}

/** The line as one string with SGR sequences of our own; chalk and Ink would add theirs in spite of NO_COLOR. */
export function paint(line: Line, { styles }: Theme): string {
	let painted = '';
	for (const { text, tone = 'normal', isSelected = false } of line) {
		if (text === '') continue;
		const style = styles[tone];
		const parameters = isSelected ? (style === '' ? '7' : `${style};7`) : style;
		painted += parameters === '' ? text : `\x1b[${parameters}m${text}\x1b[0m`;
	}
	return painted;
}

/** The line painted into exactly `width` cells. */
export const paintRow = (line: Line, width: number, theme: Theme): string =>
	paint(fitLine(line, width, theme.glyphs.ellipsis), theme);
