import { type Line, line } from '../format/line.ts';
import { shownFacts } from '../operations/facts.ts';
import type { Outcome } from '../operations/plan.ts';
import { hanging } from './words.ts';

/** What an outcome leaves to be copied, each below its name where it takes more than a few words. */
export const factLines = (facts: Outcome['facts'], width: number): readonly Line[] =>
	shownFacts(facts).flatMap(({ title, rows, isShort }): readonly Line[] =>
		isShort
			? hanging([{ text: `${title} `, tone: 'muted' }], rows[0]!, width)
			: [line(title, 'muted'), ...rows.flatMap(row => hanging([{ text: '  ' }], row, width))],
	);
