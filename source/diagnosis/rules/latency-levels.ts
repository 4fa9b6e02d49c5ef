import { latencyQuantile } from '../../cluster/histogram.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import type { LatencyKind } from '../../cluster/metric-names.ts';
import type { MemberView, Quantile } from '../../cluster/snapshot.ts';
import { formatLatency, formatLatencyRange } from '../../format/duration.ts';
import { type Severity, severities } from '../finding.ts';
import type { Case } from '../rule.ts';

/** From which p99 on it is how severe, in seconds; `hung`: from which median on nobody need wait for two minutes. */
export type LatencyLevels = Readonly<Record<Severity, number>> & { readonly hung?: number };

/**
 * 10 ms is what etcd's guides ask of a disk, but many that are slower do no harm: it is worth knowing, no more. At
 * 100 ms every write waits visibly. A second is as long as the default election timeout: leaders begin to fall.
 *
 * Half a second for every other sync is no bad moment. Measured on 3.5.30 with 0.8 s: commits, which sync twice, hold every
 * other Status up for longer than we wait, so the member seems to come and go; with 1.2 s on all three, the cluster does.
 */
export const fsyncLevels: LatencyLevels = { info: 0.01, warning: 0.1, critical: 1, hung: 0.5 };

/** 25 ms is what etcd's guides ask for; 250 ms is where the etcd-mixin warns. */
export const commitLevels: LatencyLevels = { info: 0.025, warning: 0.25, critical: 1 };

/** Three parts in a row: a bad moment on the border of two of them does not reach the third. */
const parts = 3;

const clearlyBetter = 0.8;
/** A dip of some seconds is in one of the parts for two minutes and more. */
const heldMs = [60_000, 120_000, 180_000];

type Span = { readonly partMs: number; readonly words: string };
const usual: Span = { partMs: 40_000, words: 'two minutes' };
const short: Span = { partMs: 10_000, words: 'half a minute' };
/** One slow write among fewer would be the p99: then the median decides, as it does for a disk that manages no more. */
const fewestForP99 = 100;
const fewestForMedian = 10;
const fewestForHung = 5;
/** Enough to set beside another number. */
const fewestToCompare = { p99: 20, median: 5 };

type Measured = Extract<Quantile, { kind: 'measured' }>;

/** `words`: `254 ms (p99)`. */
export type Latency = { readonly seconds: number; readonly words: string };

/** `seconds`: the quantile that `evidence` tells. */
export type SlowLatency = { readonly severity: Severity; readonly seconds: number; readonly evidence: string };

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
 * minutes, or hang in each part of the last half: a single bad moment does not count, and neither does what is over. A
 * member that hangs on its disk may leave its Status unanswered while its metrics tell why.
 */
export function slowLatency(
	subject: Case,
	member: MemberView,
	kind: LatencyKind,
	levels: LatencyLevels,
): SlowLatency | null {
	if (!isAnswering(member) && !isBehindItsMetrics(member)) return null;
	return lastingly(subject, member, kind, levels) ?? hanging(subject, member, kind, levels.hung);
}

function lastingly(subject: Case, member: MemberView, kind: LatencyKind, levels: LatencyLevels): SlowLatency | null {
	const all = whole(subject, member, kind, median, usual);
	if (all === null || all.observations < fewestForMedian) return null;
	const question = all.observations < fewestForP99 ? median : p99;
	const leastAgo = (ms: number) => leastPart({ ...subject, atMs: subject.atMs - ms }, member, kind, question, usual);
	const least = leastAgo(0);
	const severity = severities.find(level => isReached(least, levels[level], leastAgo));
	if (severity === undefined) return null;
	const told = whole(subject, member, kind, question, usual) ?? all;
	return { severity, seconds: told.seconds, evidence: evidenceOf(told, question, usual) };
}

/**
 * A latency that wavers around a level is over it all the time: once reached, the level is left three minutes after that, or
 * when it is clearly better.
 */
const isReached = (least: number, level: number, leastAgo: (ms: number) => number): boolean =>
	least >= level || (least >= level * clearlyBetter && heldMs.some(ms => leastAgo(ms) >= level));

function hanging(subject: Case, member: MemberView, kind: LatencyKind, fromSeconds?: number): SlowLatency | null {
	if (fromSeconds === undefined || !isReadOften(subject, member, short)) return null;
	const all = whole(subject, member, kind, median, short);
	if (all === null || all.observations < fewestForHung || all.seconds < fromSeconds) return null;
	if (leastPart(subject, member, kind, median, short) < fromSeconds) return null;
	return { severity: 'critical', seconds: all.seconds, evidence: evidenceOf(all, median, short) };
}

/** Windows widen where readings are rare or kept coarsely: half a minute would be told of several. */
function isReadOften({ history, atMs }: Case, { key }: MemberView, { partMs }: Span): boolean {
	const stepMs = history.rows.get(key)?.metrics.table.tierSince(atMs - parts * partMs).stepMs ?? 0;
	return 2 * Math.max(history.options.metricsIntervalMs, stepMs) <= partMs;
}

/** Over all parts; null also where the member was not watched for so long: then it cannot have lasted so long. */
function whole(subject: Case, member: MemberView, kind: LatencyKind, question: Question, { partMs }: Span) {
	const table = subject.history.rows.get(member.key)?.metrics.table;
	if (table === undefined || table.placeAt(subject.atMs - parts * partMs) === null) return null;
	return measured(subject, member, kind, question, subject.atMs, parts * partMs);
}

/** The least that any part has; 0 where one is not known. */
function leastPart(subject: Case, member: MemberView, kind: LatencyKind, question: Question, { partMs }: Span): number {
	const each = Array.from({ length: parts }, (_, part) =>
		measured(subject, member, kind, question, subject.atMs - part * partMs, partMs),
	);
	return Math.min(...each.map(part => part?.seconds ?? 0));
}

/** Whether syncs or commits are so slow that this is the finding, and what follows from it none of its own. */
export const hasSlowDisk = (subject: Case, member: MemberView): boolean =>
	[slowLatency(subject, member, 'fsync', fsyncLevels), slowLatency(subject, member, 'commit', commitLevels)].some(
		slow => slow !== null && slow.severity !== 'info',
	);

/** It leaves its Status unanswered, and its metrics came when they were read last: maybe before that. */
export const isBehindItsMetrics = ({ state, metrics }: MemberView): boolean =>
	state.kind === 'unreachable' && state.failure.kind === 'timeout' && metrics.kind === 'answered';

/** The same, and its metrics came since. */
export const tellsMetricsOnly = (member: MemberView): boolean =>
	isBehindItsMetrics(member) && member.metrics.kind === 'answered' && member.metrics.atMs > member.state.sinceMs;

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

const evidenceOf = (
	{ seconds, lowSeconds, highSeconds, observations }: Measured,
	{ name }: Question,
	{ words }: Span,
): string =>
	`${name} ${formatLatency(seconds)} over ${words} (bucket ${formatLatencyRange(lowSeconds, highSeconds)}, ${Math.round(observations)} observations)`;
