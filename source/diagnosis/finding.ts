import type { MemberId } from '../cluster/member.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** One thing that is worth a person's attention, with its numbers and the next step. Plain words, one line each. */
export type Finding = {
	/** The rule's name: kebab-case, stable, part of the JSON contract. */
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
};
