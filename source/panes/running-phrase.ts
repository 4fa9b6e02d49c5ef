import type { Glyphs } from '../components/glyphs.ts';
import type { OperationRun } from '../control/operating.ts';
import { formatDuration } from '../format/duration.ts';
import type { Line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, truncate } from '../format/width.ts';
import { stateSegment } from './outcomes.ts';
import { elapsedSeconds, placeOf } from './run.ts';

/** A longer title would push the keys off the line. */
const longestTitleCells = 24;

/**
 * The operation of this process in one phrase, for whoever looks at something else: `▸ Defragment m2 · step 2 of 5 · 12s`.
 * In less than those cells its title is left out.
 */
export function runningPhrase(run: OperationRun, nowMs: number, mostCells: number, glyphs: Glyphs): Line {
	const title = truncate(safeText(run.plan.title), longestTitleCells, glyphs.ellipsis);
	if (run.outcome !== null) {
		const { text, tone } = stateSegment(run.outcome.kind, glyphs);
		return [{ text: `${text}: ${title}`, tone }];
	}
	const parts = [placeOf(run), formatDuration(elapsedSeconds(run, nowMs))].filter(part => part !== '');
	const phraseOf = (words: readonly string[]) => `${glyphs.running} ${words.join(` ${glyphs.separator} `)}`;
	const whole = phraseOf([title, ...parts]);
	return [{ text: displayWidth(whole) <= mostCells ? whole : phraseOf(parts), tone: 'focus' }];
}
