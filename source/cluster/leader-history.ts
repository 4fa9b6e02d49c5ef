import type { History } from './history.ts';
import { agreeOnLeader, type Leadership, quorumOf } from './leadership.ts';
import { clusterIdAt, ownRows, type RowAt, rowsAt } from './rows.ts';

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

export function currentLeadership(history: History, atMs: number): Leadership | null {
	const rows = rowsAt(history, atMs);
	return leadershipOf(ownRows(rows, clusterIdAt(history, rows, atMs)), votersAt(history, atMs));
}
