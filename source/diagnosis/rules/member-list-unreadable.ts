import { isSilence } from '../../cluster/failure.ts';
import { failureText } from '../../cluster/failure-text.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { type Rule, secondsSince } from '../rule.ts';

/** It is asked for every five seconds: where nobody answered until just now, the next answer is on its way. */
const patienceSeconds = 10;

/** Without the member list nobody knows how many voters there are, nor whether all of them are watched. */
export const memberListUnreadable: Rule = {
	name: 'member-list-unreadable',
	judge(subject) {
		const { snapshot } = subject;
		const answering = ownMembers(snapshot).filter(isAnswering);
		// Where nobody answers at all, the members' own findings have said it.
		if (snapshot.listFailure === null || answering.length === 0) return [];
		const isBack = answering.every(({ state }) => secondsSince(subject, state.sinceMs) < patienceSeconds);
		if (isBack && isSilence(snapshot.listFailure.kind)) return [];
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
