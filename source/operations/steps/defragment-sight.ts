import { isAnswering } from '../../cluster/member-state.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { memberIn } from '../member-in.ts';
import { metricOf } from '../metrics.ts';
import type { Look, Patience } from '../world.ts';

/** What one look tells of a member's defragmentations. */
export type Sight = {
	/** Null where its metrics page was not to be had, or is not etcd's. */
	readonly metrics: {
		/** When its process started, seconds since 1970. */
		readonly startSeconds: number | null;
		/** Defragmentations that its process has done, and how long they took together. */
		readonly count: number | null;
		readonly sumSeconds: number | null;
		/** Null before 3.4.18, and in 3.5.0 and 3.5.1. */
		readonly isInFlight: boolean | null;
	} | null;
	/** It answers a Status: it does not while it defragments. A refusal for want of rights tells nothing. */
	readonly answersStatus: boolean;
	/** Nothing listens where it did. */
	readonly isRefused: boolean;
	/** Null where it was not told just now. */
	readonly sizeBytes: number | null;
};

export function sightOf(look: Look, target: Pick<MemberView, 'id' | 'key'>): Sight {
	const member = memberIn(look, target);
	if (member === null) return { metrics: null, answersStatus: false, isRefused: false, sizeBytes: null };
	const { state, numbers, metrics } = member;
	const inFlight = metricOf(look, member, 'etcd_disk_defrag_inflight');
	return {
		metrics:
			metrics.kind !== 'answered'
				? null
				: {
						startSeconds: metricOf(look, member, 'process_start_time_seconds'),
						count: metricOf(look, member, 'etcd_disk_backend_defrag_duration_seconds_count'),
						sumSeconds: metricOf(look, member, 'etcd_disk_backend_defrag_duration_seconds_sum'),
						isInFlight: inFlight === null ? null : inFlight > 0,
					},
		answersStatus: state.kind === 'serving' || state.kind === 'no-leader',
		isRefused: state.kind === 'unreachable' && state.failure.kind === 'refused',
		sizeBytes: isAnswering(member) ? (numbers?.dbSizeBytes ?? null) : null,
	};
}

/** What a look means for a defragmentation that was asked for when the member was seen as `before`. */
export type Meaning =
	| 'done'
	/** Its process is another one. */
	| 'restarted'
	| 'running'
	/** There, but neither done nor at it as far as one can tell: releases that do not tell are so while they are at it. */
	| 'busy'
	/** It serves, and nothing tells of a defragmentation. */
	| 'idle'
	| 'refused'
	| 'silent';

export function meaningOf(before: Sight, now: Sight): Meaning {
	const past = before.metrics;
	const { metrics } = now;
	if (metrics !== null) {
		const { startSeconds, count, isInFlight } = metrics;
		if (startSeconds !== null && past?.startSeconds != null && startSeconds !== past.startSeconds) return 'restarted';
		if (count !== null && past?.count != null && count > past.count) return 'done';
		if (isInFlight === true) return 'running';
	}
	if (now.isRefused && metrics === null) return 'refused';
	const canCount = metrics?.count != null && past?.count != null;
	if (!canCount && now.answersStatus && hasShrunk(before, now)) return 'done';
	// Who may not read a Status is told so at any time: then the size, which the metrics tell, shows that it is there.
	if (now.answersStatus || (metrics?.isInFlight === false && now.sizeBytes !== null)) return 'idle';
	return metrics === null && now.sizeBytes === null ? 'silent' : 'busy';
}

const hasShrunk = ({ sizeBytes: before }: Sight, { sizeBytes: now }: Sight) =>
	before !== null && now !== null && now < before;

/** How long its last defragmentation took by its own clock; null where it does not tell. */
export function toldSeconds({ metrics: before }: Sight, { metrics: now }: Sight): number | null {
	if (before?.count == null || before.sumSeconds === null || now?.count == null || now.sumSeconds === null) return null;
	return now.count === before.count + 1 ? now.sumSeconds - before.sumSeconds : null;
}

/** A defragmentation whose answer did not come, as it has been followed so far. */
export type Following = {
	readonly lastSeenMs: number;
	/** Looks in which nothing listened, since it was seen last. A look may miss an answer, so they need not be in a row. */
	readonly refusals: number;
	/** Since when it serves as if nothing had been asked, or seems busy with something it does not tell; null where not. */
	readonly idleSinceMs: number | null;
	readonly busySinceMs: number | null;
};

/** How following it ends. `idle`: it was not done, as far as the member tells. */
export type FollowEnd = 'done' | 'restarted' | 'died' | 'idle' | 'lost';

const mostRefusals = 3;

export const followFrom = (nowMs: number): Following => ({
	lastSeenMs: nowMs,
	refusals: 0,
	idleSinceMs: null,
	busySinceMs: null,
});

/** Takes one more look in. `quietSeconds`: how long it has to serve before it counts as not at it. */
export function follow(
	following: Following,
	meaning: Meaning,
	nowMs: number,
	{ lostSeconds, longCallSeconds, quietSeconds }: Pick<Patience, 'lostSeconds' | 'longCallSeconds'> & QuietTime,
): Following | FollowEnd {
	const seen: Following = { ...followFrom(nowMs) };
	switch (meaning) {
		case 'done':
		case 'restarted':
			return meaning;
		case 'running':
			return seen;
		case 'idle': {
			const idleSinceMs = following.idleSinceMs ?? nowMs;
			return nowMs - idleSinceMs >= quietSeconds * 1000 ? 'idle' : { ...seen, idleSinceMs };
		}
		case 'busy': {
			const busySinceMs = following.busySinceMs ?? nowMs;
			return nowMs - busySinceMs > Math.max(longCallSeconds, lostSeconds) * 1000 ? 'lost' : { ...seen, busySinceMs };
		}
		case 'refused':
		case 'silent': {
			const refusals = following.refusals + (meaning === 'refused' ? 1 : 0);
			if (refusals >= mostRefusals) return 'died';
			const isLost = nowMs - following.lastSeenMs > lostSeconds * 1000;
			return isLost ? 'lost' : { ...following, refusals, idleSinceMs: null };
		}
	}
}

type QuietTime = { readonly quietSeconds: number };
