import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberNumbers, MemberView, Quantile, Snapshot } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';

/**
 * The numbers of a member's Status, or of its metrics where that is denied, where they are of now. A member that stopped answering still has its last ones in
 * the snapshot; a report of one moment must not show them as if they were true.
 */
export function freshNumbers(member: MemberView): MemberNumbers | null {
	return isAnswering(member) ? member.numbers : null;
}

/** Members that answer, learners included. One that defragments does not: it serves nobody until it is done. */
export const reachableMembers = (snapshot: Snapshot): number => ownMembers(snapshot).filter(isAnswering).length;

/** Whether who belongs to the cluster is known at all, and with it what a majority is. */
export const isListKnown = (snapshot: Snapshot): boolean => snapshot.list.length > 0;

/** The name as other people's text: escaped and short. */
export const shownName = (name: string): string => safeText(name, 64);

/** The share of the quota that the file takes, from 0 to 1 and beyond; null without a fresh size or without a quota. */
export function quotaFraction(member: MemberView): number | null {
	const numbers = freshNumbers(member);
	if (numbers === null || member.quota.kind === 'unlimited' || member.quota.bytes <= 0) return null;
	return numbers.dbSizeBytes / member.quota.bytes;
}

const latencies = ['fsyncP99', 'commitP99', 'peerRttP99'] as const;

export type Latency = (typeof latencies)[number];

export const isLatency = (text: string): text is Latency => latencies.some(latency => latency === text);

/** A latency out of the member's metrics, null where nothing was measured or its metrics are not of now. */
export function freshLatency(member: MemberView, latency: Latency): Extract<Quantile, { kind: 'measured' }> | null {
	const quantile = member[latency];
	return member.metrics.kind === 'answered' && quantile.kind === 'measured' ? quantile : null;
}
