import { formatCount } from '../../format/number.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';
import { learners } from './learner-progress.ts';

/** Under load a healthy follower is some entries behind at any moment. */
const mostLagEntries = 100n;

/** A learner has caught up and kept up: as a voter it would add to what can be lost. */
export const learnerReady: Rule = {
	name: 'learner-ready',
	judge: subject =>
		learners(subject).flatMap(({ member, lagEntries, lagBefore }) => {
			if (lagBefore === null || lagBefore > mostLagEntries || lagEntries > mostLagEntries) return [];
			return [
				{
					severity: 'info' as const,
					member: idOf(member),
					title: `learner ${nameOf(member)} can be promoted`,
					evidence: `${formatCount(lagEntries)} entries behind the leader, and no more than ${formatCount(mostLagEntries)} a minute ago`,
					advice: 'promote it, so that it votes; a learner does not count for the majority',
					remedy: { operation: 'member-promote' as const, member: idOf(member) },
				},
			];
		}),
};
