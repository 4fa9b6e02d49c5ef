import type { Failure } from '../cluster/failure.ts';
import { failureText } from '../cluster/failure-text.ts';
import { safeText } from '../format/safe.ts';
import { Refused } from './refused.ts';
import { FileFault } from './snapshot-files.ts';

/** A failure that is nobody's bug, in words: what and where, and what to try. Safe to show. */
export type Trouble = { readonly text: string; readonly advice: string | null };

/**
 * What a user, a cluster or a disk has caused, in words; null for every other error: it is a bug of ours and has to be
 * told as one. The wire's and the journal's errors are known by their names, since this room may not import them.
 */
export function troubleOf(error: unknown): Trouble | null {
	if (error instanceof Refused) return { text: safeText(error.message), advice: null };
	if (error instanceof FileFault) return { text: safeText(error.message), advice: safeText(error.advice) };
	const failure = failureIn(error);
	if (failure !== null) {
		const { line, advice } = failureText(failure);
		return { text: line, advice };
	}
	if (error instanceof Error && error.name === 'JournalError' && 'what' in error && 'advice' in error)
		return { text: safeText(String(error.what)), advice: safeText(String(error.advice)) };
	return null;
}

/** The wire's errors carry what happened. */
export function failureIn(error: unknown): Failure | null {
	return error instanceof Error && error.name === 'CallError' && 'failure' in error ? (error.failure as Failure) : null;
}
