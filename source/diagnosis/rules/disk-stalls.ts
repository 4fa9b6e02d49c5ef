import { increaseIn, startTimeColumn, windowBefore } from '../../cluster/histogram.ts';
import { histogramFamilies } from '../../cluster/metric-names.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatLatencyRange } from '../../format/duration.ts';
import type { Case } from '../rule.ts';

/** The bound of a bucket, and just longer than etcd's default election timeout: who leads meanwhile is replaced. */
const stallSeconds = 1.024;

/** Syncs of one member's WAL that each took longer than an election; `words`: how long the longest took. */
export type Stalls = { readonly count: number; readonly words: string };

/**
 * The stalls of a window. Measured on 3.5.30: two syncs of 3 s in ten seconds cost a leader its lead twice, while the p99
 * of all its syncs was 4 ms, and it counted no late heartbeat, as it led no more when it went on. A sync counts when it
 * ends. Null where it is not known.
 */
export function stallsIn({ history }: Case, { key }: MemberView, atMs: number, windowMs: number): Stalls | null {
	const metrics = history.rows.get(key)?.metrics;
	const window =
		metrics === undefined ? null : windowBefore(metrics, history.options.metricsIntervalMs, atMs, windowMs);
	const [histogram] = metrics?.histograms(histogramFamilies.fsync) ?? [];
	if (metrics === undefined || window === null || histogram === undefined) return null;
	const startColumn = startTimeColumn(metrics);
	const counts = histogram.columns.map(column => increaseIn(window, column, startColumn));
	const quick = histogram.bounds.findIndex(bound => bound >= stallSeconds);
	const [all, quickCount] = [counts.at(-1) ?? null, counts[quick] ?? null];
	if (all === null || quickCount === null) return null;
	const longest = counts.findIndex(count => count !== null && count >= all);
	const words = formatLatencyRange(histogram.bounds[longest - 1] ?? 0, histogram.bounds[longest]!);
	return { count: Math.round(all - quickCount), words };
}
