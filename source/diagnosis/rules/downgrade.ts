import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { releaseOf } from '../../cluster/version.ts';
import { safeText } from '../../format/safe.ts';
import { listNames, type Rule } from '../rule.ts';

/** A downgrade was asked for and is not over: until it is, or is cancelled, no member may be newer than it allows. */
export const downgrade: Rule = {
	name: 'downgrade',
	judge({ snapshot }) {
		const members = ownMembers(snapshot).filter(isAnswering);
		const told = members.flatMap(({ numbers }) => (numbers?.downgradeTarget == null ? [] : [numbers.downgradeTarget]));
		const [target] = told;
		if (target === undefined) return [];
		const release = releaseOf(target);
		const left = members.filter(({ numbers }) => {
			const server = releaseOf(numbers?.version ?? null);
			return server !== null && release !== null && server.minor > release.minor;
		});
		return [
			{
				severity: 'info',
				member: null,
				title: `a downgrade to ${safeText(target, 40)} is under way`,
				evidence:
					left.length === 0
						? 'every member that answers runs it already'
						: `still newer: ${listNames(left)}; storage version ${safeText(members[0]?.numbers?.storageVersion ?? 'unknown', 40)}`,
				advice:
					left.length === 0
						? 'it ends by itself within a minute; else look into the leader’s log'
						: 'replace the binary of one member after the other, or end it with etcdctl downgrade cancel',
			},
		];
	},
};
