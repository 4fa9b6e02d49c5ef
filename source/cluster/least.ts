import type { History } from './history.ts';
import { lateAfterMs } from './late.ts';
import type { MemberKey } from './member.ts';
import type { PlainMetric } from './metric-names.ts';

/**
 * The least that a gauge of a member was in the time before a moment: what it never fell below has lasted. Null where that
 * time was not watched whole, or not to its end.
 */
export function leastOver(
	history: History,
	key: MemberKey,
	metric: PlainMetric,
	atMs: number,
	spanMs: number,
): number | null {
	return leastOf(history, key, [metric], atMs, spanMs, ([value]) => value!);
}

/** The same of something that is reckoned from several gauges of one scrape. */
export function leastOf(
	history: History,
	key: MemberKey,
	metrics: readonly PlainMetric[],
	atMs: number,
	spanMs: number,
	reckon: (values: readonly number[]) => number,
): number | null {
	const table = history.rows.get(key)?.metrics;
	const columns = metrics.map(metric => table?.column(metric) ?? null).filter(column => column !== null);
	if (table === undefined || columns.length < metrics.length) return null;
	const tier = table.table.tierSince(atMs - spanMs);
	const last = tier.rowAt(atMs);
	if (last < 0 || atMs - tier.timeAt(last) > lateAfterMs(history.options.metricsIntervalMs, tier)) return null;
	let least = Number.POSITIVE_INFINITY;
	for (let row = last; row >= 0; row--) {
		const value = reckon(columns.map(column => tier.numberAt(column, row)));
		if (Number.isNaN(value)) return null;
		least = Math.min(least, value);
		if (tier.timeAt(row) <= atMs - spanMs) return least;
	}
	return null;
}
