import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import type { Outcome } from '../operations/plan.ts';
import { hanging } from './words.ts';

/** Facts that people copy: files and commands, not what the text has told already. */
const shownFacts: Readonly<Record<string, string>> = {
	file: 'file',
	sha256: 'SHA-256',
	commandLine: 'start it with',
	staticPodLines: 'or as a static pod, with these lines',
};

/** Seven members with several URLs each fit; a command that is cut could not be used. */
const longestFact = 16_384;

/** What an outcome leaves to be copied, each below its name where it takes more than a few words. */
export const factLines = (facts: Outcome['facts'], width: number): readonly Line[] =>
	Object.entries(shownFacts).flatMap(([name, title]): readonly Line[] => {
		const value = facts[name];
		if (value === undefined || value === null || value === '') return [];
		const rows = String(value).split('\n');
		if (rows.length === 1 && !rows[0]!.includes(' '))
			return hanging([{ text: `${title} `, tone: 'muted' }], safeText(rows[0]!, longestFact), width);
		return [line(title, 'muted'), ...rows.flatMap(row => hanging([{ text: '  ' }], safeText(row, longestFact), width))];
	});
