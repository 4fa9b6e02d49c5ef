import { listNames, missingVoters, type Rule } from '../rule.ts';

/** Fewer voters answer than a majority, and those that do know of no leader: nothing can be written. */
export const quorumLost: Rule = {
	name: 'quorum-lost',
	judge({ snapshot }) {
		const { canLose, reachableVoters, voters, quorum } = snapshot;
		if (canLose !== -1) return [];
		const missing = missingVoters(snapshot);
		return [
			{
				severity: 'critical',
				member: null,
				title: 'quorum lost',
				evidence: `${reachableVoters} of ${voters} voters answer, ${quorum} are needed; missing: ${listNames(missing)}`,
				advice: 'bring a missing voter back; if a majority is gone for good, restore from a snapshot',
			},
		];
	},
};
