import type { Line, Tone } from '../format/line.ts';

/** One part of a gauge, from the left. `glyph` fills its cells, so that parts differ without colour too. */
export type GaugePart = { readonly value: number; readonly glyph: string; readonly tone: Tone };

/**
 * A bar of `width` cells in which each part has its share of `total`; what the parts leave of it is filled with `rest`.
 * A part that is not zero always has a cell while there is room for one. Parts that exceed the total fill the bar.
 */
export function gauge(
	parts: readonly GaugePart[],
	total: number,
	width: number,
	rest: { readonly glyph: string; readonly tone: Tone },
): Line {
	const sum = parts.reduce((all, { value }) => all + Math.max(0, value), 0);
	const whole = Math.max(total, sum, Number.MIN_VALUE);
	let used = 0;
	let reached = 0;
	const segments = parts.map(({ value, glyph, tone }) => {
		reached += Math.max(0, value);
		const until = Math.round((reached / whole) * width);
		const cells = Math.min(width - used, Math.max(until - used, value > 0 ? 1 : 0));
		used += cells;
		return { text: glyph.repeat(cells), tone };
	});
	return [...segments, { text: rest.glyph.repeat(Math.max(0, width - used)), tone: rest.tone }].filter(
		({ text }) => text !== '',
	);
}
