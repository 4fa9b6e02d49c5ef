import type { PastRun, Recorder } from '../operations/record.ts';

/** Who does it: written into every line. */
export type Author = { readonly user: string; readonly host: string; readonly pid: number };

/** A failure that the user can mend. Its message is one line that says what, where and what to try; safe to show. */
export class JournalError extends Error {
	override readonly name = 'JournalError';
	/** What and where, without the advice. */
	readonly what: string;
	readonly advice: string;

	constructor(what: string, advice: string) {
		super(`${what}; ${advice}`);
		this.what = what;
		this.advice = advice;
	}
}

/** One operation that is being written down. While it is open nobody else with this journal can begin one. */
export type OpenRun = {
	readonly id: string;
	readonly record: Recorder;
	/** Gives the lock back. Never throws. */
	close(): Promise<void>;
};

/** The record of what was done: `$XDG_STATE_HOME/etcdtop/journal.jsonl`, append-only, mode 0600. */
export type Journal = {
	readonly path: string;
	/**
	 * Takes the lock for an operation of this title. Throws a `JournalError` that names the holder where somebody has it,
	 * and where the folder cannot be written to.
	 */
	begin(title: string): Promise<OpenRun>;
	/**
	 * The operations that the last two megabytes of the file tell of (some hundreds), newest first. A torn line and unknown lines are
	 * passed over. Throws a `JournalError` where the file is there and cannot be read.
	 */
	runs(): Promise<readonly PastRun[]>;
	/** Notes how an interrupted operation was found: it is told as interrupted, with this text, from now on. */
	explain(run: PastRun, text: string): Promise<void>;
};
