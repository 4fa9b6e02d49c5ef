import type { WatchEvent } from '../etcd/calls.ts';

/**
 * Replaying more history than this is heavy for the server: it reads everything from the oldest wanted revision to the
 * head again for every thousand that it delivers, under the store's lock.
 */
export const longestReplayRevisions = 5000n;

/** Where a watch has to go on after a break: from the last event's own revision, never from the header's. */
export type ResumePoint = {
	/** The first revision to ask for; null starts at the head. */
	readonly fromRevision: bigint | null;
	/** Events of `fromRevision` that were counted already: a break inside a fragmented message splits a revision. */
	readonly countedInFirst: number;
};

export const atHead: ResumePoint = { fromRevision: null, countedInFirst: 0 };

/** The point after a message of events. With `isFragment` the last revision may go on in the next message. */
export function resumeAfter(point: ResumePoint, events: readonly WatchEvent[], isFragment: boolean): ResumePoint {
	const last = events.at(-1);
	if (last === undefined) return point;
	if (!isFragment) return { fromRevision: last.modRevision + 1n, countedInFirst: 0 };
	let counted = 0;
	for (let index = events.length - 1; index >= 0 && events[index]!.modRevision === last.modRevision; index--) counted++;
	const goesOn = point.fromRevision === last.modRevision && counted === events.length;
	return { fromRevision: last.modRevision, countedInFirst: counted + (goesOn ? point.countedInFirst : 0) };
}

/**
 * Drops what a resumed stream sends a second time: the first `repeated` events of the revision it was resumed at.
 * `left` is how many of them are still to come in later messages.
 */
export function dropRepeated(
	events: readonly WatchEvent[],
	revision: bigint | null,
	repeated: number,
): { readonly fresh: readonly WatchEvent[]; readonly left: number } {
	let drop = 0;
	while (drop < repeated && events[drop]?.modRevision === revision) drop++;
	const endedEarly = drop < events.length;
	return { fresh: drop === 0 ? events : events.slice(drop), left: endedEarly ? 0 : repeated - drop };
}

/** The revisions that are skipped when the replay would be too long; null where it is short enough. */
export function gapTooLong(
	point: ResumePoint,
	headRevision: bigint,
): { readonly fromRevision: bigint; readonly toRevision: bigint } | null {
	if (point.fromRevision === null || headRevision - point.fromRevision < longestReplayRevisions) return null;
	return { fromRevision: point.fromRevision, toRevision: headRevision };
}
