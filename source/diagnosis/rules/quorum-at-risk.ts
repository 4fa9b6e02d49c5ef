import { isPathInDoubt, listNames, missingVoters, type Rule } from '../rule.ts';

/** Voters are missing and no other may be lost. A cluster that never had one to spare is `no-spare-voter`'s. */
export const quorumAtRisk: Rule = {
	name: 'quorum-at-risk',
	judge({ snapshot }) {
		const { canLose, reachableVoters, voters, quorum } = snapshot;
		const missing = missingVoters(snapshot);
		if (isPathInDoubt(snapshot))
			return [
				{
					severity: 'warning',
					member: null,
					title: `only ${reachableVoters} of ${voters} voters can be read`,
					evidence: `those have a leader, so ${quorum} voters see each other; missing here: ${listNames(missing)}`,
					advice:
						'give addresses that work from here with --endpoints, or keep to the given ones with --no-discovery; else check the network of this machine',
				},
			];
		if (canLose !== 0 || reachableVoters === voters) return [];
		const isMaintenance = missing.length > 0 && missing.every(({ state }) => state.kind === 'defragmenting');
		return [
			{
				severity: isMaintenance ? 'info' : 'warning',
				member: null,
				title: 'no voter to spare',
				evidence: `${reachableVoters} of ${voters} voters serve, ${quorum} are needed; missing: ${listNames(missing)}`,
				advice: isMaintenance
					? 'wait for the defragmentation to end before anything else'
					: 'bring the missing voter back before any maintenance: the next loss stops all writes',
			},
		];
	},
};
