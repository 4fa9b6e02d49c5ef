import { quantileIn, startTimeColumn, windowBefore } from './histogram.ts';
import type { History } from './history.ts';
import type { MemberId } from './member.ts';
import { isAnswering } from './member-state.ts';
import { histogramFamilies } from './metric-names.ts';
import { ownMembers } from './own-members.ts';
import type { Quantile, Snapshot } from './snapshot.ts';

type Measured = Extract<Quantile, { kind: 'measured' }>;

/** How long one member's probes of a peer take. */
export type RoundTrip = {
	readonly by: MemberId;
	readonly of: MemberId;
	readonly median: Measured;
};

/**
 * The round trips of each ordered pair of members that answer, where any was measured in the window. etcd probes every 4 s
 * and keeps a smoothed value, of which it tells two observations in 30 s (in 5 s where the first probe is still missing).
 * While a way is black the last value is told again and again: this says nothing of whether anything passes.
 */
export function roundTrips(history: History, snapshot: Snapshot, windowMs: number): readonly RoundTrip[] {
	const members = ownMembers(snapshot).filter(member => member.id !== null && isAnswering(member));
	const ids = new Set(members.map(({ id }) => id));
	return members.flatMap(({ id, key }) => {
		const metrics = history.rows.get(key)?.metrics;
		if (metrics === undefined) return [];
		const window = windowBefore(metrics, history.options.metricsIntervalMs, snapshot.atMs, windowMs);
		if (window === null) return [];
		const startColumn = startTimeColumn(metrics);
		return metrics.histograms(histogramFamilies.peerRtt).flatMap((histogram): readonly RoundTrip[] => {
			const of = histogram.labels.get('To');
			if (of === undefined || !ids.has(of)) return [];
			const median = quantileIn(window, histogram, startColumn, 0.5);
			return median.kind === 'measured' ? [{ by: id!, of, median }] : [];
		});
	});
}
