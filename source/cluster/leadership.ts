import type { MemberId } from './member.ts';

/** What one member says about the leader. */
export type LeaderAnswer = { readonly isLearner: boolean; readonly term: bigint; readonly leaderId: MemberId | null };

/** A leader, or none, in a term. */
export type Leadership = { readonly term: bigint; readonly leaderId: MemberId | null };

/**
 * The leader on which fresh answers agree; null without any answer. The highest term in which a leader is named decides,
 * so a member that was cut off and campaigns alone in ever higher terms does not make the cluster leaderless. But where
 * a majority of the voters knows of no leader in that term or a later one, there is none: what is named is a past one.
 */
export function agreeOnLeader(answers: readonly LeaderAnswer[], quorum: number): Leadership | null {
	let highest: LeaderAnswer | null = null;
	let named: Leadership | null = null;
	for (const answer of answers) {
		if (highest === null || answer.term > highest.term) highest = answer;
		if (answer.leaderId !== null && (named === null || answer.term > named.term)) named = answer;
	}
	if (highest === null) return null;
	if (named === null) return { term: highest.term, leaderId: null };
	const since = named.term;
	const without = answers.filter(({ isLearner, leaderId, term }) => !isLearner && leaderId === null && term >= since);
	if (without.length >= quorum) return { term: highest.term, leaderId: null };
	return { term: since, leaderId: mostNamed(answers.filter(({ term }) => term === since)) };
}

/** Raft elects one leader a term; answers that differ within one are told apart by their number. */
function mostNamed(answers: readonly LeaderAnswer[]): MemberId | null {
	const votes = new Map<MemberId, number>();
	for (const { leaderId } of answers) if (leaderId !== null) votes.set(leaderId, (votes.get(leaderId) ?? 0) + 1);
	return [...votes].reduce<[MemberId | null, number]>((best, vote) => (vote[1] > best[1] ? vote : best), [null, 0])[0];
}

/** Voters that make a majority. */
export const quorumOf = (voters: number): number => Math.floor(voters / 2) + 1;
