import { safeLines } from '../format/safe.ts';
import type { Outcome } from './plan.ts';

/** What stands behind the word of an end: nothing is “stopped: stopped before …”. */
export const behindWord = (word: string, text: string): string =>
	text.startsWith(`${word} `) ? text.slice(word.length) : `: ${text}`;

/** Facts that people copy, in their order: files and commands, not what the text of the outcome has told already. */
const titles: Readonly<Record<string, string>> = {
	file: 'file',
	sha256: 'SHA-256',
	commandLine: 'start it with',
	staticPodLines: 'or as a static pod, with these lines',
};

/** Seven members with several URLs each fit; a command that is cut could not be used. */
const longestFact = 16_384;

/** Something to be copied. */
export type ShownFact = {
	readonly title: string;
	/** Safe to show. */
	readonly rows: readonly string[];
	/** A word or a path, which fits behind its title; anything else stands below it. */
	readonly isShort: boolean;
};

/** What an outcome leaves to be copied. */
export const shownFacts = (facts: Outcome['facts']): readonly ShownFact[] =>
	Object.entries(titles).flatMap(([name, title]): readonly ShownFact[] => {
		const value = facts[name];
		if (value === undefined || value === null || value === '') return [];
		const rows = safeLines(String(value), longestFact);
		return [{ title, rows, isShort: rows.length === 1 && !rows[0]!.includes(' ') }];
	});
