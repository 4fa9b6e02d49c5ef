import type { Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';

/** A member reached its quota: the whole cluster refuses writes, kube-apiserver's own compaction among them. */
export const noSpace: Rule = {
	name: 'nospace',
	judge({ snapshot }) {
		const raised = raisedAlarm(snapshot, 'NOSPACE');
		if (raised === null) return [];
		return [
			{
				severity: 'critical',
				member: raised.member,
				title: 'NOSPACE: writes are refused',
				evidence: `${raised.by}: its database reached the quota; only deletes and compactions are taken`,
				advice: 'compact, wait until the use falls on every member, defragment one by one, then disarm',
			},
		];
	},
};
