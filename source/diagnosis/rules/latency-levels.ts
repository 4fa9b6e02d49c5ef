import { latencyQuantile } from '../../cluster/histogram.ts';
import type { LatencyKind } from '../../cluster/metric-names.ts';
import type { MemberView, Quantile } from '../../cluster/snapshot.ts';
import { formatLatency, formatLatencyRange } from '../../format/duration.ts';
import type { Severity } from '../finding.ts';
import type { Case } from '../rule.ts';

/** From which p99 on it is how severe, in seconds. */
export type LatencyLevels = Readonly<Record<Severity, number>>;

const severities: readonly Severity[] = ['critical', 'warning', 'info'];
const longMs = 5 * 60_000;
const shortMs = 60_000;
/** One slow write among fewer would be the p99. */
const fewestObservations = 100;

export type SlowLatency = { readonly severity: Severity; readonly evidence: string };

type Measured = Extract<Quantile, { kind: 'measured' }>;

/**
 * How severe a member's p99 is; null where it is fine or unknown. Both the last five minutes and the last one must be
 * slow: a single bad moment does not count, and neither does what is over.
 */
export function slowLatency(
	{ history, atMs }: Case,
	member: MemberView,
	kind: LatencyKind,
	levels: LatencyLevels,
): SlowLatency | null {
	const metrics = history.rows.get(member.key)?.metrics;
	if (metrics === undefined || member.state.kind !== 'serving') return null;
	// Without a sample from a minute ago nothing has lasted for a minute.
	if (metrics.table.placeAt(atMs - shortMs) === null) return null;
	const over = (windowMs: number) =>
		latencyQuantile(metrics, history.options.metricsIntervalMs, { kind, quantile: 0.99, atMs, windowMs });
	const long = over(longMs);
	const short = over(shortMs);
	if (long.kind === 'none' || short.kind === 'none' || long.observations < fewestObservations) return null;
	const seconds = Math.min(long.seconds, short.seconds);
	const severity = severities.find(level => seconds >= levels[level]);
	return severity === undefined ? null : { severity, evidence: evidenceOf(long, short) };
}

const evidenceOf = (long: Measured, short: Measured): string =>
	`p99 ${formatLatency(long.seconds)} over 5 minutes (bucket ${formatLatencyRange(long.lowSeconds, long.highSeconds)}, ${Math.round(long.observations)} observations), ${formatLatency(short.seconds)} over the last one`;
