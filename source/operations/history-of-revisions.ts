import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { metricOf } from './metrics.ts';
import type { Look, World } from './world.ts';

/** What tells which revision was the cluster's when. */
export type RevisionBefore = World['revisionBefore'];

/** How old a revision is. `isAtLeast`: it was there before anything that was seen. */
export type RevisionAge = { readonly seconds: number; readonly isAtLeast: boolean };

/** Longer than any history reaches. */
const mostSeconds = 60 * 24 * 60 * 60;

/** The largest number of seconds for which a condition holds that holds for all smaller ones; null where for none. */
function largest(holds: (seconds: number) => boolean): number | null {
	if (!holds(0)) return null;
	let good = 0;
	let bad = mostSeconds;
	while (bad - good > 1) {
		const middle = Math.floor((good + bad) / 2);
		if (holds(middle)) good = middle;
		else bad = middle;
	}
	return good;
}

/** For how long this process has watched the cluster's revisions; null where it has not. */
export const watchedSeconds = (before: RevisionBefore): number | null => largest(seconds => before(seconds) !== null);

/** The age of a revision as this process has seen it, to a second or two; null where it has seen nothing. */
export function ageOf(revision: bigint, before: RevisionBefore): RevisionAge | null {
	if (before(0) === null) return null;
	const seconds = largest(age => (before(age)?.revision ?? -1n) >= revision);
	if (seconds === null) return { seconds: 0, isAtLeast: false };
	return { seconds, isAtLeast: before(seconds + 1) === null };
}

/** The revision up to which a member has dropped its history; 0 where it never has, null where it does not tell. */
export function compactedOf(look: Look, member: Pick<MemberView, 'key'>): bigint | null {
	const told = metricOf(look, member, 'etcd_debugging_mvcc_compact_revision');
	return told === null ? null : BigInt(Math.max(0, told));
}

/** The furthest that any member tells: what is compacted on one has been agreed on by all. */
export const compactedRevision = (look: Look): bigint | null =>
	ownMembers(look.snapshot)
		.map(member => compactedOf(look, member))
		.reduce((most, told) => (told !== null && (most === null || told > most) ? told : most), null);
