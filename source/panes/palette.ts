import type { Glyphs } from '../components/glyphs.ts';
import { availabilityOf } from '../control/availability.ts';
import type { State } from '../control/state.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { catalog } from '../operations/catalog.ts';
import { choiceLines } from './choices.ts';
import { type Panel, panelWith } from './panel.ts';
import { hanging, wrapped } from './words.ts';

/*
 *  ┏ Operations ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
 *  ┃ ▸ c  Compact the history                                                   ┃
 *  ┃   a  Recover from NOSPACE             no alarm is raised                   ┃
 *  ┃ drops old revisions, all but those of the last five minutes                ┃
 *  ┃ etcdtop compact [--keep 5m | --revision N|head]                            ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 */

/** The list, and two rows on the chosen one, in what a screen of 15 rows has beside its header. */
const leastPaletteRows = 12;
/** On narrow screens a summary takes two rows: it always has them, so that the list does not jump. */
const mostSummaryRows = 2;

/** Every operation, why it cannot be had now, and what the chosen one does. */
export function palettePanel(state: State, index: number, width: number, glyphs: Glyphs): Panel {
	const reasonOf = availabilityOf(state);
	const rows = catalog.map(({ id, key, title }) => ({
		key,
		title,
		note: '',
		noteTone: 'muted' as const,
		disabled: reasonOf(id),
	}));
	const chosen = catalog[index] ?? catalog[0]!;
	const disabled = reasonOf(chosen.id);
	const summaryRows = Math.max(
		...catalog.map(({ summary }) => Math.min(mostSummaryRows, wrapped(summary, width).length)),
	);
	const summary = hanging([], chosen.summary, width).slice(0, summaryRows);
	const blanks: readonly Line[] = Array.from({ length: summaryRows - summary.length }, () => []);
	return panelWith({
		title: 'Operations',
		body: choiceLines(rows, index, width, glyphs),
		at: { kind: 'middle', row: index },
		tail: [
			...summary,
			...blanks,
			disabled === null
				? line(`etcdtop ${chosen.usage}`, 'muted')
				: line(`${glyphs.warning} not now: ${safeText(disabled)}`, 'warning'),
		],
		leastRows: leastPaletteRows,
	});
}
