import { isAnswering } from '../cluster/member-state.ts';
import type { MemberView, Quantile } from '../cluster/snapshot.ts';
import { formatLatency, formatLatencyRange } from '../format/duration.ts';
import type { Segment, Tone } from '../format/line.ts';

/** Two limits of a latency: above the first it deserves a look, above the second it hurts. */
export type Limits = { readonly warningSeconds: number; readonly criticalSeconds: number };

/**
 * The limits of etcd's own operations guide and of those who run it: WAL fsync p99 below 10 ms, backend commit below
 * 25 ms, peer round trip below 10 ms.
 */
export const fsyncLimits: Limits = { warningSeconds: 0.01, criticalSeconds: 0.1 };
export const commitLimits: Limits = { warningSeconds: 0.025, criticalSeconds: 0.25 };
export const peerRttLimits: Limits = { warningSeconds: 0.05, criticalSeconds: 0.15 };

export function latencyTone(seconds: number, limits: Limits): Tone {
	if (seconds >= limits.criticalSeconds) return 'critical';
	return seconds >= limits.warningSeconds ? 'warning' : 'normal';
}

/** Numbers of a member that does not answer now are old: they are drawn faded. */
export const isStale = (member: MemberView): boolean => !isAnswering(member);

const nothing: Readonly<Record<'unread' | 'too-early' | 'idle', string>> = {
	unread: '-',
	'too-early': '-',
	idle: 'idle',
};

/** A quantile in a table: `~12 ms`, interpolated inside its bucket as the tilde says. */
export function quantileCell(quantile: Quantile, limits: Limits): Segment {
	if (quantile.kind === 'none') return { text: nothing[quantile.reason], tone: 'muted' };
	return { text: interpolated(quantile), tone: latencyTone(quantile.seconds, limits) };
}

const interpolated = (quantile: Quantile & { readonly kind: 'measured' }) =>
	Number.isFinite(quantile.highSeconds)
		? `~${formatLatency(quantile.seconds)}`
		: formatLatencyRange(quantile.lowSeconds, quantile.highSeconds);

const noneWords: Readonly<Record<'unread' | 'too-early' | 'idle', string>> = {
	unread: 'no metrics',
	'too-early': 'first reading',
	idle: 'no data: nothing was written',
};

/** A quantile in words: the bucket that is known for sure, and the interpolation inside it. */
export function quantileWords(quantile: Quantile): string {
	if (quantile.kind === 'none') return noneWords[quantile.reason];
	const range = formatLatencyRange(quantile.lowSeconds, quantile.highSeconds);
	return Number.isFinite(quantile.highSeconds) && quantile.lowSeconds > 0
		? `${range} (${interpolated(quantile)})`
		: range;
}
