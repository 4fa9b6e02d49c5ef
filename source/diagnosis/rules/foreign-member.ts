import { safeText } from '../../format/safe.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';

/** An endpoint that belongs to another cluster than the rest. */
export const foreignMember: Rule = {
	name: 'foreign-member',
	judge: ({ snapshot }) =>
		snapshot.members
			.filter(({ key }) => snapshot.foreignKeys.includes(key))
			.map(member => ({
				severity: 'warning',
				member: idOf(member),
				title: `${nameOf(member)} is of another cluster`,
				evidence: `${safeText(member.endpoint, 200)} does not answer from cluster ${safeText(snapshot.clusterId ?? 'unknown', 60)}; its numbers are not counted`,
				advice: 'check the endpoints; a member that was wiped and started anew forms a cluster of its own',
			})),
};
