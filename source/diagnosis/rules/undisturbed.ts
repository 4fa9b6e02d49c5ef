import { leaderChanges } from '../../cluster/leaders.ts';
import { followsLeader } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import type { Case } from '../rule.ts';
import { isolations } from './isolation.ts';

const windowMs = 2 * 60_000;

/**
 * Members whose reads and writes should go well: they follow a leader that was not elected just now, and are not cut off.
 * What fails elsewhere follows from what other findings tell.
 */
export function undisturbedMembers(subject: Case): readonly MemberView[] {
	const { snapshot, history, atMs } = subject;
	if (!isLed(snapshot) || leaderChanges(history, atMs, windowMs) > 0) return [];
	const isolated = isolations(subject).map(({ member }) => member.key);
	return ownMembers(snapshot).filter(member => followsLeader(member) && !isolated.includes(member.key));
}
