import type { Glyphs } from '../components/glyphs.ts';
import { formatDuration } from '../format/duration.ts';
import type { Line, Tone } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, pad, truncate } from '../format/width.ts';
import type { StepEnd } from '../operations/plan.ts';
import { lineWidth } from './fragments.ts';
import { hanging } from './words.ts';

/*
 *  ✓ 1  defragment m2                 41s  1.9 GB → 420 MB
 *  ▸ 2  defragment m3                 12s
 *  · 3  move the leader from m1 to m2
 */

/** A step as it is drawn: of the operation that runs, or of one that the journal tells of. */
export type StepRow = {
	readonly title: string;
	readonly state: StepEnd | 'waiting' | 'running';
	readonly text: string;
	readonly seconds: number | null;
};

type Sign = {
	readonly glyph: keyof Pick<
		Glyphs,
		'check' | 'cross' | 'running' | 'waiting' | 'skipped' | 'unknown' | 'hollowBullet'
	>;
	readonly tone: Tone;
	/** Said in words too where it is not what everybody expects. */
	readonly word: string | null;
};

const signs: Readonly<Record<StepRow['state'], Sign>> = {
	waiting: { glyph: 'waiting', tone: 'muted', word: null },
	running: { glyph: 'running', tone: 'focus', word: null },
	done: { glyph: 'check', tone: 'good', word: null },
	skipped: { glyph: 'skipped', tone: 'muted', word: 'skipped' },
	failed: { glyph: 'cross', tone: 'critical', word: 'failed' },
	unknown: { glyph: 'unknown', tone: 'warning', word: 'not known' },
	left: { glyph: 'hollowBullet', tone: 'warning', word: 'left' },
};

/** The longest span of time, `59m 59s`: times below each other end at the same cell, and do not move as they grow. */
export const timeCells = 7;

/** What stands before a step's text, and the text. */
type StepParts = { readonly lead: Line; readonly text: string; readonly tone: Tone };

/** `titleShare` of what sign, number and time leave is the most that titles take of it. */
function partsOf(steps: readonly StepRow[], width: number, titleShare: number, glyphs: Glyphs): readonly StepParts[] {
	const numberCells = String(steps.length).length;
	const most = Math.max(12, Math.floor((width - numberCells - timeCells - 7) * titleShare));
	const titleCells = Math.min(most, Math.max(0, ...steps.map(({ title }) => displayWidth(safeText(title)))));
	return steps.map(({ title, state, text, seconds }, index) => {
		const { glyph, tone, word } = signs[state];
		const isRunning = state === 'running';
		const words = [word, isRunning || text === '' ? null : safeText(text, 2048)].filter(part => part !== null);
		const lead: Line = [
			{ text: `${glyphs[glyph]} `, tone },
			{ text: `${String(index + 1).padStart(numberCells)}  `, tone: 'muted' },
			{
				text: pad(truncate(safeText(title), titleCells, glyphs.ellipsis), titleCells),
				tone: state === 'waiting' ? 'muted' : isRunning ? 'strong' : 'normal',
			},
			{
				text: ` ${pad(seconds === null ? '' : formatDuration(seconds), timeCells, 'right')}  `,
				tone: isRunning ? 'strong' : 'normal',
			},
		];
		return { lead, text: words.join(': '), tone: word === null ? 'muted' : tone };
	});
}

/** Steps in rows of one line each, so that none of them moves while they go on. */
export const stepLines = (steps: readonly StepRow[], width: number, glyphs: Glyphs): readonly Line[] =>
	partsOf(steps, width, 0.7, glyphs).map(({ lead, text, tone }) => [...lead, { text, tone }]);

/** Steps with all that they said, below them where it is too long. */
export const wholeStepLines = (steps: readonly StepRow[], width: number, glyphs: Glyphs): readonly Line[] =>
	partsOf(steps, width, 1, glyphs).flatMap(({ lead, text, tone }) =>
		lineWidth(lead) + displayWidth(text) <= width
			? [[...lead, { text, tone }]]
			: [lead, ...hanging([{ text: '     ' }], text, width, tone)],
	);
