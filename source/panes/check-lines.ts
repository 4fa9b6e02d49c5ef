import type { Glyphs } from '../components/glyphs.ts';
import type { Line, Tone } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, pad } from '../format/width.ts';
import type { Check } from '../operations/plan.ts';
import { hanging } from './words.ts';

/*
 *  ✗ all voters serve                 2 of 3; m3: no answer for 12 s
 *  ▲ nothing else is under way        not known of m3: no metrics
 *  ✓ one cluster, its member list read  cluster 7f3a54cd…, 3 members
 */

const signs: Readonly<
	Record<Check['verdict'], { readonly glyph: 'check' | 'warning' | 'cross'; readonly tone: Tone; readonly title: Tone }>
> = {
	stop: { glyph: 'cross', tone: 'critical', title: 'critical' },
	warn: { glyph: 'warning', tone: 'warning', title: 'warning' },
	pass: { glyph: 'check', tone: 'good', title: 'normal' },
};

const order: readonly Check['verdict'][] = ['stop', 'warn', 'pass'];

/** What stops or warns comes first; within each kind the order of the plan stays. */
export const bySeverity = (checks: readonly Check[]): readonly Check[] =>
	order.flatMap(wanted => checks.filter(({ verdict }) => verdict === wanted));

/** Below this width a check is a sentence, from it on a row of two columns. */
const widthForColumns = 76;
const mostTitleCells = 40;

/** Cells of the column of titles: the same for parts of a list that are drawn apart. */
export const titleCellsOf = (checks: readonly Check[]): number =>
	Math.min(mostTitleCells, Math.max(0, ...checks.map(({ title }) => displayWidth(safeText(title)))));

/** Checks, each with its sign, its title and what was seen. */
export function checkLines(
	checks: readonly Check[],
	width: number,
	glyphs: Glyphs,
	titleCells: number = titleCellsOf(checks),
): readonly Line[] {
	return checks.flatMap(({ title, verdict, detail }) => {
		const { glyph, tone, title: titleTone } = signs[verdict];
		const detailTone = verdict === 'pass' ? 'muted' : 'normal';
		const sign = { text: `${glyphs[glyph]} `, tone };
		if (width >= widthForColumns && displayWidth(safeText(title)) <= titleCells)
			return hanging(
				[sign, { text: `${pad(safeText(title), titleCells)}  `, tone: titleTone }],
				safeText(detail),
				width,
				detailTone,
			);
		return hanging([sign], `${safeText(title)}: ${safeText(detail)}`, width, verdict === 'pass' ? 'normal' : titleTone);
	});
}
