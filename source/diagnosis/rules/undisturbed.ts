import { leaderChanges } from '../../cluster/leaders.ts';
import type { MemberKey } from '../../cluster/member.ts';
import { followsLeader } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { snapshotAt } from '../../cluster/snapshot-at.ts';
import type { Case } from '../rule.ts';
import { isolations } from './isolation.ts';

const windowMs = 2 * 60_000;

/**
 * Members whose reads and writes should go well: all the time that their counters are looked at they have followed a leader
 * that was not elected just now, and they are not cut off. What fails elsewhere follows from what other findings tell, and
 * after it is mended what failed meanwhile is still counted.
 */
export function undisturbedMembers(subject: Case): readonly MemberView[] {
	const { snapshot, history, atMs } = subject;
	if (!isLed(snapshot) || leaderChanges(history, atMs, windowMs) > 0) return [];
	const isolated = isolations(subject).map(({ member }) => member.key);
	return ownMembers(snapshot).filter(
		member => followsLeader(member) && member.state.sinceMs <= atMs - windowMs && !isolated.includes(member.key),
	);
}

/** Who was cut off at some moment of the window: looked for once for all members, where any of them asks. */
const cutOffBefore = new WeakMap<Case, ReadonlySet<MemberKey>>();

function findCutOff({ history, atMs }: Case): ReadonlySet<MemberKey> {
	const found = [1 / 3, 2 / 3, 1].flatMap(part => {
		const thenMs = atMs - part * windowMs;
		return isolations({ history, snapshot: snapshotAt(history, thenMs), atMs: thenMs });
	});
	return new Set(found.map(({ member }) => member.key));
}

/**
 * Whether a member was cut off when some of what its counters tell now happened: who is not heard by its leader follows it
 * all the same, and only the metrics of that time tell it.
 */
export function wasCutOff(subject: Case, { key }: MemberView): boolean {
	const found = cutOffBefore.get(subject) ?? findCutOff(subject);
	cutOffBefore.set(subject, found);
	return found.has(key);
}
