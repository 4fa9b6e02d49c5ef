import { failureText } from '../../cluster/failure-text.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { formatDuration } from '../../format/duration.ts';
import { idOf, listNames, type Rule, secondsSince } from '../rule.ts';

/** Members refuse us their Status, while their metrics answer: they are there, and less is known of them. */
export const statusDenied: Rule = {
	name: 'status-denied',
	isOne: true,
	judge(subject) {
		const members = ownMembers(subject.snapshot);
		const denied = members.flatMap(({ state }) => (state.kind === 'status-denied' ? [state] : []));
		const [first] = denied;
		if (first === undefined) return [];
		const those = members.filter(({ state }) => state.kind === 'status-denied');
		const { line, advice } = failureText(first.failure);
		const seconds = secondsSince(subject, Math.min(...denied.map(({ sinceMs }) => sinceMs)));
		const age = seconds < 1 ? '' : `, for ${formatDuration(seconds)}`;
		const others = those.length > 1 ? ` and ${those.length - 1} more` : '';
		return [
			{
				severity: 'warning',
				member: those.length === 1 ? idOf(those[0]!) : null,
				title: those.length === members.length ? 'Status is denied' : `${listNames(those)}: Status is denied`,
				evidence: `${line}${others}${age}; sizes, role and lag are from metrics; version, term and alarms are not known`,
				advice,
			},
		];
	},
};
