import { safeText } from '../../format/safe.ts';
import type { Rule } from '../rule.ts';

/** A member has no name in the list until it starts for the first time; as a voter it counts for the majority all the same. */
export const memberNeverStarted: Rule = {
	name: 'member-never-started',
	judge: ({ snapshot: { list, voters, quorum } }) =>
		list
			.filter(({ name }) => name === '')
			.map(({ id, isLearner, peerUrls }) => ({
				severity: isLearner ? 'info' : 'warning',
				member: id,
				title: `a ${isLearner ? 'learner' : 'voter'} has never started`,
				evidence: `${id} at ${safeText(peerUrls.join(', ') || 'no peer URL', 200)} is in the member list without a name`,
				advice: `start it there with --initial-cluster-state=existing, or remove it from the list if it will not come`,
				reasoning: isLearner
					? ['A learner does not vote: nobody waits for it.']
					: [`It counts already: ${quorum} of ${voters} voters are needed, and it gives no vote.`],
				remedy: { operation: 'member-remove', member: id },
			})),
};
