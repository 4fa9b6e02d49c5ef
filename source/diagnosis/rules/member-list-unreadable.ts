import { failureText } from '../../cluster/failure-text.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { Rule } from '../rule.ts';

/** Without the member list nobody knows how many voters there are, nor whether all of them are watched. */
export const memberListUnreadable: Rule = {
	name: 'member-list-unreadable',
	judge({ snapshot }) {
		// Where nobody answers at all, the members' own findings have said it.
		if (snapshot.listFailure === null || !ownMembers(snapshot).some(isAnswering)) return [];
		const { line, advice } = failureText(snapshot.listFailure);
		return [
			{
				severity: 'warning',
				member: null,
				title: 'the member list cannot be read',
				evidence: `${line}; ${snapshot.list.length === 0 ? 'voters and quorum are unknown' : 'what is shown is the last list'}`,
				advice,
			},
		];
	},
};
