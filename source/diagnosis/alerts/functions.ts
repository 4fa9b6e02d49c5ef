import type { Points, Range } from './points.ts';

/**
 * How much a counter rose, scaled to the whole range as Prometheus does: up to the ends of the range where the samples
 * come near them, by half of an interval where they do not, and never to a time at which the counter would have been
 * below 0. A counter that fell was reset. Null with fewer than two samples.
 */
export function increase({ timesMs, values }: Points, { fromMs, toMs }: Range): number | null {
	const last = values.length - 1;
	if (last < 1) return null;
	const rise = riseOf(values);
	const sampledSeconds = (timesMs[last]! - timesMs[0]!) / 1000;
	const spacing = sampledSeconds / last;
	const near = spacing * 1.1;
	let toStart = (timesMs[0]! - fromMs) / 1000;
	const toEnd = (toMs - timesMs[last]!) / 1000;
	if (rise > 0 && values[0]! >= 0) toStart = Math.min(toStart, sampledSeconds * (values[0]! / rise));
	const covered = sampledSeconds + (toStart < near ? toStart : spacing / 2) + (toEnd < near ? toEnd : spacing / 2);
	return rise * (covered / sampledSeconds);
}

/** The same per second of the range. */
export function rate(points: Points, range: Range): number | null {
	const found = increase(points, range);
	return found === null ? null : found / ((range.toMs - range.fromMs) / 1000);
}

function riseOf(values: readonly number[]): number {
	let rise = values.at(-1)! - values[0]!;
	for (let index = 1; index < values.length; index++)
		if (values[index]! < values[index - 1]!) rise += values[index - 1]!;
	return rise;
}

export const lastOverTime = ({ values }: Points): number | null => values.at(-1) ?? null;

/**
 * Where a straight line through the samples (least squares) will be `aheadSeconds` after `atMs`. Null with fewer than two
 * samples.
 */
export function predictLinear({ timesMs, values }: Points, atMs: number, aheadSeconds: number): number | null {
	const count = values.length;
	if (count < 2) return null;
	if (values.every(value => value === values[0])) return values[0]!;
	const seconds = timesMs.map(timeMs => (timeMs - atMs) / 1000);
	const meanTime = mean(seconds);
	const meanValue = mean(values);
	let covariance = 0;
	let variance = 0;
	for (let index = 0; index < count; index++) {
		const time = seconds[index]! - meanTime;
		covariance += time * (values[index]! - meanValue);
		variance += time * time;
	}
	const slope = covariance / variance;
	return meanValue - slope * meanTime + slope * aheadSeconds;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** A bucket of a histogram: how many observations, or how many a second, were at most `bound`. */
export type Bucket = { readonly bound: number; readonly count: number };

/**
 * A quantile from cumulative buckets by rising bound, interpolated inside the bucket. A count that is below the one
 * before it is taken for the same: scrapes are not one moment of the server. NaN where nothing was observed, and without
 * the bucket that has no bound; in that bucket the answer is the bound of the one before.
 */
export function histogramQuantile(quantile: number, buckets: readonly Bucket[]): number {
	const end = buckets.length - 1;
	if (end < 1 || buckets[end]!.bound !== Number.POSITIVE_INFINITY) return Number.NaN;
	const counts: number[] = [];
	for (const { count } of buckets) counts.push(Math.max(count, counts.at(-1) ?? count));
	const observations = counts[end]!;
	if (!(observations > 0)) return Number.NaN;
	const rank = quantile * observations;
	const index = counts.findIndex(count => count >= rank);
	if (index === end) return buckets[end - 1]!.bound;
	const high = buckets[index]!.bound;
	if (index === 0 && high <= 0) return high;
	const low = index === 0 ? 0 : buckets[index - 1]!.bound;
	const below = index === 0 ? 0 : counts[index - 1]!;
	return low + (high - low) * ((rank - below) / (counts[index]! - below));
}
