import type { AlarmType } from './alarms.ts';
import type { Examination } from './examination.ts';
import type { Failure } from './failure.ts';
import type { Member, MemberKey, MemberStatus } from './member.ts';

/**
 * When a reading was taken. `atMs` is monotonic (milliseconds on a clock that never jumps) and is what durations, ages
 * and rates are made from; `timeMs` is the wall clock (milliseconds since 1970) and is only for showing to people.
 */
export type Stamp = {
	readonly atMs: number;
	readonly timeMs: number;
};

/** Who is in the cluster and which rows are read. Sent at the start, and again whenever either changes. */
export type MembersReading = Stamp & {
	readonly kind: 'members';
	/** Null while no member has answered yet. */
	readonly clusterId: string | null;
	/** Empty where the member list could not be read; `failure` then says why. */
	readonly members: readonly Member[];
	readonly failure: Failure | null;
	/** The rows that are read, in a stable order. With discovery this is every member; without, the given endpoints. */
	readonly targets: readonly { readonly key: MemberKey; readonly endpoint: string }[];
};

/** One Status call, answered or not. A call that is still pending after its deadline counts as a timeout. */
export type StatusReading = Stamp & {
	readonly kind: 'status';
	readonly key: MemberKey;
	readonly endpoint: string;
	readonly outcome:
		| { readonly kind: 'answered'; readonly status: MemberStatus; readonly latencySeconds: number }
		| { readonly kind: 'failed'; readonly failure: Failure };
};

/**
 * The wanted samples of one scrape under their exposition names, labels in the server's order, for example
 * `etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"}`.
 */
export type MetricSamples = ReadonlyMap<string, number>;

/** One scrape of a member's metrics, or why there is none. */
export type MetricsReading = Stamp & {
	readonly kind: 'metrics';
	readonly key: MemberKey;
	readonly outcome:
		| {
				readonly kind: 'answered';
				readonly url: string;
				readonly samples: MetricSamples;
				/**
				 * The server's own clock as its answer tells it (HTTP's `Date`): milliseconds since 1970, cut to whole seconds;
				 * null where it tells none.
				 */
				readonly serverTimeMs: number | null;
		  }
		| { readonly kind: 'failed'; readonly failure: Failure };
};

/** A key that the watch saw change. Values are never kept. All text is already safe to show. */
export type KeyChange = {
	readonly timeMs: number;
	readonly operation: 'create' | 'update' | 'delete';
	/** What is counted and coloured: `pods`, `GROUP/RESOURCE` for custom resources, the prefix otherwise. */
	readonly resource: string;
	/** `namespace/name`, or the key as it is where it is not Kubernetes'. */
	readonly name: string;
	readonly revision: bigint;
	/** Bytes of the value; 0 for a delete. */
	readonly sizeBytes: number;
	/** Node leases and events: the chatter that one key press hides. */
	readonly isNoise: boolean;
};

/** Counts of one resource over the time that one `keys` reading covers. */
export type ResourceChanges = { readonly put: number; readonly delete: number; readonly bytes: number };

/** What the watch saw since the last such reading: everything is counted, a storm's lines are sampled. */
export type KeysReading = Stamp & {
	readonly kind: 'keys';
	/** The revision of the last event in it. */
	readonly revision: bigint;
	readonly changes: ReadonlyMap<string, ResourceChanges>;
	readonly lines: readonly KeyChange[];
	/** Events that were counted but have no line. */
	readonly unlisted: number;
};

/** How the watch itself is doing. */
export type WatchState =
	| { readonly kind: 'off'; readonly reason: string }
	| { readonly kind: 'connecting' }
	| { readonly kind: 'live'; readonly endpoint: string; readonly fromRevision: bigint }
	| { readonly kind: 'interrupted'; readonly failure: Failure }
	/** Revisions from..to (both inclusive) were not seen: compacted away, or too many to replay without harm. */
	| {
			readonly kind: 'gap';
			readonly fromRevision: bigint;
			readonly toRevision: bigint;
			readonly reason: 'compacted' | 'too-many';
	  };

export type WatchReading = Stamp & { readonly kind: 'watch'; readonly state: WatchState };

/** An alarm as the cluster's alarm list tells it, read once when a Status mentions one that is not known yet. */
export type AlarmsReading = Stamp & {
	readonly kind: 'alarms';
	readonly alarms: readonly { readonly memberId: string; readonly type: AlarmType }[];
};

/** What was found when something was looked into that changes rarely: certificates, encryption, settings. */
export type ExaminationReading = Stamp & { readonly kind: 'examination'; readonly examination: Examination };

/** Everything that the screen shows and the rules judge is a function of a sequence of these. */
export type Reading =
	| MembersReading
	| StatusReading
	| MetricsReading
	| KeysReading
	| WatchReading
	| AlarmsReading
	| ExaminationReading;
