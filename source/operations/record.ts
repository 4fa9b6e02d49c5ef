import type { Check, OperationId, Outcome, Risk, StepEnd } from './plan.ts';

/** One member's numbers as the journal keeps them: 64-bit numbers as text, null where it did not answer. */
export type MemberFigures = {
	readonly id: string | null;
	readonly name: string;
	/** As on the screen: `serving`, `defragmenting`, `unreachable`. */
	readonly state: string;
	readonly role: 'leader' | 'follower' | 'learner' | null;
	readonly dbSizeBytes: number | null;
	readonly dbInUseBytes: number | null;
	readonly quotaBytes: number | null;
	readonly revision: string | null;
	readonly raftTerm: string | null;
};

/** What the journal keeps of an operation; who and when is added by the journal. */
export type RunRecord =
	| {
			readonly kind: 'started';
			readonly operation: OperationId;
			readonly title: string;
			readonly clusterId: string | null;
			readonly member: string | null;
			readonly risk: Risk;
			/** A stop was passed by force. */
			readonly isForced: boolean;
			readonly plan: string;
			readonly steps: readonly string[];
			readonly checks: readonly Check[];
			readonly before: readonly MemberFigures[];
	  }
	| {
			readonly kind: 'step-started';
			readonly step: number;
			readonly title: string;
			readonly member: string | null;
			readonly checks: readonly Check[];
			readonly before: readonly MemberFigures[];
	  }
	| {
			readonly kind: 'step-ended';
			readonly step: number;
			readonly title: string;
			readonly end: StepEnd;
			readonly text: string;
			readonly seconds: number;
			readonly after: readonly MemberFigures[];
	  }
	| {
			readonly kind: 'ended';
			readonly outcome: Outcome['kind'];
			readonly text: string;
			readonly advice: string | null;
			readonly facts: Outcome['facts'];
			readonly seconds: number;
			readonly after: readonly MemberFigures[];
	  };

/** Writes a record down before it resolves. Throws a `JournalError` where it cannot; anything else is a bug. */
export type Recorder = (record: RunRecord) => Promise<void>;

/** One operation as the journal tells it, put together from its records. */
export type PastRun = {
	readonly id: string;
	readonly operation: OperationId;
	readonly title: string;
	readonly clusterId: string | null;
	readonly member: string | null;
	readonly user: string;
	readonly host: string;
	readonly pid: number;
	readonly startedMs: number;
	/** Null where it has not ended, or its process did not live to say so. */
	readonly endedMs: number | null;
	readonly isForced: boolean;
	readonly plan: string;
	readonly checks: readonly Check[];
	readonly steps: readonly {
		readonly title: string;
		/** By name; null where it is the cluster, and before it was begun. */
		readonly member: string | null;
		/** What was seen just before it; empty before it was begun. */
		readonly before: readonly MemberFigures[];
		/** `waiting` was never begun; `running` was begun and has not ended, as far as the journal knows. */
		readonly end: StepEnd | 'waiting' | 'running';
		readonly text: string;
		readonly seconds: number | null;
	}[];
	/** `running`: its process lives. `interrupted`: it does not, and nothing says how it ended. */
	readonly state: Outcome['kind'] | 'running' | 'interrupted';
	/** The outcome's words; of an interrupted run what was found out afterwards, empty until somebody has looked. */
	readonly text: string;
	readonly advice: string | null;
	readonly facts: Outcome['facts'];
	readonly before: readonly MemberFigures[];
	readonly after: readonly MemberFigures[];
};
