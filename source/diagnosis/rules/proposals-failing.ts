import { leaderChanges } from '../../cluster/leaders.ts';
import { followsLeader } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import { formatRate } from '../../format/number.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';
import { isolations } from './isolation.ts';
import { hasSlowDisk } from './latency-levels.ts';
import { steadyRise } from './steady-rise.ts';

const windowMs = 2 * 60_000;

/**
 * Writes fail though there is a leader. Without one, at an election, and on a member that is cut off or hangs on its disk they fail too: that
 * is what other findings tell, and this one would only repeat them.
 */
export const proposalsFailing: Rule = {
	name: 'proposals-failing',
	judge(subject) {
		const { snapshot, history, atMs } = subject;
		if (!isLed(snapshot) || leaderChanges(history, atMs, windowMs) > 0) return [];
		const isolated = isolations(subject).map(({ member }) => member.key);
		return ownMembers(snapshot).flatMap(member => {
			if (!followsLeader(member) || isolated.includes(member.key)) return [];
			if (hasSlowDisk(subject, member)) return [];
			const perSecond = steadyRise(subject, member, 'etcd_server_proposals_failed_total', 1);
			if (perSecond === null) return [];
			return [
				{
					severity: 'warning' as const,
					member: idOf(member),
					title: `${nameOf(member)}: writes fail`,
					evidence: `${formatRate(perSecond)} proposals failed for two minutes, under one leader all the time`,
					advice:
						'look into its log; writes time out where a majority answers too slowly: compare disk syncs and round trips',
					reasoning: ['There was a leader and no election: they were not lost with a leader.'],
				},
			];
		});
	},
};
