import type { Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';

/** A member found that its data differs from the others'. */
export const corrupt: Rule = {
	name: 'corrupt',
	isOne: true,
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
					'check the hashes; take a snapshot from a member of the majority, remove the corrupt one, wipe it and add it again; do not just disarm',
				reasoning: [
					'etcd raises it only where hashes of the same revision differ: the data is different, not late',
					'who is named found the difference or was found different: only the hashes of all members tell who stands alone',
					'disarming makes nothing whole: the cluster would go on serving two versions of the data',
				],
				remedy: { operation: 'check-hash', member: null },
			},
		];
	},
};
