import type { MetricTable } from '../../cluster/metric-table.ts';
import type { Tier } from '../../cluster/tier.ts';

/** Samples of one series in a range, the oldest first, times strictly rising. */
export type Points = { readonly timesMs: readonly number[]; readonly values: readonly number[] };

/** The range of a selector such as `[5m]`: both ends belong to it, as in Prometheus 2. */
export type Range = { readonly fromMs: number; readonly toMs: number };

export const rangeBefore = (atMs: number, seconds: number): Range => ({ fromMs: atMs - seconds * 1000, toMs: atMs });

/** The rows of a member's scrapes that lie in a range; shared by all series of the member. */
export type RowRange = { readonly tier: Tier; readonly first: number; readonly last: number };

/**
 * The finest rows that go back far enough. Past the full resolution that is a row each 15 s, as a Prometheus with that
 * interval would have them. Null where nothing was scraped in the range.
 */
export function rowsIn(metrics: MetricTable, { fromMs, toMs }: Range): RowRange | null {
	const tier = metrics.table.tierSince(fromMs);
	const last = tier.rowAt(toMs);
	const before = tier.rowAt(fromMs);
	const first = before >= 0 && tier.timeAt(before) === fromMs ? before : before + 1;
	return last < first ? null : { tier, first, last };
}

/** What a range selector gives of one series: scrapes that lacked it leave no point, markers of staleness neither. */
export function pointsOf({ tier, first, last }: RowRange, column: number): Points {
	const timesMs: number[] = [];
	const values: number[] = [];
	let lastMs = Number.NEGATIVE_INFINITY;
	for (let row = first; row <= last; row++) {
		const value = tier.numberAt(column, row);
		const timeMs = tier.timeAt(row);
		if (Number.isNaN(value) || timeMs === lastMs) continue;
		timesMs.push(timeMs);
		values.push(value);
		lastMs = timeMs;
	}
	return { timesMs, values };
}
