import { ownMembers } from '../../cluster/own-members.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';
import { slowLatency } from './latency-levels.ts';

/**
 * 10 ms is what etcd's guides ask of a disk, but many that are slower do no harm: it is worth knowing, no more. At
 * 100 ms every write waits visibly. A second is as long as the default election timeout: leaders begin to fall.
 */
const levels = { info: 0.01, warning: 0.1, critical: 1 };

/** Writing the WAL to disk is slow: every write of the cluster waits for a majority of these. */
export const fsyncSlow: Rule = {
	name: 'fsync-slow',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			const slow = slowLatency(subject, member, 'fsync', levels);
			if (slow === null) return [];
			return [
				{
					...slow,
					member: idOf(member),
					title: `${nameOf(member)}: disk syncs are slow`,
					advice: 'give the WAL a disk of its own (SSD), and look for other programs that write to it',
				},
			];
		}),
};
