import type { OperationId, Outcome, Plan, PlannedStep, StepEnd } from '../operations/plan.ts';
import type { PastRun } from '../operations/record.ts';
import type { Request } from '../operations/request.ts';

/** Counts the preparations of a session: what was confirmed is the plan of this ticket and no other. */
export type Ticket = number;

/** How far a preparation has come. */
export type Preparation =
	/** The cluster is being looked at. */
	| { readonly kind: 'looking' }
	/** `readyMs`: when the plan came, on the monotonic clock; an old one is made anew before anything is done. */
	| { readonly kind: 'ready'; readonly plan: Plan; readonly readyMs: number }
	/** It cannot be prepared: an unknown member, a cluster that does not answer. */
	| { readonly kind: 'refused'; readonly text: string; readonly advice: string | null };

/** A line of a menu: something that can be asked for, or why not now. */
export type Choice = {
	readonly title: string;
	/** What to know of it: `free 62 %: worth it`. */
	readonly note: string;
	readonly disabled: string | null;
	readonly next: Request | FormId;
};

/** Menus that stand between a key and a confirmation. */
export type MenuId = 'compact' | 'defragment-member' | 'snapshot' | 'alarms' | 'move-leader' | 'members';

/** What has to be typed before there is a request. Peer URLs are those of the member with the id that follows. */
export type FormId = 'revision' | 'snapshot-file' | 'new-learner' | 'new-voter' | `peer-urls:${string}`;

/** Modes of maintenance; each has its own keys. */
export type OperatingMode =
	/** All operations, chosen with arrows. */
	| { readonly kind: 'palette'; readonly index: number }
	/** The choices are those of the moment at which it was opened: none of them moves below the finger. */
	| { readonly kind: 'menu'; readonly menu: MenuId; readonly choices: readonly Choice[]; readonly index: number }
	| { readonly kind: 'form'; readonly form: FormId; readonly text: string; readonly error: string | null }
	/** The only way to an operation. */
	| {
			readonly kind: 'confirm';
			readonly ticket: Ticket;
			readonly request: Request;
			readonly preparation: Preparation;
			/** What was typed of the plan's phrase. */
			readonly typed: string;
			/** Enter was pressed on something else than the phrase. */
			readonly isWrong: boolean;
			/** Rows scrolled down, where the plan is longer than the screen. */
			readonly offset: number;
	  }
	/** The operation that runs, or has just ended, has the keys; panes can still be looked at. */
	| { readonly kind: 'run' }
	| { readonly kind: 'journal'; readonly index: number; readonly isOpen: boolean; readonly offset: number };

/** A step as it goes on. */
export type RunningStep = PlannedStep & {
	readonly state: StepEnd | 'waiting' | 'running';
	/** What it said last. */
	readonly text: string;
	readonly fraction: number | null;
	/** On the monotonic clock; null until it began and ended. */
	readonly startedMs: number | null;
	readonly endedMs: number | null;
};

/** The operation of this process: there is at most one. It stays until its end was seen. */
export type OperationRun = {
	readonly ticket: Ticket;
	readonly plan: Plan;
	readonly steps: readonly RunningStep[];
	readonly startedMs: number;
	/** The operator wants to leave: it ends after this step, or within it where that can be left. */
	readonly isLeaving: boolean;
	/** When leaving etcdtop itself was last asked for while it ran; a second time soon after does it. */
	readonly quitAskedMs: number | null;
	readonly outcome: Outcome | null;
	readonly endedMs: number | null;
};

/** What is known of the journal. */
export type JournalView = {
	/** Newest first. */
	readonly runs: readonly PastRun[];
	/** Why it cannot be read; null where it can. */
	readonly trouble: string | null;
};

/** Operations of this id cannot be had now; null where they can. */
export type Availability = (id: OperationId) => string | null;
