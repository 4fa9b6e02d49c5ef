import { ownRowsAt } from '../../cluster/rows.ts';
import { safeText } from '../../format/safe.ts';
import type { Case, Rule } from '../rule.ts';

/** Members are asked at different moments, so around an election they may differ for a turn or two. */
const patienceMs = 5000;

/** Members follow different leaders, and not only for the moment of a change. */
export const leadersDisagree: Rule = {
	name: 'leaders-disagree',
	judge(subject) {
		const claims = claimsAt(subject, subject.atMs);
		const before = claimsAt(subject, subject.atMs - patienceMs);
		if (new Set(claims.values()).size < 2 || new Set(before.values()).size < 2) return [];
		const names = new Map(subject.snapshot.members.map(({ id, name }) => [id ?? '', name]));
		const nameOfId = (id: string) => safeText(names.get(id) ?? id, 60);
		const words = [...claims].map(([member, leader]) => `${nameOfId(member)} follows ${nameOfId(leader)}`);
		return [
			{
				severity: 'warning',
				member: null,
				title: 'members follow different leaders',
				evidence: words.join(', '),
				advice: 'one of them is cut off from the others or belongs to another cluster: check the peer ports (2380)',
			},
		];
	},
};

/** Which leader each member names whose answer holds. */
function claimsAt({ history }: Case, atMs: number): ReadonlyMap<string, string> {
	const claims = new Map<string, string>();
	for (const { answer, isFresh } of ownRowsAt(history, atMs))
		if (isFresh && answer !== null && answer.facts.leaderId !== null)
			claims.set(answer.facts.memberId, answer.facts.leaderId);
	return claims;
}
