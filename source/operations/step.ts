import type { MemberId } from '../cluster/member.ts';
import type { Check, OperationId, Outcome, Plan, PlannedStep, StepEnd } from './plan.ts';
import type { RequestOf } from './request.ts';
import type { Look, World } from './world.ts';

/** Who led in which term when the operation was planned, or since a step of its own changed it. */
export type Course = { readonly leaderId: MemberId | null; readonly term: bigint | null };

/** How a step ended, in words that are safe to show. */
export type StepResult = {
	readonly end: StepEnd;
	readonly text: string;
	/** What to try where it is not `done`; null where there is nothing. */
	readonly advice?: string | null;
	/** Where the step itself changed the leader: what the checks of the next steps compare with. */
	readonly course?: Course;
	/** Added to the outcome's facts. */
	readonly facts?: Outcome['facts'];
};

export type StepReport = { readonly text: string; readonly fraction: number | null };

/** What a step is given when its turn comes. */
export type StepContext = {
	readonly world: World;
	/** Read just before the step. */
	readonly look: Look;
	readonly course: Course;
	/**
	 * Aborts when the operator leaves. A step that can be left ends with `left` soon; one that cannot says so in its
	 * reports and goes on.
	 */
	readonly signal: AbortSignal;
};

/**
 * A step that can be done. Yields what it is at. A `CallError` or `FileFault` that it lets through ends it as failed with
 * its own words, or as unknown where no answer came and the server may have done it. Any other error is a bug of ours.
 */
export type Step = PlannedStep & {
	/** Looked at before its turn; a stop ends the operation before this step. */
	readonly recheck?: (look: Look, course: Course) => readonly Check[];
	/** What to try where such a stop ends it. */
	readonly adviceOnStop?: string;
	readonly run: (context: StepContext) => AsyncGenerator<StepReport, StepResult, undefined>;
};

/** A plan together with what carries it out. */
export type Prepared = {
	readonly plan: Plan;
	readonly steps: readonly Step[];
	/** Who led when it was planned. */
	readonly course: Course;
	/** What the preflight saw. */
	readonly look: Look;
	/** The words of success, from the results of all steps. */
	readonly conclude: (results: readonly StepResult[], look: Look) => string;
};

/** The step as the plan shows it. */
export const plannedOf = ({ title, memberId, isAbortable, warnings }: Step): PlannedStep => ({
	title,
	memberId,
	isAbortable,
	warnings,
});

/** Looks at the cluster and says what would be done. Changes nothing. Throws `Refused`, or the wire's error. */
export type Prepare<Id extends OperationId> = (request: RequestOf<Id>, world: World) => Promise<Prepared>;
