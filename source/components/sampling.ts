/** A value at a point in time; null where nothing was measured, which is drawn as a gap and never as zero. */
export type Sample = number | null;

const larger = (a: Sample, b: Sample): Sample => (a === null ? b : b === null ? a : Math.max(a, b));

/**
 * At most `width` values. Where several fall into one, the largest stands for them, so that no peak is lost; a gap
 * remains where all of them are gaps.
 */
export function downsample(values: readonly Sample[], width: number): readonly Sample[] {
	if (values.length <= width) return values;
	const sampled: Sample[] = new Array(Math.max(0, width)).fill(null);
	for (const [index, value] of values.entries()) {
		const cell = Math.floor((index * width) / values.length);
		if (cell < width) sampled[cell] = larger(sampled[cell] ?? null, value);
	}
	return sampled;
}
