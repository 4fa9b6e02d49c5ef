import type { History } from '../cluster/history.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import type { EtcdCalls } from '../etcd/calls.ts';
import type { SnapshotFiles } from './snapshot-files.ts';

/** The whole cluster, read once, just now: a Status and a metrics page of each member, the member list, the alarms. */
export type Look = {
	readonly history: History;
	readonly atMs: number;
	readonly snapshot: Snapshot;
};

/** Everything outside that an operation may touch. Tests hand in another one. */
export type World = {
	readonly calls: EtcdCalls;
	/**
	 * Reads the cluster anew. A member that is silent delays it by a fraction of the dial timeout, no more. Throws only
	 * when the signal aborts, with its reason.
	 */
	look(signal?: AbortSignal): Promise<Look>;
	/** Waits; returns early when the signal aborts, without throwing. */
	pause(milliseconds: number, signal: AbortSignal): Promise<void>;
	/** A clock that never jumps, in milliseconds. */
	nowMs(): number;
	/** The wall clock, milliseconds since 1970. */
	timeMs(): number;
	/**
	 * The newest revision that was the cluster's at least so many seconds ago, as this process has seen it; null where it
	 * has not watched for so long.
	 */
	revisionBefore(seconds: number): { readonly revision: bigint; readonly ageSeconds: number } | null;
	readonly files: SnapshotFiles;
	readonly patience: Patience;
};

/** How long things may take before they are looked at in another way. Tests are less patient. */
export type Patience = {
	/** Calls that a member answers at once. */
	readonly callSeconds: number;
	/** How long the answer to a defragmentation or a physical compaction is waited for before it is followed by other means. */
	readonly longCallSeconds: number;
	/** Between two looks at something that goes on. */
	readonly lookEveryMs: number;
	/** At the least between two members' defragmentations, and after a move of the leader. */
	readonly settleSeconds: number;
	/** How long a cleared alarm is watched for coming back. */
	readonly rearmSeconds: number;
	/** How long a member may be unreachable in the middle of its step before it counts as lost. */
	readonly lostSeconds: number;
};

export const usualPatience: Omit<Patience, 'callSeconds'> = {
	longCallSeconds: 600,
	lookEveryMs: 1000,
	settleSeconds: 10,
	rearmSeconds: 30,
	lostSeconds: 30,
};

/** Where a member is asked. */
export const callsOf = ({ calls }: World, { endpoint }: Pick<MemberView, 'endpoint'>) => calls.member(endpoint);
