import { isLed, ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatDuration } from '../../format/duration.ts';
import { type Case, idOf, nameOf, type Rule, secondsSince } from '../rule.ts';
import { earOf, isolations, leaderOf } from './isolation.ts';

/** Longer than an election takes, and than metrics need to tell in which direction it is cut off. */
const patienceSeconds = 10;

/**
 * The cluster has a leader, but one member does not know it: it is cut off from its peers, though not from here. Where
 * the members' metrics tell in which direction, `member-cut-off` and `one-way-partition` say it instead.
 */
export const memberWithoutLeader: Rule = {
	name: 'member-without-leader',
	judge(subject) {
		if (!isLed(subject.snapshot)) return [];
		const explained = isolations(subject).map(({ member }) => member.key);
		return ownMembers(subject.snapshot).flatMap(member => {
			if (member.state.kind !== 'no-leader' || explained.includes(member.key)) return [];
			if (isBack(subject, member)) return [];
			const seconds = secondsSince(subject, member.state.sinceMs);
			if (seconds < patienceSeconds) return [];
			return [
				{
					severity: 'warning' as const,
					member: idOf(member),
					title: `${nameOf(member)} has no leader`,
					evidence: `it answers here but has known no leader for ${formatDuration(seconds)}, while others follow one`,
					advice: 'check its peer port (2380) in both directions, and its peer certificates',
					reasoning: [
						`It answers here, so it runs: what is missing is the leader’s heartbeats.`,
						'Without metrics of both it cannot be told which direction is lost.',
					],
				},
			];
		});
	},
};

/** It and the leader hear each other, which they did not until now: it is about to follow. */
function isBack(subject: Case, member: MemberView): boolean {
	const leader = leaderOf(subject);
	if (leader === null) return false;
	return [earOf(subject, member, leader), earOf(subject, leader, member)].every(ear => ear?.isHeard === true);
}
