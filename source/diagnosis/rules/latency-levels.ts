import { latencyQuantile } from '../../cluster/histogram.ts';
import { followsLeader } from '../../cluster/member-state.ts';
import type { LatencyKind } from '../../cluster/metric-names.ts';
import type { MemberView, Quantile } from '../../cluster/snapshot.ts';
import { formatLatency, formatLatencyRange } from '../../format/duration.ts';
import { type Severity, severities } from '../finding.ts';
import type { Case } from '../rule.ts';

/** From which p99 on it is how severe, in seconds. */
export type LatencyLevels = Readonly<Record<Severity, number>>;

/**
 * 10 ms is what etcd's guides ask of a disk, but many that are slower do no harm: it is worth knowing, no more. At
 * 100 ms every write waits visibly. A second is as long as the default election timeout: leaders begin to fall.
 */
export const fsyncLevels: LatencyLevels = { info: 0.01, warning: 0.1, critical: 1 };

/** 25 ms is what etcd's guides ask for; 250 ms is where the etcd-mixin warns. */
export const commitLevels: LatencyLevels = { info: 0.025, warning: 0.25, critical: 1 };

/** Three parts in a row: a bad moment on the border of two of them does not reach the third. */
const parts = 3;
const partMs = 40_000;
/** One slow write among fewer would be the p99. */
const fewestObservations = 100;
/** Enough to set beside another number. */
const fewestToCompare = 20;

type Measured = Extract<Quantile, { kind: 'measured' }>;

export type SlowLatency = { readonly severity: Severity; readonly evidence: string };

/** A member's p99 over the time before now; null where too little was measured to speak of it. */
export function latencyOver(
	{ history, atMs }: Case,
	{ key }: MemberView,
	kind: LatencyKind,
	windowMs: number,
): Measured | null {
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined) return null;
	const question = { kind, quantile: 0.99, atMs, windowMs };
	const found = latencyQuantile(metrics, history.options.metricsIntervalMs, question);
	return found.kind === 'measured' && found.observations >= fewestToCompare ? found : null;
}

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
