import { countUpTo } from './ring.ts';
import type { Tier } from './tier.ts';
import type { TieredTable } from './tiered-table.ts';

/** Since when something holds. `isAtLeast`: it held already when history begins. */
export type Since = { readonly atMs: number; readonly isAtLeast: boolean };

/**
 * Since when something is so that, once it is so, stays so, as with a number that never falls; to the resolution that
 * history still has of that time. Null where it is not so at `atMs`, or nothing was read.
 */
export function sinceWhen(table: TieredTable, holds: (tier: Tier, row: number) => boolean, atMs: number): Since | null {
	let oldestMs = Number.POSITIVE_INFINITY;
	for (const tier of table.tiers) {
		const last = tier.rowAt(atMs);
		if (last < 0 || !holds(tier, last)) continue;
		const first = countUpTo(last + 1, row => (holds(tier, row) ? 1 : 0), 0);
		if (first > 0) return { atMs: tier.timeAt(first), isAtLeast: false };
		// A coarse row has the time of the last of its step.
		oldestMs = Math.min(oldestMs, tier.timeAt(0));
	}
	return oldestMs === Number.POSITIVE_INFINITY ? null : { atMs: oldestMs, isAtLeast: true };
}
