import type { Glyphs } from './glyphs.ts';
import type { Sample } from './sampling.ts';

export type SparklineOptions = {
	readonly width: number;
	readonly glyphs: Glyphs;
	/** The value of the lowest step; 0 where it is left out. */
	readonly min?: number;
	/** The value of the highest step; the largest value that is shown where it is left out. */
	readonly max?: number;
};

/** The newest `width` values in as many cells, the newest on the right; gaps are blanks. */
export function sparkline(values: readonly Sample[], { width, glyphs, min = 0, max }: SparklineOptions): string {
	const shown = width > 0 ? values.slice(-width) : [];
	const top = max ?? shown.reduce<number>((most, value) => Math.max(most, value ?? min), min);
	const steps = glyphs.spark;
	const cells = shown.map(value => {
		if (value === null) return ' ';
		const share = top > min ? (value - min) / (top - min) : 0;
		return steps[Math.max(0, Math.min(steps.length - 1, Math.floor(share * steps.length)))]!;
	});
	return cells.join('').padStart(Math.max(0, width));
}
