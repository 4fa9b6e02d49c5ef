import type { Glyphs } from '../components/glyphs.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatClock, formatDate, formatDuration } from '../format/duration.ts';
import type { Line, Segment } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { type Column, layoutColumns } from '../format/table.ts';
import { behindWord } from '../operations/facts.ts';
import type { MemberFigures, PastRun } from '../operations/record.ts';
import { bySeverity, checkLines } from './check-lines.ts';
import { factLines } from './facts.ts';
import { lookOf } from './outcomes.ts';
import { type Panel, panelWith } from './panel.ts';
import { wholeStepLines } from './steps.ts';
import { hanging, section, sectionOf, sectionWidth } from './words.ts';

/*
 *  ┏ Defragment m2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 1–18 of 24 ┓
 *  ┃ Outcome  ✓ done: m2 from 1.9 GB to 420 MB                                      ┃
 *  ┃ When     2026-01-05 12:04:31, 12s                                              ┃
 *  ┃ Who      root@host, process 4711                                               ┃
 *  ┃ Cluster  7f3a54cd81f00d01, member m2                                           ┃
 *  ┃ Plan     defragment m2; about 12 s                                             ┃
 *  ┃ Steps    ✓ 1  defragment m2     12s  1.9 GB → 420 MB                           ┃
 *  ┃ Members  MEMBER  DB SIZE            IN USE   STATE                             ┃
 *  ┃          m2      1.9 GB → 420 MB    420 MB   serving                           ┃
 *  ┃ Checks   ✓ all voters serve  3 of 3                                            ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 */

/** All that the journal keeps of one operation. */
export function journalEntryPanel(run: PastRun, offset: number, width: number, glyphs: Glyphs): Panel {
	const cells = sectionWidth(width);
	return panelWith({
		title: safeText(run.title),
		isWhole: true,
		body: [
			...section('Outcome', outcomeLines(run, cells, glyphs)),
			...sectionOf('When', whenOf(run), width),
			...sectionOf('Who', safeText(`${run.user}@${run.host}, process ${run.pid}`), width),
			...sectionOf('Cluster', clusterOf(run), width),
			...sectionOf('Plan', safeText(run.plan, 2048), width),
			...section(
				'Steps',
				wholeStepLines(
					run.steps.map(step => ({ ...step, state: stateOf(step.end, run) })),
					cells,
					glyphs,
				),
			),
			...section('Members', figureLines(run, cells, glyphs)),
			...section('Checks', checkLines(bySeverity(run.checks), cells, glyphs)),
		],
		at: { kind: 'first', row: offset },
	});
}

/** What was under way when nobody was left to follow it is not under way any more as far as anybody knows. */
const stateOf = (end: PastRun['steps'][number]['end'], { state }: PastRun) =>
	end === 'running' && state === 'interrupted' ? 'unknown' : end;

function outcomeLines(run: PastRun, width: number, glyphs: Glyphs): readonly Line[] {
	const { glyph, word, tone } = lookOf(run.state, glyphs);
	const text = run.text === '' ? word : `${word}${behindWord(word, safeText(run.text, 2048))}`;
	return [
		...hanging([{ text: `${glyph} `, tone }], text, width, 'strong'),
		...factLines(run.facts, width),
		...(run.advice === null
			? []
			: hanging([{ text: `${glyphs.right} `, tone: 'muted' }], safeText(run.advice, 1024), width)),
	];
}

function whenOf({ startedMs, endedMs, state }: PastRun): string {
	const began = `${formatDate(startedMs)} ${formatClock(startedMs)}`;
	if (endedMs === null) return state === 'running' ? `${began}, under way` : `${began}; its end is not known`;
	return `${began}, took ${formatDuration(Math.max(0, (endedMs - startedMs) / 1000))}`;
}

function clusterOf({ clusterId, member, isForced }: PastRun): string {
	const parts = [
		clusterId ?? 'not known',
		...(member === null ? [] : [`member ${member}`]),
		...(isForced ? ['a stop was passed by force'] : []),
	];
	return safeText(parts.join(', '));
}

type FigureRow = {
	readonly before: MemberFigures | undefined;
	readonly after: MemberFigures | undefined;
	readonly glyphs: Glyphs;
};

/** `734 MB → 420 MB`; only one of them where nothing changed or only one is known. */
const change =
	(pick: (figures: MemberFigures) => string | null) =>
	({ before, after, glyphs }: FigureRow): Segment => {
		const was = before === undefined ? null : (pick(before) ?? '-');
		const is = after === undefined ? null : (pick(after) ?? '-');
		if (was === null || is === null || was === is) return { text: is ?? was ?? '-', tone: 'muted' };
		return { text: `${was} ${glyphs.right} ${is}` };
	};

const bytes = (value: number | null): string | null => (value === null ? null : formatBytes(value));

const columns: readonly Column<FigureRow>[] = [
	{
		id: 'name',
		title: 'MEMBER',
		align: 'left',
		importance: 100,
		minWidth: 6,
		maxWidth: 24,
		cell: ({ before, after }) => safeText((after ?? before)?.name ?? ''),
	},
	{
		id: 'db-size',
		title: 'DB SIZE',
		align: 'left',
		importance: 90,
		minWidth: 17,
		cell: change(({ dbSizeBytes }) => bytes(dbSizeBytes)),
	},
	{
		id: 'in-use',
		title: 'IN USE',
		align: 'left',
		importance: 80,
		minWidth: 17,
		cell: change(({ dbInUseBytes }) => bytes(dbInUseBytes)),
	},
	{
		id: 'role',
		title: 'ROLE',
		align: 'left',
		importance: 60,
		minWidth: 17,
		cell: change(({ role }) => role),
	},
	{
		id: 'term',
		title: 'TERM',
		align: 'left',
		importance: 40,
		minWidth: 7,
		cell: change(({ raftTerm }) => raftTerm),
	},
	{
		id: 'state',
		title: 'STATE',
		align: 'left',
		importance: 30,
		minWidth: 12,
		cell: change(({ state }) => safeText(state)),
	},
	{
		id: 'revision',
		title: 'REVISION',
		align: 'left',
		importance: 20,
		minWidth: 24,
		grow: 1,
		cell: change(({ revision }) => revision),
	},
];

/** A member is the same before and after by its id; by its name where nobody told that. */
const identity = ({ id, name }: MemberFigures): string => id ?? name;

function figureLines({ before, after }: PastRun, width: number, glyphs: Glyphs): readonly Line[] {
	const ids = [...new Set([...before, ...after].map(identity))];
	if (ids.length === 0) return [];
	const find = (list: readonly MemberFigures[], id: string) => list.find(figures => identity(figures) === id);
	const rows = ids.map(id => ({ before: find(before, id), after: find(after, id), glyphs }));
	const { header, lines } = layoutColumns(columns, rows, width);
	return [header, ...lines];
}
