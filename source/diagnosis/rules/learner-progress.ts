import { followsLeader } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { statusColumns } from '../../cluster/shapes.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import type { Case } from '../rule.ts';
import { isolations, leaderOf } from './isolation.ts';

/** How far a learner that serves is, measured by the leader's log. */
export type LearnerProgress = {
	readonly member: MemberView;
	/** Entries behind the leader. */
	readonly lagEntries: bigint;
	/** The learner's index by the leader's: etcd promotes from 0.9 on. */
	readonly share: number;
	/** The same as `lagEntries` a while ago; null where that was not seen, or it has been away since. */
	readonly lagBefore: bigint | null;
};

/** The time over which a learner is seen to catch up or not. */
export const progressMs = 60_000;

/** Learners that follow the leader and are heard by it. */
export function learners(subject: Case): readonly LearnerProgress[] {
	const leader = leaderOf(subject);
	const leaderIndex = leader?.numbers?.raftIndex ?? null;
	if (leader === null || leaderIndex === null || leaderIndex === 0n) return [];
	const isolated = isolations(subject).map(({ member }) => member.key);
	return ownMembers(subject.snapshot).flatMap(member => {
		const { lagEntries, numbers } = member;
		if (!member.isLearner || !followsLeader(member) || isolated.includes(member.key)) return [];
		if (lagEntries === null || numbers?.raftIndex == null) return [];
		const share = Math.min(1, Number(numbers.raftIndex) / Number(leaderIndex));
		const beforeMs = subject.atMs - progressMs;
		// Who was away is behind on its return, and was not seen to be late with anything.
		const lagBefore = member.state.sinceMs > beforeMs ? null : lagAt(subject, member, leader, beforeMs);
		return [{ member, lagEntries, share, lagBefore }];
	});
}

function lagAt({ history }: Case, member: MemberView, leader: MemberView, atMs: number): bigint | null {
	const [own, leaders] = [member, leader].map(({ key }) => {
		const place = history.rows.get(key)?.numbers.placeAt(atMs) ?? null;
		return place === null ? null : place.tier.bigintAt(statusColumns.raftIndex, place.row);
	});
	if (own == null || leaders == null || own < 0n || leaders < 0n) return null;
	return leaders < own ? 0n : leaders - own;
}
