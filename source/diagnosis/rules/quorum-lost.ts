import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { listNamesSince, missingVoters, type Rule } from '../rule.ts';

/**
 * Fewer voters answer than a majority, and those that do know of no leader: nothing can be written. That proposals and
 * linearizable reads fail now follows from it, and is no finding of its own.
 */
export const quorumLost: Rule = {
	name: 'quorum-lost',
	judge(subject) {
		const { canLose, reachableVoters, voters, quorum } = subject.snapshot;
		if (canLose !== -1) return [];
		const missing = missingVoters(subject.snapshot);
		const isAnyoneThere = ownMembers(subject.snapshot).some(isAnswering);
		return [
			{
				severity: 'critical',
				member: null,
				title: 'quorum lost',
				evidence: `${reachableVoters} of ${voters} voters answer, ${quorum} are needed; missing: ${listNamesSince(subject, missing)}`,
				advice: 'bring a missing voter back; if a majority is gone for good, restore from a snapshot',
				reasoning: [
					'Writes and linearizable reads fail until a majority serves; no data is lost by that.',
					...(isAnyoneThere
						? ['Who answers here knows of no leader either: it is not only the way from here that is cut.']
						: []),
				],
			},
		];
	},
};
