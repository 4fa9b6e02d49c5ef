import { latencyQuantile } from '../../cluster/histogram.ts';
import { followsLeader } from '../../cluster/member-state.ts';
import type { LatencyKind } from '../../cluster/metric-names.ts';
import type { MemberView, Quantile } from '../../cluster/snapshot.ts';
import { formatLatency, formatLatencyRange } from '../../format/duration.ts';
import type { Severity } from '../finding.ts';
import type { Case } from '../rule.ts';

/** From which p99 on it is how severe, in seconds. */
export type LatencyLevels = Readonly<Record<Severity, number>>;

const severities: readonly Severity[] = ['critical', 'warning', 'info'];
/** Three parts in a row: a bad moment on the border of two of them does not reach the third. */
const parts = 3;
const partMs = 40_000;
/** One slow write among fewer would be the p99. */
const fewestObservations = 100;

type Measured = Extract<Quantile, { kind: 'measured' }>;

export type SlowLatency = { readonly severity: Severity; readonly evidence: string };

/**
 * How severe a member's p99 is; null where it is fine or unknown. It must be slow in each part of the last two minutes:
 * a single bad moment does not count, and neither does what is over.
 */
export function slowLatency(
	{ history, atMs }: Case,
	member: MemberView,
	kind: LatencyKind,
	levels: LatencyLevels,
): SlowLatency | null {
	const metrics = history.rows.get(member.key)?.metrics;
	if (metrics === undefined || !followsLeader(member)) return null;
	// What has not been watched for so long cannot have lasted so long.
	if (metrics.table.placeAt(atMs - parts * partMs) === null) return null;
	const p99 = (endMs: number, windowMs: number) =>
		latencyQuantile(metrics, history.options.metricsIntervalMs, { kind, quantile: 0.99, atMs: endMs, windowMs });
	const whole = p99(atMs, parts * partMs);
	if (whole.kind === 'none' || whole.observations < fewestObservations) return null;
	const each = Array.from({ length: parts }, (_, part) => p99(atMs - part * partMs, partMs));
	const least = Math.min(...each.map(part => (part.kind === 'measured' ? part.seconds : 0)));
	const severity = severities.find(level => least >= levels[level]);
	return severity === undefined ? null : { severity, evidence: evidenceOf(whole) };
}

const evidenceOf = ({ seconds, lowSeconds, highSeconds, observations }: Measured): string =>
	`p99 ${formatLatency(seconds)} over two minutes (bucket ${formatLatencyRange(lowSeconds, highSeconds)}, ${Math.round(observations)} observations)`;
