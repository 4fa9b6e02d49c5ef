import type { Rule } from '../rule.ts';

/** A cluster of one or two voters is as good as it can be, and still cannot lose any. */
export const noSpareVoter: Rule = {
	name: 'no-spare-voter',
	judge({ snapshot: { voters, reachableVoters, canLose } }) {
		if (voters === 0 || voters > 2 || canLose !== 0 || reachableVoters < voters) return [];
		return [
			{
				severity: 'info',
				member: null,
				title: voters === 1 ? 'a single voter' : 'two voters',
				evidence: `${voters === 1 ? '1 voter' : '2 voters'}: the loss of one stops all writes`,
				advice: 'three voters can lose one; add learners and promote them',
			},
		];
	},
};
