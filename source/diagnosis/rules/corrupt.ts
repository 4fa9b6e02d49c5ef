import type { Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';

/** A member found that its data differs from the others'. */
export const corrupt: Rule = {
	name: 'corrupt',
	judge({ snapshot }) {
		const raised = raisedAlarm(snapshot, 'CORRUPT');
		if (raised === null) return [];
		return [
			{
				severity: 'critical',
				member: raised.member,
				title: 'CORRUPT alarm',
				evidence: `${raised.by}: its data does not match the other members’`,
				advice:
					'take a snapshot from a healthy member, then remove the corrupt one, wipe it and add it again; do not just disarm',
			},
		];
	},
};
