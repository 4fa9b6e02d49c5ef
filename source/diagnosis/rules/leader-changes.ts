import { leaderChanges as changesIn } from '../../cluster/leaders.ts';
import type { Rule } from '../rule.ts';

const windowMs = 15 * 60_000;
const tooMany = 4;

/** The leader changes again and again; each time all writes stop for an election. The etcd-mixin's threshold. */
export const leaderChanges: Rule = {
	name: 'leader-changes',
	judge({ history, atMs }) {
		const changes = changesIn(history, atMs, windowMs);
		if (changes < tooMany) return [];
		return [
			{
				severity: 'warning',
				member: null,
				title: 'the leader changes often',
				evidence: `${changes} changes in the last 15 minutes, as many as any member counted`,
				advice: 'compare disk syncs and round trips: a slow disk on the leader and a bad link both do this',
			},
		];
	},
};
