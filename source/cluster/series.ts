import { quantileIn, startTimeColumn, windowBefore } from './histogram.ts';
import type { History } from './history.ts';
import type { MemberKey } from './member.ts';
import { histogramFamilies, type LatencyKind } from './metric-names.ts';
import { ownRowsAt } from './rows.ts';
import { statusColumns } from './shapes.ts';
import type { Tier } from './tier.ts';
import { revisionRate } from './write-rate.ts';

/** `points` moments that divide the time from `fromMs` to `toMs` evenly. */
export type SeriesRange = { readonly fromMs: number; readonly toMs: number; readonly points: number };

/** Oldest first; null is a gap: nothing was read, or nothing happened that could be measured. */
export type Series = readonly (number | null)[];

const mostPoints = 2000;
/** Quantiles over less than this dance with single observations; peers are probed every 30 s only. */
const shortestWindowsMs: Readonly<Record<LatencyKind, number>> = { fsync: 15_000, commit: 15_000, peerRtt: 90_000 };
const shortestRateWindowMs = 5000;

/**
 * The moments of a range. All but the last lie on multiples of the step, so that a point that was drawn once keeps its
 * value while time goes on; the last is `toMs` itself.
 */
export function momentsOf({ fromMs, toMs, points }: SeriesRange): {
	readonly moments: number[];
	readonly stepMs: number;
} {
	const count = Number.isFinite(points) ? Math.min(mostPoints, Math.max(0, Math.floor(points))) : 0;
	const stepMs = (toMs - fromMs) / count;
	if (count === 0 || !(stepMs > 0) || !Number.isFinite(stepMs)) return { moments: [], stepMs: 1 };
	const lastStep = Math.ceil(toMs / stepMs);
	const moments = Array.from({ length: count }, (_, index) => (lastStep - (count - 1 - index)) * stepMs);
	moments[count - 1] = toMs;
	return { moments, stepMs };
}

/**
 * A latency quantile in seconds over time, each point over its own step or 15 s (90 s for round trips, of which those to
 * the worst peer count).
 */
export function quantileSeries(
	history: History,
	key: MemberKey,
	kind: LatencyKind,
	quantile: number,
	range: SeriesRange,
): Series {
	const { moments, stepMs } = momentsOf(range);
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined) return moments.map(() => null);
	const histograms = metrics.histograms(histogramFamilies[kind]);
	const startColumn = startTimeColumn(metrics);
	const windowMs = Math.max(stepMs, shortestWindowsMs[kind]);
	return moments.map(atMs => {
		const window = windowBefore(metrics, history.options.metricsIntervalMs, atMs, windowMs);
		if (window === null) return null;
		let worst: number | null = null;
		for (const histogram of histograms) {
			const found = quantileIn(window, histogram, startColumn, quantile);
			if (found.kind === 'measured' && (worst === null || found.seconds > worst)) worst = found.seconds;
		}
		return worst;
	});
}

const gauges = {
	latency: { column: statusColumns.latencySeconds, pick: 'max' },
	dbSize: { column: statusColumns.dbSizeBytes, pick: 'last' },
	inUse: { column: statusColumns.dbInUseBytes, pick: 'last' },
} as const;

/** Seconds for `latency` (the peak of each step), bytes for the others. */
export function gaugeSeries(history: History, key: MemberKey, gauge: keyof typeof gauges, range: SeriesRange): Series {
	const { moments, stepMs } = momentsOf(range);
	const numbers = history.rows.get(key)?.numbers;
	if (numbers === undefined || moments.length === 0) return moments.map(() => null);
	const { column, pick } = gauges[gauge];
	const tier = numbers.tierSince(moments[0]! - stepMs);
	const carryMs = Math.max(stepMs, 2.5 * history.options.statusIntervalMs) + tier.stepMs;
	let before = tier.rowAt(moments[0]! - stepMs);
	return moments.map(atMs => {
		const last = tier.rowAt(atMs);
		const first = Math.min(before + 1, last);
		before = last;
		if (last < 0 || atMs - tier.timeAt(last) > carryMs) return null;
		const value = pick === 'max' ? peak(tier, column, first, last) : tier.numberAt(column, last);
		return Number.isNaN(value) ? null : value;
	});
}

function peak(tier: Tier, column: number, first: number, last: number): number {
	let highest = tier.numberAt(column, last);
	for (let row = Math.max(0, first); row < last; row++) {
		const value = tier.numberAt(column, row);
		if (value > highest) highest = value;
	}
	return highest;
}

/** Write transactions a second over time, told by the member that is furthest, else by the next that knows. */
export function writeRateSeries(history: History, range: SeriesRange): Series {
	const { moments, stepMs } = momentsOf(range);
	const overMs = Math.max(stepMs, shortestRateWindowMs);
	const revisionOf = (numbers: RowNumbers) => {
		const place = numbers.placeAt(range.toMs);
		return place === null ? -1n : place.tier.bigintAt(statusColumns.revision, place.row);
	};
	const tables = ownRowsAt(history, range.toMs)
		.flatMap(({ history: row }) => (row === null ? [] : [row.numbers]))
		.map(numbers => ({ numbers, revision: revisionOf(numbers) }))
		.sort((a, b) => (a.revision === b.revision ? 0 : a.revision > b.revision ? -1 : 1));
	return moments.map(atMs => {
		for (const { numbers } of tables) {
			const rate = revisionRate(numbers, history.options.statusIntervalMs, atMs, overMs);
			if (rate !== null) return rate;
		}
		return null;
	});
}

type RowNumbers = NonNullable<ReturnType<History['rows']['get']>>['numbers'];
