import { lateAfterMs } from './late.ts';
import { histogramFamilies, type LatencyKind } from './metric-names.ts';
import type { HistogramColumns, MetricTable } from './metric-table.ts';
import type { Quantile } from './snapshot.ts';
import type { Tier } from './tier.ts';

/** A minute holds some 30 scrapes: enough to be calm, short enough to show what happens now. */
export const defaultWindowMs = 60_000;

/** Windows by kind: etcd probes its peers only every 30 s, so a minute would hold one or two round trips. */
const windowsMs: Readonly<Record<LatencyKind, number>> = {
	fsync: defaultWindowMs,
	commit: defaultWindowMs,
	peerRtt: 5 * 60_000,
};

/** Rows `first` to `last` of a tier, both inclusive: what a difference over a window is made from. */
export type Window = { readonly tier: Tier; readonly first: number; readonly last: number };

/**
 * The rows for a difference over the `windowMs` before `atMs`. A window is never shorter than two samples lie apart, so
 * it widens where readings are rare or the past is kept coarsely. It starts at the last sample before it, so that what
 * happened between two samples is counted once; a sample from before a long gap does not count, and neither does a last
 * sample that is stale. Null where there is no sample at all; `first` equals `last` where there is only one.
 */
export function windowBefore(metrics: MetricTable, intervalMs: number, atMs: number, windowMs: number): Window | null {
	const tier = metrics.table.tierSince(atMs - windowMs);
	const last = tier.rowAt(atMs);
	if (last < 0 || atMs - tier.timeAt(last) > lateAfterMs(intervalMs, tier)) return null;
	const lengthMs = Math.max(windowMs, 2 * Math.max(intervalMs, tier.stepMs));
	const fromMs = atMs - lengthMs;
	const before = tier.rowAt(fromMs);
	const isNear = before >= 0 && fromMs - tier.timeAt(before) <= lengthMs;
	return { tier, first: Math.min(last, isNear ? before : before + 1), last };
}

/** How much a counter rose from one sample to the next; one that fell was reset and started again from 0. */
const step = (before: number, after: number): number => (after >= before ? after - before : after);

/**
 * How much a counter rose within a window, resets included, summed from sample to sample; samples that are missing are
 * passed over. Null with fewer than two.
 */
export function increaseIn({ tier, first, last }: Window, column: number, startColumn: number | null): number | null {
	let before = Number.NaN;
	let startBefore = Number.NaN;
	let sum = 0;
	let samples = 0;
	for (let row = first; row <= last; row++) {
		const value = tier.numberAt(column, row);
		if (Number.isNaN(value)) continue;
		const start = startColumn === null ? Number.NaN : tier.numberAt(startColumn, row);
		// A process that restarted may have passed its old count again: its start time tells.
		const isRestarted = !Number.isNaN(start) && !Number.isNaN(startBefore) && start !== startBefore;
		if (samples > 0) sum += isRestarted ? value : step(before, value);
		before = value;
		if (!Number.isNaN(start)) startBefore = start;
		samples++;
	}
	return samples < 2 ? null : sum;
}

export const startTimeColumn = (metrics: MetricTable): number | null => metrics.column('process_start_time_seconds');

/** Whether the process did not restart between the ends of the window, so that the ends alone tell the difference. */
function isOneRun({ tier, first, last }: Window, startColumn: number | null): boolean {
	return startColumn !== null && tier.numberAt(startColumn, first) === tier.numberAt(startColumn, last);
}

/** Observations in each bucket, cumulative as the server counts them; null with fewer than two samples. */
function bucketIncreases(window: Window, columns: readonly number[], startColumn: number | null): number[] | null {
	const { tier, first, last } = window;
	if (first === last) return null;
	const increases = new Array<number>(columns.length);
	const isSimple = isOneRun(window, startColumn);
	for (let index = 0; index < columns.length; index++) {
		const column = columns[index]!;
		const difference = isSimple ? tier.numberAt(column, last) - tier.numberAt(column, first) : Number.NaN;
		const increase = difference >= 0 ? difference : increaseIn(window, column, startColumn);
		if (increase === null) return null;
		increases[index] = increase;
	}
	return increases;
}

const tooEarly: Quantile = { kind: 'none', reason: 'too-early' };
const idle: Quantile = { kind: 'none', reason: 'idle' };
const unread: Quantile = { kind: 'none', reason: 'unread' };

/**
 * A quantile from cumulative bucket counts. In the bucket without an upper bound `highSeconds` is Infinity and `seconds`
 * its lower bound, which is what Prometheus answers.
 */
export function quantileOf(bounds: readonly number[], counts: readonly number[], quantile: number): Quantile {
	const observations = counts.at(-1) ?? 0;
	if (!(observations > 0)) return idle;
	const rank = Math.min(1, Math.max(0, quantile)) * observations;
	let below = 0;
	let low = 0;
	for (let index = 0; index < bounds.length; index++) {
		// Scrapes are not one moment of the server: a bucket may seem to hold less than the one below it.
		const count = Math.max(below, counts[index]!);
		const high = bounds[index]!;
		if (count >= rank && count > below) {
			const seconds = high === Number.POSITIVE_INFINITY ? low : low + ((high - low) * (rank - below)) / (count - below);
			return { kind: 'measured', lowSeconds: low, highSeconds: high, seconds, observations };
		}
		below = count;
		low = high;
	}
	return idle;
}

/** The quantile of one histogram's observations within a window. */
export function quantileIn(
	window: Window,
	histogram: HistogramColumns,
	startColumn: number | null,
	quantile: number,
): Quantile {
	const increases = bucketIncreases(window, histogram.columns, startColumn);
	return increases === null ? tooEarly : quantileOf(histogram.bounds, increases, quantile);
}

/** What a quantile is taken of, at which moment and over which window. */
export type QuantileQuestion = {
	readonly kind: LatencyKind;
	/** Between 0 and 1. */
	readonly quantile: number;
	readonly atMs: number;
	/** A minute, or five for the round trips to peers, unless said. */
	readonly windowMs?: number;
};

/**
 * A latency quantile of one member. A family with several histograms (the round trip to each peer) gives the worst of
 * them. `intervalMs` is how often its metrics are read.
 */
export function latencyQuantile(metrics: MetricTable, intervalMs: number, question: QuantileQuestion): Quantile {
	const { kind, quantile, atMs, windowMs = windowsMs[kind] } = question;
	const window = windowBefore(metrics, intervalMs, atMs, windowMs);
	const histograms = metrics.histograms(histogramFamilies[kind]);
	if (window === null) return unread;
	// A member without peers has no round trips.
	if (histograms.length === 0) return idle;
	const startColumn = startTimeColumn(metrics);
	return histograms
		.map(histogram => quantileIn(window, histogram, startColumn, quantile))
		.reduce((worst, next) => (severityOf(next) > severityOf(worst) ? next : worst));
}

/** Measured above everything, then what may still come. */
const severityOf = (quantile: Quantile): number =>
	quantile.kind === 'measured' ? quantile.seconds : { idle: -1, 'too-early': -2, unread: -3 }[quantile.reason];
