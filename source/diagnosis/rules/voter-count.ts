import type { Rule } from '../rule.ts';

/** etcd's own advice. More voters make every write wait for more disks. */
const mostVoters = 7;

/** Numbers of voters that cost more than they give. One and two are `no-spare-voter`'s. */
export const voterCount: Rule = {
	name: 'voter-count',
	judge({ snapshot: { voters, quorum } }) {
		if (voters <= 2 || (voters <= mostVoters && voters % 2 === 1)) return [];
		const spare = voters - quorum;
		return [
			{
				severity: 'info',
				member: null,
				title: voters > mostVoters ? `${voters} voters are many` : 'an even number of voters',
				evidence:
					voters > mostVoters
						? `every write waits for ${quorum} disks; ${spare} voters can be lost`
						: `${voters} voters can lose ${spare}, as ${voters - 1} could; every write waits for ${quorum}`,
				advice:
					voters > mostVoters
						? 'five or seven voters are enough; remove one after the other, the leader last'
						: 'add a voter or remove one, when a change that is under way has ended',
				reasoning:
					voters > mostVoters
						? ['More voters do not make it faster or much safer: each write needs a majority of all disks.']
						: ['The even voter adds one that can fail, and no failure that is survived.'],
			},
		];
	},
};
