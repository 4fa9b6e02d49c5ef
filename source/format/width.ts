import stringWidth from 'string-width';

export type Align = 'left' | 'right' | 'center';

/**
 * Anything but characters that take one cell each and never join: ASCII, Latin letters, and the punctuation, arrows,
 * frames, blocks and braille that screens are drawn with. Nearly every text consists of these, and measuring the others
 * costs some thirty times more.
 */
const notSimple =
	/[^\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc\u2605\u2713\u2717\u2800-\u28ff]/;
/** Made when it is first needed: it takes some milliseconds, and most runs never meet a text that needs it. */
let segmenter: Intl.Segmenter | null = null;
function graphemesOf(text: string): Intl.Segments {
	segmenter ??= new Intl.Segmenter();
	return segmenter.segment(text);
}

/** Cells that the text takes on a terminal. The text must hold no escape sequences: see `safeText`. */
export function displayWidth(text: string): number {
	return notSimple.test(text) ? stringWidth(text) : text.length;
}

/** The longest start of the text that fits into `width` cells; grapheme clusters are never torn. */
function headThatFits(text: string, width: number): string {
	if (!notSimple.test(text)) return text.slice(0, Math.max(0, width));
	let used = 0;
	let end = 0;
	for (const { segment, index } of graphemesOf(text)) {
		used += displayWidth(segment);
		if (used > width) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
}

/** The text in at most `width` cells; where something was cut off, it ends with the ellipsis. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
	// Every UTF-16 unit takes at most two cells, so a short text needs no measuring.
	if (text.length * 2 <= width || displayWidth(text) <= width) return text;
	const room = width - displayWidth(ellipsis);
	return room < 0 ? headThatFits(ellipsis, width) : headThatFits(text, room) + ellipsis;
}

/** The text with blanks up to `width` cells; a text that is wider stays as it is. */
export function pad(text: string, width: number, align: Align = 'left'): string {
	const missing = width - displayWidth(text);
	if (missing <= 0) return text;
	if (align === 'left') return text + ' '.repeat(missing);
	if (align === 'right') return ' '.repeat(missing) + text;
	const before = missing >> 1;
	return ' '.repeat(before) + text + ' '.repeat(missing - before);
}

/** The text in exactly `width` cells. (A plain `fit` reads as a focused test to linters.) */
export function fitCells(text: string, width: number, align: Align = 'left', ellipsis = '…'): string {
	return pad(truncate(text, width, ellipsis), width, align);
}
