import { isLed, ownMembers } from '../../cluster/own-members.ts';
import { formatDuration } from '../../format/duration.ts';
import { idOf, nameOf, type Rule, secondsSince } from '../rule.ts';

/** Longer than an election takes. */
const patienceSeconds = 5;

/** The cluster has a leader, but one member does not know it: it is cut off from its peers, though not from here. */
export const memberWithoutLeader: Rule = {
	name: 'member-without-leader',
	judge(subject) {
		if (!isLed(subject.snapshot)) return [];
		return ownMembers(subject.snapshot).flatMap(member => {
			if (member.state.kind !== 'no-leader') return [];
			const seconds = secondsSince(subject, member.state.sinceMs);
			if (seconds < patienceSeconds) return [];
			return [
				{
					severity: 'warning' as const,
					member: idOf(member),
					title: `${nameOf(member)} has no leader`,
					evidence: `it answers here but has known no leader for ${formatDuration(seconds)}, while others follow one`,
					advice: 'check its peer port (2380) in both directions, and its peer certificates',
				},
			];
		});
	},
};
