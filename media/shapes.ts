/**
 * Lines and blocks as paths. Fonts draw them with gaps between rows, or from another font of another width; as paths they
 * meet exactly, whatever font the reader has.
 */

/** The cell of a character, in pixels. */
export const cell = { width: 9, height: 19 };

const { width, height } = cell;
const middleX = width / 2;
const middleY = height / 2;
const bend = 4.5;

/** Strokes by character, from the upper left corner of its cell. */
const strokes: Readonly<Record<string, string>> = {
	'│': `m${middleX} 0v${height}`,
	'╭': `m${middleX} ${height}v${bend - middleY}q0-${bend} ${bend}-${bend}`,
	'╮': `m0 ${middleY}q${bend} 0 ${bend} ${bend}v${middleY - bend}`,
	'╰': `m${middleX} 0v${middleY - bend}q0 ${bend} ${bend} ${bend}`,
	'╯': `m0 ${middleY}q${bend} 0 ${bend}-${bend}v${bend - middleY}`,
	'┤': `m${middleX} 0v${height}m-${middleX}-${middleY}h${middleX}`,
	'┼': `m${middleX} 0v${height}m-${middleX}-${middleY}h${width}`,
	'╶': `m${middleX} ${middleY}h${middleX}`,
	'╴': `m0 ${middleY}h${middleX}`,
};

const heavyStrokes: Readonly<Record<string, string>> = {
	'┃': `m${middleX} 0v${height}`,
	'┏': `m${middleX} ${height}v-${middleY}h${middleX}`,
	'┓': `m0 ${middleY}h${middleX}v${middleY}`,
	'┗': `m${middleX} 0v${middleY}h${middleX}`,
	'┛': `m0 ${middleY}h${middleX}v-${middleY}`,
};

/** Horizontal ones run through all their cells. */
const rules: Readonly<Record<string, Pen>> = { '─': 'line', '━': 'heavy', '┈': 'dots' };
/** Areas over the whole width, by the part of the height that they fill from below. */
const bars = Object.fromEntries([...'▁▂▃▄▅▆▇█'].map((sign, index) => [sign, (index + 1) / 8]));
const shades: Readonly<Record<string, Pen>> = { '▒': 'half', '░': 'quarter' };

/** How a path is drawn; the first three are strokes, the others areas. */
export type Pen = 'line' | 'heavy' | 'dots' | 'area' | 'half' | 'quarter';
export const isStroke = (pen: Pen): boolean => pen === 'line' || pen === 'heavy' || pen === 'dots';

const box = (cells: number, part: number) => {
	const tall = Math.round(height * part * 10) / 10;
	return `m0 ${Math.round((height - tall) * 10) / 10}h${cells * width}v${tall}h-${cells * width}z`;
};

/** The path of `cells` times the same character, from its upper left corner; null for what is left to the font. */
export function shapeOf(sign: string, cells: number): { readonly pen: Pen; readonly path: string } | null {
	const rule = rules[sign];
	if (rule !== undefined) return { pen: rule, path: `m0 ${middleY}h${cells * width}` };
	const part = bars[sign];
	if (part !== undefined) return { pen: 'area', path: box(cells, part) };
	const shade = shades[sign];
	if (shade !== undefined) return { pen: shade, path: box(cells, 1) };
	if (sign === '▏') return { pen: 'area', path: `m0 0h1.2v${height}h-1.2z` };
	const stroke = strokes[sign] ?? heavyStrokes[sign];
	return stroke === undefined ? null : { pen: sign in strokes ? 'line' : 'heavy', path: stroke };
}
