import type { History } from '../cluster/history.ts';
import { followsLeader, isAnswering } from '../cluster/member-state.ts';
import { isLed, ownMembers } from '../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { formatDuration } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import type { Finding } from './finding.ts';

/** What a rule judges: the cluster at one moment, and what led to it. */
export type Case = { readonly history: History; readonly snapshot: Snapshot; readonly atMs: number };

/** A finding before it has its rule's name; what is left out of the last three is nothing. */
export type Verdict = Omit<Finding, 'rule' | Details> & Partial<Pick<Finding, Details>>;
type Details = 'reasoning' | 'remedy' | 'chart';

/** One thing that can be wrong. It says nothing where it cannot know. */
export type Rule = {
	/** Kebab-case, stable: part of the JSON contract. */
	readonly name: string;
	/** It has one verdict at most, and what it finds stays the same thing whichever member it names at the moment. */
	readonly isOne?: true;
	judge(subject: Case): readonly Verdict[];
};

/** A member's name, safe to show. */
export const nameOf = (member: MemberView): string => safeText(member.name, 60);

/** What a finding calls the member. */
export const idOf = (member: MemberView): string => member.id ?? member.key;

/** Voters that are not seen to serve; while there is a leader, who does not follow one is among them. */
export function missingVoters(snapshot: Snapshot): readonly MemberView[] {
	const takesPart = isLed(snapshot) ? followsLeader : isAnswering;
	return ownMembers(snapshot).filter(member => !member.isLearner && !takesPart(member));
}

/** There is a leader, so a majority stands, but less than that is seen from here: the fault may be on the way. */
export function isPathInDoubt(snapshot: Snapshot): boolean {
	const missing = missingVoters(snapshot);
	if (!isLed(snapshot) || snapshot.voters === 0) return false;
	if (missing.some(({ state }) => state.kind === 'waiting')) return false;
	return missing.length > snapshot.voters - snapshot.quorum;
}

/** `m1, m2 and m3`. */
export function listNames(members: readonly MemberView[]): string {
	const names = members.map(nameOf);
	return names.length < 2 ? (names[0] ?? 'none') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `m2 for 12s and m3 for 4m 10s`: members that do not take part, with how long they have not. */
export const listNamesSince = (subject: Case, members: readonly MemberView[]): string =>
	listNames(
		members.map(member => {
			const seconds = secondsSince(subject, member.state.sinceMs);
			const isAged = seconds >= 1 && member.state.kind !== 'serving' && member.state.kind !== 'waiting';
			return isAged ? { ...member, name: `${nameOf(member)} for ${formatDuration(seconds)}` } : member;
		}),
	);

export const secondsSince = (subject: Case, sinceMs: number): number => Math.max(0, (subject.atMs - sinceMs) / 1000);
