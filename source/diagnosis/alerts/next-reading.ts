import type { History } from '../../cluster/history.ts';
import type { TieredTable } from '../../cluster/tiered-table.ts';
import { longestRangeMs } from './scene.ts';
import { lookbackMs } from './up.ts';

/** The first step of the longest subquery still finds a sample that is this old. */
const longestPastMs = longestRangeMs + lookbackMs;

function timesAround(table: TieredTable, atMs: number): { readonly beforeMs: number; readonly afterMs: number } {
	const tier = table.tierSince(atMs);
	const row = tier.rowAt(atMs);
	return {
		beforeMs: row < 0 ? Number.NEGATIVE_INFINITY : tier.timeAt(row),
		afterMs: row + 1 < tier.length ? tier.timeAt(row + 1) : Number.POSITIVE_INFINITY,
	};
}

/**
 * How far the time after `atMs` is empty: nothing was read in the longest range before it, so that no expression has a
 * value until the next reading. That reading's moment, Infinity where there is none; null where the time is not empty.
 */
export function emptyUntil(history: History, atMs: number): number | null {
	let nextMs = Number.POSITIVE_INFINITY;
	for (const { attempts, metrics } of history.rows.values())
		for (const table of [attempts, metrics.table]) {
			const { beforeMs, afterMs } = timesAround(table, atMs);
			if (atMs - beforeMs <= longestPastMs) return null;
			nextMs = Math.min(nextMs, afterMs);
		}
	return nextMs;
}
