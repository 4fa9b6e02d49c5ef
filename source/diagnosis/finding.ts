import type { MemberId } from '../cluster/member.ts';
import type { LatencyKind } from '../cluster/metric-names.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** The gravest first. */
export const severities: readonly Severity[] = ['critical', 'warning', 'info'];

/** An operation of the catalog that helps, under its id there. */
export type Remedy = {
	readonly operation:
		| 'compact'
		| 'defragment-member'
		| 'defragment-cluster'
		| 'snapshot'
		| 'recover-space'
		| 'disarm-alarm'
		| 'move-leader'
		| 'member-add'
		| 'member-promote'
		| 'member-update'
		| 'member-remove'
		| 'check-hash';
	/** Whom it is for: the member to defragment, or the one to lead next; null where it is chosen later, or nobody. */
	readonly member: MemberId | null;
};

/** What to draw beside a finding. A null member stands for all of them. */
export type FindingChart =
	| { readonly kind: 'latency'; readonly latency: LatencyKind; readonly member: MemberId | null }
	| { readonly kind: 'gauge'; readonly gauge: 'latency' | 'dbSize' | 'inUse'; readonly member: MemberId | null }
	/** Write transactions a second. */
	| { readonly kind: 'writes' };

/** One thing that is worth a person's attention, with its numbers and the next step. Plain words, one line each. */
export type Finding = {
	/** The rule's name, stable, part of the JSON contract: kebab-case, or the name of an alert of the etcd-mixin. */
	readonly rule: string;
	readonly severity: Severity;
	/** The member concerned; null for the cluster. */
	readonly member: MemberId | null;
	/** A few words for the header: `m2 does not answer`. */
	readonly title: string;
	/** The numbers behind it. */
	readonly evidence: string;
	/** What to try. */
	readonly advice: string;
	/** Why the evidence means this and not something else, a sentence each; empty where the evidence says it all. */
	readonly reasoning: readonly string[];
	/** The operation that helps; null where none does. */
	readonly remedy: Remedy | null;
	readonly chart: FindingChart | null;
};
