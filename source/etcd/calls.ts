import type { CertificateFacts } from '../cluster/examinations/tls.ts';
import type { Failure } from '../cluster/failure.ts';
import type { Member, MemberId, MemberStatus } from '../cluster/member.ts';
import type { MetricSamples } from '../cluster/reading.ts';

/** Every call has a deadline; the signal ends it earlier. */
export type CallOptions = {
	readonly timeoutSeconds: number;
	readonly signal?: AbortSignal;
};

export type WatchRequest = {
	readonly prefix: string;
	/** The first revision wanted; null starts at the head. */
	readonly startRevision: bigint | null;
};

/** One change of a key. The value is never kept, only its length. */
export type WatchEvent = {
	readonly type: 'put' | 'delete';
	readonly key: Uint8Array;
	readonly modRevision: bigint;
	readonly createRevision: bigint;
	readonly valueBytes: number;
};

/** What a watch stream says. After `compacted` or `canceled` the stream ends. */
export type WatchMessage =
	/** `revision` is the store's head when the watch was made. */
	| { readonly kind: 'created'; readonly revision: bigint }
	/** `isFragment`: more events of the same message follow, perhaps of the same revision. */
	| { readonly kind: 'events'; readonly events: readonly WatchEvent[]; readonly isFragment: boolean }
	| { readonly kind: 'progress'; readonly revision: bigint }
	/** The start revision is gone; the oldest that is left is `compactRevision`. */
	| { readonly kind: 'compacted'; readonly compactRevision: bigint }
	| { readonly kind: 'canceled'; readonly reason: string };

export type MemberListAnswer = {
	readonly clusterId: string;
	/** The member that answered. */
	readonly answeredBy: MemberId;
	readonly members: readonly Member[];
};

export type Alarm = { readonly memberId: MemberId; readonly type: 'NOSPACE' | 'CORRUPT' };

/**
 * Calls aimed at exactly one endpoint over one connection. Nothing is retried and nothing falls over to another member:
 * each call tells the truth about this one. Every failure is a `CallError`.
 */
export type MemberCalls = {
	readonly endpoint: string;
	/** Local knowledge of that member; answered without quorum. */
	status(options: CallOptions): Promise<MemberStatus>;
	/** Serializable member list; answered without quorum, not by learners. */
	memberList(options: CallOptions): Promise<MemberListAnswer>;
	/** Costs the cluster a raft proposal: only when a Status mentions an alarm that is not known yet. */
	alarms(options: CallOptions): Promise<readonly Alarm[]>;
	hashKv(revision: bigint, options: CallOptions): Promise<HashKvAnswer>;
	/** The backend's bytes as they are streamed, the SHA-256 trailer included. Reading slowly slows the server down. */
	snapshot(signal: AbortSignal): AsyncIterable<SnapshotChunk>;
	/** Ends with a `CallError` when the connection is lost or stays silent past its keepalive. */
	watch(request: WatchRequest, signal: AbortSignal): AsyncIterable<WatchMessage>;
	/**
	 * Drops the history before `revision` on every member. `isPhysical` answers only when the member that was asked has
	 * freed the space; the others may still be at it. etcd says `already compacted` and `future revision` as `rejected`.
	 */
	compact(request: { readonly revision: bigint; readonly isPhysical: boolean }, options: CallOptions): Promise<void>;
	/** The member serves nobody until it is done, and goes on even when the call is given up. */
	defragment(options: CallOptions): Promise<void>;
	/** To be asked of the leader. */
	moveLeader(to: MemberId, options: CallOptions): Promise<void>;
	disarm(alarm: Alarm, options: CallOptions): Promise<void>;
	/**
	 * A transaction that writes only in the branch that is never taken: it goes through raft, needs the right to write the
	 * key and is refused for want of space as a write is, and changes nothing, not even the revision.
	 */
	dryWrite(key: string, options: CallOptions): Promise<void>;
	/** How many keys a range has, as this member knows it; reads no value. */
	countKeys(range: KeyRange, options: CallOptions): Promise<number>;
	/**
	 * Whether an ordinary read without a login is refused: authentication is on. Counts a range of one key as this member
	 * has it, so it costs no proposal, unlike etcd's own AuthStatus. Where clients show certificates `false` says nothing:
	 * the name in ours may be a user.
	 */
	needsLogin(options: CallOptions): Promise<boolean>;
	/** What this member showed of itself on the connection that is open; null without TLS or a connection. Costs nothing. */
	shownCertificate(): ShownCertificate | null;
	/** For looking at how values begin. Makes a connection of its own at the first look. */
	openHeads(): ValueHeads;
	/**
	 * One key; null where there is none. For small values that are no secrets, such as `compact_rev_key`. Linearizable
	 * unless `isSerializable`: then as that member has it, without the others and without quorum.
	 */
	get(key: string, options: CallOptions & { readonly isSerializable?: true }): Promise<KeyValue | null>;
	addMember(
		request: { readonly peerUrls: readonly string[]; readonly isLearner: boolean },
		options: CallOptions,
	): Promise<{ readonly member: Member; readonly members: readonly Member[] }>;
	removeMember(id: MemberId, options: CallOptions): Promise<void>;
	updateMember(id: MemberId, peerUrls: readonly string[], options: CallOptions): Promise<void>;
	promoteMember(id: MemberId, options: CallOptions): Promise<void>;
	/** The samples of the wanted families from a metrics page (of any URL: this member's, or one of `--metrics-urls`). */
	metrics(url: string, wantedFamilies: ReadonlySet<string>, options: CallOptions): Promise<MetricsPage>;
	close(): void;
};

