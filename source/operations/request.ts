import type { AlarmType } from '../cluster/alarms.ts';

/** A member as the operator names it: by name, id or client URL. */
export type MemberName = string;

/** Which history a compaction leaves. */
export type CompactTarget =
	/** What was written in the last so many seconds stays. */
	| { readonly kind: 'keep'; readonly seconds: number }
	| { readonly kind: 'revision'; readonly revision: bigint }
	/** Nothing but the present stays. */
	| { readonly kind: 'head' };

/** Which snapshots of the same cluster in the same folder stay after a new one; null keeps all. */
export type Retention = { readonly keepLast: number | null; readonly keepForSeconds: number | null };

/** What the operator asked for. Syntax is checked by whoever makes one; whether it fits the cluster, by `prepare`. */
export type Request =
	| { readonly operation: 'compact'; readonly target: CompactTarget }
	/** `rule` is the text of an expression; null stands for the default rule. */
	| { readonly operation: 'defragment-member'; readonly member: MemberName; readonly rule: string | null }
	| { readonly operation: 'defragment-cluster'; readonly rule: string | null }
	| {
			readonly operation: 'snapshot';
			/** Null lets the healthiest follower give it. */
			readonly member: MemberName | null;
			/** A file or a folder; null is a name with cluster and time in the current folder. */
			readonly path: string | null;
			readonly overwrite: boolean;
			readonly retention: Retention;
	  }
	| { readonly operation: 'disarm-alarm'; readonly member: MemberName; readonly type: AlarmType }
	| { readonly operation: 'recover-space' }
	| { readonly operation: 'move-leader'; readonly to: MemberName }
	| {
			readonly operation: 'member-add';
			/** Only for the command line of the new member that is printed: etcd learns it when that member starts. */
			readonly name: string;
			readonly peerUrls: readonly string[];
			readonly isLearner: boolean;
	  }
	| { readonly operation: 'member-remove'; readonly member: MemberName }
	| { readonly operation: 'member-update'; readonly member: MemberName; readonly peerUrls: readonly string[] }
	| { readonly operation: 'member-promote'; readonly member: MemberName }
	| { readonly operation: 'check-hash' };

/** The request of one operation. */
export type RequestOf<Id extends Request['operation']> = Extract<Request, { readonly operation: Id }>;
