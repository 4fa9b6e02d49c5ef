import { ownMembers } from '../../cluster/own-members.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';
import { slowLatency } from './latency-levels.ts';

/** 25 ms is what etcd's guides ask for; 250 ms is where the etcd-mixin warns. */
const levels = { info: 0.025, warning: 0.25, critical: 1 };

/** Committing the backend is slow: large transactions, a large database, memory pressure, or the disk. */
export const commitSlow: Rule = {
	name: 'commit-slow',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			const slow = slowLatency(subject, member, 'commit', levels);
			if (slow === null) return [];
			return [
				{
					...slow,
					member: idOf(member),
					title: `${nameOf(member)}: backend commits are slow`,
					advice: 'where disk syncs are slow too, it is the disk; else look for large transactions and memory pressure',
				},
			];
		}),
};
