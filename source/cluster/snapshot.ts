import type { AlarmType } from './alarms.ts';
import type { Failure } from './failure.ts';
import type { Member, MemberId, MemberKey } from './member.ts';
import type { WatchState } from './reading.ts';

/**
 * A quantile of a latency histogram over a window. etcd's buckets double, so the truth is a range; `seconds` is
 * interpolated inside it the way Prometheus does.
 */
export type Quantile =
	| {
			readonly kind: 'measured';
			readonly lowSeconds: number;
			readonly highSeconds: number;
			readonly seconds: number;
			readonly observations: number;
	  }
	/** `unread`: no metrics from this member; `too-early`: a second scrape is needed; `idle`: no observation in the window. */
	| { readonly kind: 'none'; readonly reason: 'unread' | 'too-early' | 'idle' };

/** What a member is doing, since when (monotonic), and why where it cannot be asked. */
export type MemberState =
	/** Not asked yet, or no answer and no deadline passed yet. */
	| { readonly kind: 'waiting'; readonly sinceMs: number }
	| { readonly kind: 'serving'; readonly sinceMs: number }
	| { readonly kind: 'no-leader'; readonly sinceMs: number }
	| { readonly kind: 'defragmenting'; readonly sinceMs: number }
	| { readonly kind: 'unreachable'; readonly sinceMs: number; readonly failure: Failure }
	/**
	 * It refuses us its Status (etcd 3.5.28–31 and 3.6.0–11 give it to root only), but its metrics answer: it is there,
	 * and what they tell stands in for the Status. `hasLeader`: whether it knows one, and so serves.
	 */
	| {
			readonly kind: 'status-denied';
			readonly sinceMs: number;
			readonly failure: Failure;
			readonly hasLeader: boolean;
	  };

/** The size at which a member stops taking writes, and how sure that number is. */
export type Quota =
	| { readonly kind: 'known'; readonly bytes: number; readonly source: 'status' | 'metrics' | 'flag' }
	/** Neither the member nor the user said: etcd's default of 2 GiB. */
	| { readonly kind: 'assumed'; readonly bytes: number }
	| { readonly kind: 'unlimited' };

export type MetricsState =
	| { readonly kind: 'waiting' }
	| { readonly kind: 'answered'; readonly url: string; readonly atMs: number }
	| { readonly kind: 'failed'; readonly failure: Failure; readonly sinceMs: number };

/**
 * The last answered Status, with the age that every number in it has; where Status is denied, what the metrics tell of
 * it. They know neither version nor term nor who leads: those are null then, and there are no errors.
 */
export type MemberNumbers = {
	readonly source: 'status' | 'metrics';
	readonly atMs: number;
	readonly latencySeconds: number | null;
	readonly version: string | null;
	readonly storageVersion: string | null;
	readonly revision: bigint | null;
	readonly dbSizeBytes: number;
	readonly dbInUseBytes: number;
	readonly leaderId: MemberId | null;
	readonly raftTerm: bigint | null;
	readonly raftIndex: bigint | null;
	readonly raftAppliedIndex: bigint | null;
	readonly errors: readonly string[];
	readonly downgradeTarget: string | null;
};

/** One row: everything that is known of a member at one moment. */
export type MemberView = {
	readonly key: MemberKey;
	/** Null until the member list or a Status told it. */
	readonly id: MemberId | null;
	/** The member's name, else its endpoint. Not escaped. */
	readonly name: string;
	readonly endpoint: string;
	readonly isLearner: boolean;
	/** The role while it serves; null where it is unreachable, waiting, without a leader or of another cluster. */
	readonly role: 'leader' | 'follower' | 'learner' | null;
	readonly state: MemberState;
	/** From the last answer: stale where the member does not answer now. Null when it never answered. */
	readonly numbers: MemberNumbers | null;
	readonly quota: Quota;
	/** Raft entries behind the leader's index, both from their latest answer; null where either is not fresh, or foreign. */
	readonly lagEntries: bigint | null;
	readonly fsyncP50: Quantile;
	readonly fsyncP99: Quantile;
	readonly commitP99: Quantile;
	/** The worst round trip to any peer. */
	readonly peerRttP99: Quantile;
	/** From process_start_time_seconds; null without metrics. */
	readonly uptimeSeconds: number | null;
	readonly metrics: MetricsState;
};

/** The cluster at one moment, joined from what each member said; disagreement is kept, not merged away. */
export type Snapshot = {
	readonly atMs: number;
	readonly timeMs: number;
	readonly clusterId: string | null;
	/** Members that answer from another cluster than `clusterId`. */
	readonly foreignKeys: readonly MemberKey[];
	/** The member list as last read. */
	readonly list: readonly Member[];
	readonly listFailure: Failure | null;
	readonly members: readonly MemberView[];
	readonly voters: number;
	/** Voters that answer and, where the cluster has a leader, know of one. */
	readonly reachableVoters: number;
	/** Voters needed for a majority. */
	readonly quorum: number;
	/**
	 * Voters that may still be lost; 0 means the next loss stops writes; -1: it is lost already; null: not known, as where
	 * no voter answers.
	 */
	readonly canLose: number | null;
	/**
	 * The leader on which the reachable members of the highest term agree; where their Status is denied, the one whose
	 * metrics say that it leads: its term and its age are not known then, nor its id without a member list.
	 */
	readonly leader: {
		readonly id: MemberId | null;
		readonly name: string;
		readonly term: bigint | null;
		readonly sinceMs: number | null;
		readonly sinceIsAtLeast: boolean;
	} | null;
	readonly term: bigint | null;
	/** The highest revision that any member tells now; null where none answers. */
	readonly revision: bigint | null;
	/** Write transactions a second, from revisions over the last seconds; null until two readings. */
	readonly writesPerSecond: number | null;
	readonly alarms: readonly { readonly member: MemberId | null; readonly type: AlarmType }[];
	readonly watch: WatchState;
};
