import { ownMembers } from '../../cluster/own-members.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import { idOf, nameOf, type Rule, secondsSince } from '../rule.ts';

/** A defragmentation is going on: the member is silent, not down. */
export const defragmenting: Rule = {
	name: 'defragmenting',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			if (member.state.kind !== 'defragmenting') return [];
			const size = member.numbers === null ? '' : `, ${formatBytes(member.numbers.dbSizeBytes)} before`;
			return [
				{
					severity: 'info' as const,
					member: idOf(member),
					title: `${nameOf(member)} defragments`,
					evidence: `for ${formatDuration(secondsSince(subject, member.state.sinceMs))}${size}; it answers nothing until it is done`,
					advice: 'let it finish: it cannot be stopped, and a second one would only start over',
				},
			];
		}),
};
