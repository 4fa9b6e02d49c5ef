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
/** One slow write among fewer would be the p99: then the median decides, as it does for a disk that manages no more. */
const fewestForP99 = 100;
const fewestForMedian = 10;
/** Enough to set beside another number. */
const fewestToCompare = { p99: 20, median: 5 };

type Measured = Extract<Quantile, { kind: 'measured' }>;

/** `words`: `254 ms (p99)`. */
export type Latency = { readonly seconds: number; readonly words: string };

export type SlowLatency = { readonly severity: Severity; readonly evidence: string };

type Question = { readonly quantile: number; readonly name: 'p99' | 'median' };
const p99: Question = { quantile: 0.99, name: 'p99' };
const median: Question = { quantile: 0.5, name: 'median' };

/** A member's p99 over the time before now, or its median where there is little; null where too little was measured. */
export function latencyOver(subject: Case, member: MemberView, kind: LatencyKind, windowMs: number): Latency | null {
	for (const question of [p99, median]) {
		const found = measured(subject, member, kind, question, subject.atMs, windowMs);
		if (found !== null && found.observations >= fewestToCompare[question.name])
			return { seconds: found.seconds, words: `${formatLatency(found.seconds)} (${question.name})` };
	}
	return null;
}

/**
 * How severe a member's latency is; null where it is fine or unknown. It must be slow in each part of the last two
 * minutes: a single bad moment does not count, and neither does what is over. A member that hangs on its disk may leave
 * its Status unanswered while its metrics tell why.
 */
export function slowLatency(
	subject: Case,
	member: MemberView,
	kind: LatencyKind,
	levels: LatencyLevels,
): SlowLatency | null {
	const metrics = subject.history.rows.get(member.key)?.metrics;
	if (metrics === undefined || !(followsLeader(member) || tellsMetricsOnly(member))) return null;
	// What has not been watched for so long cannot have lasted so long.
	if (metrics.table.placeAt(subject.atMs - parts * partMs) === null) return null;
	const over = (question: Question, endMs: number, windowMs: number) =>
		measured(subject, member, kind, question, endMs, windowMs);
	const all = over(median, subject.atMs, parts * partMs);
	if (all === null || all.observations < fewestForMedian) return null;
	const question = all.observations < fewestForP99 ? median : p99;
	const each = Array.from({ length: parts }, (_, part) => over(question, subject.atMs - part * partMs, partMs));
	const least = Math.min(...each.map(part => part?.seconds ?? 0));
	const severity = severities.find(level => least >= levels[level]);
	if (severity === undefined) return null;
	return { severity, evidence: evidenceOf(over(question, subject.atMs, parts * partMs) ?? all, question) };
}

/** Whether syncs or commits are so slow that this is the finding, and what follows from it none of its own. */
export const hasSlowDisk = (subject: Case, member: MemberView): boolean =>
	[slowLatency(subject, member, 'fsync', fsyncLevels), slowLatency(subject, member, 'commit', commitLevels)].some(
		slow => slow !== null && slow.severity !== 'info',
	);

/** It leaves its Status unanswered, but its metrics page came since. */
export const tellsMetricsOnly = ({ state, metrics }: MemberView): boolean =>
	state.kind === 'unreachable' &&
	state.failure.kind === 'timeout' &&
	metrics.kind === 'answered' &&
	metrics.atMs > state.sinceMs;

function measured(
	{ history }: Case,
	{ key }: MemberView,
	kind: LatencyKind,
	{ quantile }: Question,
	atMs: number,
	windowMs: number,
): Measured | null {
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined) return null;
	const found = latencyQuantile(metrics, history.options.metricsIntervalMs, { kind, quantile, atMs, windowMs });
	return found.kind === 'measured' ? found : null;
}

const evidenceOf = ({ seconds, lowSeconds, highSeconds, observations }: Measured, { name }: Question): string =>
	`${name} ${formatLatency(seconds)} over two minutes (bucket ${formatLatencyRange(lowSeconds, highSeconds)}, ${Math.round(observations)} observations)`;
