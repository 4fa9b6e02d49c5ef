import type { History } from './history.ts';
import { lateAfterMs } from './late.ts';
import type { MemberKey } from './member.ts';
import type { PlainMetric } from './metric-names.ts';

/** A time that ends with a moment, and what has to hold in all of it. */
export type Lasting = {
	readonly atMs: number;
	readonly spanMs: number;
	/** Nothing is looked at any more once it was less. */
	readonly atLeast: number;
};

/**
 * The least that a value was in all of a time, reckoned from gauges of one scrape: what it never fell below has lasted.
 * Null where it fell below what is asked for, or where that time was not watched whole, to its end.
 */
export function leastOver(
	{ rows, options }: History,
	key: MemberKey,
	metrics: readonly PlainMetric[],
	{ atMs, spanMs, atLeast }: Lasting,
	reckon: (values: readonly number[]) => number = ([value = Number.NaN]) => value,
): number | null {
	const table = rows.get(key)?.metrics;
	const columns = metrics.map(metric => table?.column(metric) ?? null).filter(column => column !== null);
	if (table === undefined || columns.length < metrics.length) return null;
	const tier = table.table.tierSince(atMs - spanMs);
	const last = tier.rowAt(atMs);
	if (last < 0 || atMs - tier.timeAt(last) > lateAfterMs(options.metricsIntervalMs, tier)) return null;
	let least = Number.POSITIVE_INFINITY;
	for (let row = last; row >= 0; row--) {
		const value = reckon(columns.map(column => tier.numberAt(column, row)));
		if (!(value >= atLeast)) return null;
		least = Math.min(least, value);
		if (tier.timeAt(row) <= atMs - spanMs) return least;
	}
	return null;
}
