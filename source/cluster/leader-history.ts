import type { History } from './history.ts';
import { agreeOnLeader, type Leadership, quorumOf } from './leadership.ts';
import { ownRowsAt, type RowAt } from './rows.ts';

/** Who led, or that nobody did, from a moment on; `timeMs` is that moment on the wall clock. */
export type LeaderFact = Leadership & { readonly timeMs: number };

/** What the rows that answer agree on at a moment; null where none answers. */
export function leadershipOf(rows: readonly RowAt[], voters: number): Leadership | null {
	const fresh = rows.filter(({ isFresh }) => isFresh);
	const answers = fresh.map(({ answer }) => ({
		isLearner: answer!.facts.isLearner,
		term: answer!.raftTerm,
		leaderId: answer!.facts.leaderId,
	}));
	return agreeOnLeader(answers, quorumOf(voters === 0 ? rows.length : voters));
}

export const votersAt = (history: History, atMs: number): number =>
	history.membership.at(atMs)?.members.filter(({ isLearner }) => !isLearner).length ?? 0;

/** Null where nobody answers, and while what is told is known to be of the past. */
export function currentLeadership(history: History, atMs: number): Leadership | null {
	const rows = ownRowsAt(history, atMs);
	const now = leadershipOf(rows, votersAt(history, atMs));
	return now !== null && isOldTerm(history, rows, now) ? null : now;
}

/**
 * A Status tells the term of the last entry that its member has applied: one that was away for a while tells the new
 * leader with the old term, for a moment. A leader's term never goes back, so such an answer is no news where somebody
 * tells a term in which a later leader was elected.
 */
function isOldTerm({ leaders }: History, rows: readonly RowAt[], now: Leadership): boolean {
	if (now.leaderId === null) return false;
	for (let index = leaders.length - 1; index >= 0; index--) {
		const { leaderId, term } = leaders.entry(index)!.value;
		if (leaderId === null) continue;
		return now.term < term && rows.some(({ isFresh, answer }) => isFresh && answer!.raftTerm >= term);
	}
	return false;
}
