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

/** etcd 3.4 and 3.5, `statusMonitoringInterval`: one observation by each of its two probers. */
const observedEveryMs = 30_000;
/** What may come at the ends of a window. */
const spareObservations = 4;

/**
 * The round trips of each ordered pair of members that answer, where any was measured in the window. etcd probes every 4 s
 * and keeps a smoothed value, of which it tells two observations in 30 s. While a way is black the last value is told again and again: this says
 * nothing of whether anything passes. Where a probe fails or the first is still missing, it is told each 5 s: on 3.4.23,
 * after a cut of 20 s, the next one had 276 ms told of it fifteen times in a minute. So where more was told than probes
 * that succeed make, most of it is one old value, and the pair is left out.
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
		const coveredMs = window.tier.timeAt(window.last) - window.tier.timeAt(window.first);
		const most = 2 * Math.ceil(coveredMs / observedEveryMs) + spareObservations;
		return metrics.histograms(histogramFamilies.peerRtt).flatMap((histogram): readonly RoundTrip[] => {
			const of = histogram.labels.get('To');
			if (of === undefined || !ids.has(of)) return [];
			const median = quantileIn(window, histogram, startColumn, 0.5);
			return median.kind === 'measured' && median.observations <= most ? [{ by: id!, of, median }] : [];
		});
	});
}
