import { leaderChanges as changesIn } from '../../cluster/leaders.ts';
import { type Case, idOf, type Rule } from '../rule.ts';
import type { Changes } from './changing-leaders.ts';
import { causeOf } from './leader-change-causes.ts';

const minuteMs = 60_000;
/** The etcd-mixin's threshold, and one for what happens right now. The longer one first: it sees more of the cause. */
const limits: readonly Changes[] = [
	{ count: 4, windowMs: 15 * minuteMs },
	{ count: 3, windowMs: 2 * minuteMs },
];

/** The leader changes again and again; each time all writes stop for an election. */
export const leaderChanges: Rule = {
	name: 'leader-changes',
	isOne: true,
	judge(subject) {
		const changes = tooMany(subject);
		if (changes === null) return [];
		const { member, title, evidence, reasoning, advice, remedy, chart } = causeOf(subject, changes);
		return [
			{
				severity: 'warning',
				member: member === null ? null : idOf(member),
				title,
				evidence: `${changes.count} changes in the last ${changes.windowMs / minuteMs} minutes; ${evidence}`,
				advice,
				reasoning,
				remedy,
				chart,
			},
		];
	},
};

function tooMany({ history, atMs }: Case): Changes | null {
	for (const { count: most, windowMs } of limits) {
		const count = changesIn(history, atMs, windowMs);
		if (count >= most) return { count, windowMs };
	}
	return null;
}
