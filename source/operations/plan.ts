import type { MemberId } from '../cluster/member.ts';

/** What can be done. Kebab-case and stable: the journal and `-o json` name operations by these. */
export type OperationId =
	| 'compact'
	| 'defragment-member'
	| 'defragment-cluster'
	| 'snapshot'
	| 'disarm-alarm'
	| 'recover-space'
	| 'move-leader'
	| 'member-add'
	| 'member-remove'
	| 'member-update'
	| 'member-promote'
	| 'check-hash';

/**
 * What it takes to confirm: `safe` Enter, `careful` the key `y` below the consequence, `dangerous` the plan's phrase typed
 * out.
 */
export type Risk = 'safe' | 'careful' | 'dangerous';

/** One thing that was looked at before anything is done. */
export type Check = {
	/** What has to hold: `all voters answer`. */
	readonly title: string;
	/** `warn` is shown and lets it pass; `stop` ends it. */
	readonly verdict: 'pass' | 'warn' | 'stop';
	/** What was seen, with its numbers: `3 of 3`. Safe to show. */
	readonly detail: string;
	/** A stop that force passes; the operation is dangerous then, whatever it was before. */
	readonly mayBeForced?: true;
};

/** One step as it is shown before it is done. */
export type PlannedStep = {
	/** In the imperative: `defragment m2`. */
	readonly title: string;
	/** The member that it is about; null where it is the cluster. */
	readonly memberId: MemberId | null;
	/** False where the server goes on even if nobody waits for it: such a step is followed to its end. */
	readonly isAbortable: boolean;
	/** What to know of this step, such as a fault of the member's version. */
	readonly warnings: readonly string[];
};

/**
 * What would be done, looked at and put into words. Plain data: the screen, the command line, `-o json` and the journal
 * show the same. All text is safe to show.
 */
export type Plan = {
	readonly operation: OperationId;
	/** `Defragment m2`. */
	readonly title: string;
	/** Null where the cluster's id could not be read. */
	readonly clusterId: string | null;
	/** The member that it is about, by name; null where it is the cluster. */
	readonly member: string | null;
	readonly risk: Risk;
	/** What has to be typed when it is dangerous or forced: the member's name, else the cluster's (`clusterNameOf`). */
	readonly phrase: string;
	readonly checks: readonly Check[];
	/** One or two sentences with numbers; what the steps are in words. */
	readonly summary: string;
	/** What it means for those who use the cluster, one sentence each. */
	readonly consequence: readonly string[];
	readonly steps: readonly PlannedStep[];
	/** Why there is nothing to be done, such as "already compacted"; the steps are empty then. It counts as success. */
	readonly nothingToDo: string | null;
};

/** How a check list stands. `forcible`: only stops that force passes. */
export function standingOf({ checks }: Pick<Plan, 'checks'>): 'clear' | 'forcible' | 'stopped' {
	const stops = checks.filter(({ verdict }) => verdict === 'stop');
	if (stops.length === 0) return 'clear';
	return stops.every(({ mayBeForced }) => mayBeForced) ? 'forcible' : 'stopped';
}

/** What is asked for to confirm a plan: its own risk, or `dangerous` where a stop has to be passed. */
export const riskOf = (plan: Pick<Plan, 'checks' | 'risk'>): Risk =>
	standingOf(plan) === 'clear' ? plan.risk : 'dangerous';

/** How a step ended. `left`: the operator left it where it could be left. `unknown`: the server may still be at it. */
export type StepEnd = 'done' | 'skipped' | 'failed' | 'unknown' | 'left';

/** What a running operation says. Steps are counted from 0, as in the plan. */
export type Progress =
	| { readonly kind: 'step-started'; readonly step: number }
	| {
			readonly kind: 'step-progress';
			readonly step: number;
			/** `12.3 MB of 420 MB, 40 s left`. Safe to show. */
			readonly text: string;
			/** 0 to 1; null where nobody knows how far it is. */
			readonly fraction: number | null;
	  }
	| { readonly kind: 'step-ended'; readonly step: number; readonly end: StepEnd; readonly text: string };

/**
 * How an operation ended. `done`: all of it. `stopped`: not all, by a check or by the operator; what was done is done and
 * whole. `failed`: a step did not do what it should. `unknown`: a server may still be at it, or may have done it.
 */
export type Outcome = {
	readonly kind: 'done' | 'stopped' | 'failed' | 'unknown';
	/** What was done and what was not, with numbers. Safe to show. */
	readonly text: string;
	/** What to try; null where there is nothing to be done. */
	readonly advice: string | null;
	/** What scripts want to know, under the names of `-o json`: `file`, `sha256`, `hash`. 64-bit numbers as text. */
	readonly facts: Readonly<Record<string, string | number | boolean | null>>;
};

/** Nobody gives clusters names: people know theirs by the beginning of its id, as the header shows it. */
export const clusterNameOf = (clusterId: string | null): string => clusterId?.slice(0, 8) ?? 'unknown';