/** `serverTimeMs`: the server's clock when it answered, milliseconds since 1970 in whole seconds; null where untold. */
export type MetricsPage = { readonly samples: MetricSamples; readonly serverTimeMs: number | null };

/** Keys from `from` (inclusive) to `end` (exclusive). */
export type KeyRange = { readonly from: Uint8Array; readonly end: Uint8Array };

/** The beginning of one value. */
export type ValueHead = {
	readonly key: Uint8Array;
	/** A copy; to be wiped when it was looked at. */
	readonly head: Uint8Array;
	/** Length of the whole value. */
	readonly valueBytes: number;
	/** How much of the answer came here before it was given up. */
	readonly receivedBytes: number;
};

/** Looks at how values begin without having them sent whole: over a connection on which hardly more is let through. */
export type ValueHeads = {
	/** The first key of a range with at most `headBytes` of its value, as this member knows it; null where there is none. */
	first(range: KeyRange, headBytes: number, options: CallOptions): Promise<ValueHead | null>;
	close(): void;
};

/** `isForHost`: it lists the host of the endpoint. */
export type ShownCertificate = { readonly facts: CertificateFacts; readonly isForHost: boolean };

export type KeyValue = { readonly value: Uint8Array; readonly modRevision: bigint; readonly version: bigint };

export type HashKvAnswer = {
	readonly hash: number;
	readonly compactRevision: bigint;
	/** 3.6+: the revision that was hashed; null on older servers. */
	readonly hashRevision: bigint | null;
	/** The revision of the store, from the header. */
	readonly revision: bigint;
};

export type SnapshotChunk = {
	readonly blob: Uint8Array;
	readonly remainingBytes: bigint;
	/** 3.6+: the storage version of the snapshot. */
	readonly storageVersion: string | null;
};

/** The whole wire. One of these for a run; `member` gives the same object for the same endpoint, dialled at once. */
export type EtcdCalls = {
	member(endpoint: string): MemberCalls;
	close(): void;
};

/** A call that failed for a reason that a user can understand; the reason is in `failure`. */
export class CallError extends Error {
	readonly failure: Failure;

	constructor(failure: Failure) {
		super(`${failure.call} ${failure.where}: ${failure.kind}${failure.detail === '' ? '' : ` (${failure.detail})`}`);
		this.name = 'CallError';
		this.failure = failure;
	}
}
