import { defaultWindowMs, increaseIn, startTimeColumn, windowBefore } from './histogram.ts';
import { lateAfterMs } from './late.ts';
import type { PlainMetric } from './metric-names.ts';
import type { MetricTable } from './metric-table.ts';

/** How much a counter rose, and over which time. */
export type Increase = { readonly increase: number; readonly seconds: number };

/**
 * How much one counter of a member rose within the window before `atMs`, resets included, without extrapolation: the
 * time that it really covers is in the answer. Null with fewer than two samples. Prometheus' `increase()` scales this
 * to the window.
 */
export function counterIncrease(
	metrics: MetricTable,
	intervalMs: number,
	sample: PlainMetric | (string & {}),
	atMs: number,
	windowMs = defaultWindowMs,
): Increase | null {
	const column = metrics.column(sample);
	const window = windowBefore(metrics, intervalMs, atMs, windowMs);
	if (column === null || window === null) return null;
	const increase = increaseIn(window, column, startTimeColumn(metrics));
	const seconds = (window.tier.timeAt(window.last) - window.tier.timeAt(window.first)) / 1000;
	return increase === null || seconds <= 0 ? null : { increase, seconds };
}

/** The same per second. */
export function counterRate(
	metrics: MetricTable,
	intervalMs: number,
	sample: PlainMetric | (string & {}),
	atMs: number,
	windowMs = defaultWindowMs,
): number | null {
	const found = counterIncrease(metrics, intervalMs, sample, atMs, windowMs);
	return found === null ? null : found.increase / found.seconds;
}

/** A sample's value at a moment; null where it is absent or stale. */
export function sampleAt(
	metrics: MetricTable,
	intervalMs: number,
	sample: PlainMetric | (string & {}),
	atMs: number,
): number | null {
	const column = metrics.column(sample);
	const place = metrics.table.placeAt(atMs);
	if (column === null || place === null) return null;
	if (atMs - place.tier.timeAt(place.row) > lateAfterMs(intervalMs, place.tier)) return null;
	const value = place.tier.numberAt(column, place.row);
	return Number.isNaN(value) ? null : value;
}
