import type { MetricTable } from '../../cluster/metric-table.ts';
import type { Tier } from '../../cluster/tier.ts';

/** Samples of one series in a range, the oldest first, times strictly rising. */
export type Points = { readonly timesMs: readonly number[]; readonly values: readonly number[] };

/** The range of a selector such as `[5m]`: both ends belong to it, as in Prometheus 2. */
export type Range = { readonly fromMs: number; readonly toMs: number };

export const rangeBefore = (atMs: number, seconds: number): Range => ({ fromMs: atMs - seconds * 1000, toMs: atMs });

/** The rows of a member's scrapes that lie in a range; shared by all series of the member. */
export type RowRange = {
	readonly tier: Tier;
	readonly first: number;
	readonly timesMs: readonly number[];
	/** No two rows are of one time. */
	readonly isRising: boolean;
};

/**
 * The finest rows that go back far enough. Past the full resolution that is a row each 15 s, as a Prometheus with that
 * interval would have them. Null where nothing was scraped in the range.
 */
export function rowsIn(metrics: MetricTable, { fromMs, toMs }: Range): RowRange | null {
	const tier = metrics.table.tierSince(fromMs);
	const last = tier.rowAt(toMs);
	const before = tier.rowAt(fromMs);
	const first = before >= 0 && tier.timeAt(before) === fromMs ? before : before + 1;
	if (last < first) return null;
	const timesMs = new Array<number>(last - first + 1);
	let isRising = true;
	for (let row = first; row <= last; row++) {
		timesMs[row - first] = tier.timeAt(row);
		if (row > first && timesMs[row - first]! <= timesMs[row - first - 1]!) isRising = false;
	}
	return { tier, first, timesMs, isRising };
}

/** What a range selector gives of one series: scrapes that lacked it leave no point, markers of staleness neither. */
export function pointsOf({ tier, first, timesMs, isRising }: RowRange, column: number): Points {
	const values = new Array<number>(timesMs.length);
	let isWhole = isRising;
	for (let index = 0; index < values.length; index++) {
		const value = tier.numberAt(column, first + index);
		values[index] = value;
		if (Number.isNaN(value)) isWhole = false;
	}
	return isWhole ? { timesMs, values } : present(timesMs, values);
}

/** Without the values that are absent, and of those of one time the first. */
function present(timesMs: readonly number[], values: readonly number[]): Points {
	const kept: { timesMs: number[]; values: number[] } = { timesMs: [], values: [] };
	for (const [index, value] of values.entries()) {
		if (Number.isNaN(value) || timesMs[index] === kept.timesMs.at(-1)) continue;
		kept.timesMs.push(timesMs[index]!);
		kept.values.push(value);
	}
	return kept;
}
