import { formatRate } from '../../format/number.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';
import { hasSlowDisk } from './latency-levels.ts';
import { steadyRise } from './steady-rise.ts';
import { undisturbedMembers, wasCutOff } from './undisturbed.ts';

/**
 * Writes fail though there is a leader. Without one, at an election, and on a member that is cut off or hangs on its disk
 * they fail too: that is what other findings tell, and this one would only repeat them.
 */
export const proposalsFailing: Rule = {
	name: 'proposals-failing',
	judge: subject =>
		undisturbedMembers(subject).flatMap(member => {
			if (hasSlowDisk(subject, member)) return [];
			const perSecond = steadyRise(subject, member, 'etcd_server_proposals_failed_total', 1);
			if (perSecond === null || wasCutOff(subject, member)) return [];
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
		}),
};
