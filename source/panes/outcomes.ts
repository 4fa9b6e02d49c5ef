import type { Glyphs } from '../components/glyphs.ts';
import type { Segment, Tone } from '../format/line.ts';
import type { PastRun } from '../operations/record.ts';

type Look = {
	readonly glyph: keyof Pick<Glyphs, 'check' | 'hollowBullet' | 'cross' | 'unknown' | 'running' | 'warning'>;
	readonly tone: Tone;
	readonly word: string;
};

/** How each end of an operation looks, and how one without an end does. */
const looks: Readonly<Record<PastRun['state'], Look>> = {
	done: { glyph: 'check', tone: 'good', word: 'done' },
	stopped: { glyph: 'hollowBullet', tone: 'warning', word: 'stopped' },
	failed: { glyph: 'cross', tone: 'critical', word: 'failed' },
	unknown: { glyph: 'unknown', tone: 'warning', word: 'not known' },
	running: { glyph: 'running', tone: 'accent', word: 'running' },
	interrupted: { glyph: 'warning', tone: 'critical', word: 'interrupted' },
};

/** The sign, the word and the tone of how an operation stands. */
export function lookOf(state: PastRun['state'], glyphs: Glyphs): { glyph: string; word: string; tone: Tone } {
	const { glyph, tone, word } = looks[state];
	return { glyph: glyphs[glyph], word, tone };
}

/** How an operation stands: `✓ done`. */
export function stateSegment(state: PastRun['state'], glyphs: Glyphs): Segment {
	const { glyph, tone, word } = lookOf(state, glyphs);
	return { text: `${glyph} ${word}`, tone };
}
