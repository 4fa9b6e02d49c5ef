import type { Line } from '../format/line.ts';
import { formatPercent } from '../format/number.ts';
import { pad } from '../format/width.ts';
import { gauge } from './gauge.ts';
import type { Glyphs } from './glyphs.ts';

/** Cells of the percentage behind the bar: ` 100%`. */
const percentCells = 5;

/**
 * How far something is, in exactly `width` cells: `██████░░░░  60%`. The percentage keeps its place, so that only the
 * cells that change differ between two frames.
 */
export function progressBar(fraction: number, width: number, { gauge: [full, , empty] }: Glyphs): Line {
	const part = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
	return [
		...gauge([{ value: part, glyph: full, tone: 'accent' }], 1, Math.max(0, width - percentCells), {
			glyph: empty,
			tone: 'muted',
		}),
		{ text: pad(formatPercent(part), percentCells, 'right') },
	];
}
