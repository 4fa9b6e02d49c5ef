import { leaderTimeline } from '../../cluster/leaders.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import type { FindingChart, Remedy } from '../finding.ts';
import type { Case } from '../rule.ts';

/** Who or what makes the leader change. */
export type ChangeCause = {
	readonly member: MemberView | null;
	readonly title: string;
	/** Behind the count of changes. */
	readonly evidence: string;
	readonly reasoning: readonly string[];
	readonly advice: string;
	readonly remedy: Remedy | null;
	readonly chart: FindingChart | null;
};

/** The changes of one window, and what can be asked about it. */
export type Changes = { readonly count: number; readonly windowMs: number };

const entriesOf = ({ history, atMs }: Case, { windowMs }: Changes) =>
	leaderTimeline(history, atMs).entries.filter(({ toMs }) => toMs === null || toMs > atMs - windowMs);

/** Those that led in the window, as far as they are still members. */
export function leadersIn(subject: Case, changes: Changes): readonly MemberView[] {
	const led = new Set(entriesOf(subject, changes).map(({ leaderId }) => leaderId));
	return ownMembers(subject.snapshot).filter(({ id }) => id !== null && led.has(id));
}

export const timesWords = (times: number): string => (times === 1 ? 'once' : `${times} times`);

/** When a member ceased to lead, each time in the window. */
export const lossesOfLead = (subject: Case, { id }: MemberView, changes: Changes): readonly number[] =>
	entriesOf(subject, changes).flatMap(({ leaderId, toMs }) => (leaderId === id && toMs !== null ? [toMs] : []));
