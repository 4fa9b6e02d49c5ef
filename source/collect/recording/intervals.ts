import type { Recorded } from './line-reader.ts';

/** How often is read, in milliseconds; null where nobody says. */
export type ClaimedIntervals = { readonly statusMs: number | null; readonly metricsMs: number | null };

const usual = { statusMs: 1000, metricsMs: 2000 } as const;
/** Of fewer differences than this a median tells little. */
const fewest = 3;

/**
 * How often is read: as it is claimed, or as the readings show where nothing is claimed or they show something quite
 * different. What counts as late and what a window holds follow from it.
 */
export function measuredIntervals(items: readonly Recorded[], claimed: ClaimedIntervals) {
	const statusMs = intervalOf(items, 'status');
	const metricsMs = intervalOf(items, 'metrics');
	return {
		statusIntervalMs: agreed(claimed.statusMs, statusMs) ?? usual.statusMs,
		metricsIntervalMs: agreed(claimed.metricsMs, metricsMs) ?? usual.metricsMs,
	};
}

function agreed(claimedMs: number | null, measuredMs: number | null): number | null {
	if (claimedMs === null || measuredMs === null) return claimedMs ?? measuredMs;
	const ratio = measuredMs / claimedMs;
	return ratio > 0.5 && ratio < 2 ? claimedMs : measuredMs;
}

/** The median time between two readings of one row. */
function intervalOf(items: readonly Recorded[], kind: 'status' | 'metrics'): number | null {
	const latest = new Map<string, number>();
	const differences: number[] = [];
	for (const item of items) {
		if (item.kind !== kind) continue;
		const before = latest.get(item.key);
		if (before !== undefined && item.atMs > before) differences.push(item.atMs - before);
		latest.set(item.key, item.atMs);
	}
	if (differences.length < fewest) return null;
	differences.sort((a, b) => a - b);
	return differences[differences.length >> 1]!;
}
