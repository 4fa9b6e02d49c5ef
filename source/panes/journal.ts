import type { Glyphs } from '../components/glyphs.ts';
import type { OperatingMode } from '../control/operating.ts';
import type { State } from '../control/state.ts';
import { formatClock, formatDate, formatDuration } from '../format/duration.ts';
import { type Line, line, select } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { type Column, layoutColumns } from '../format/table.ts';
import { clusterNameOf } from '../operations/plan.ts';
import type { PastRun } from '../operations/record.ts';
import { journalEntryPanel } from './journal-entry.ts';
import { stateSegment } from './outcomes.ts';
import { type Panel, panelWith } from './panel.ts';
import { hanging } from './words.ts';

/*
 *  ┏ Journal ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
 *  ┃ WHEN              OPERATION      OUTCOME           TOOK  WHO               ┃
 *  ┃ 2026-01-05 12:04  Defragment m2  ✓ done             12s  root@host         ┃
 *  ┃ 2026-01-04 03:12  Defragment m3  ▲ interrupted        -  root@host         ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 */

type Row = { readonly run: PastRun; readonly glyphs: Glyphs };

const columns: readonly Column<Row>[] = [
	{
		id: 'when',
		title: 'WHEN',
		align: 'left',
		importance: 90,
		minWidth: 16,
		maxWidth: 16,
		cell: ({ run }) => `${formatDate(run.startedMs)} ${formatClock(run.startedMs).slice(0, 5)}`,
	},
	{
		id: 'operation',
		title: 'OPERATION',
		align: 'left',
		importance: 100,
		minWidth: 20,
		maxWidth: 40,
		cell: ({ run }) => ({ text: safeText(run.title), tone: 'strong' }),
	},
	{
		id: 'outcome',
		title: 'OUTCOME',
		align: 'left',
		importance: 95,
		minWidth: 13,
		maxWidth: 13,
		cell: ({ run, glyphs }) => stateSegment(run.state, glyphs),
	},
	{
		id: 'took',
		title: 'TOOK',
		align: 'right',
		importance: 70,
		minWidth: 7,
		maxWidth: 7,
		cell: ({ run: { startedMs, endedMs } }) =>
			endedMs === null ? { text: '-', tone: 'muted' } : formatDuration(Math.max(0, (endedMs - startedMs) / 1000)),
	},
	{
		id: 'who',
		title: 'WHO',
		align: 'left',
		importance: 60,
		minWidth: 12,
		maxWidth: 30,
		cell: ({ run }) => safeText(`${run.user}@${run.host}`),
	},
	{
		id: 'cluster',
		title: 'CLUSTER',
		align: 'left',
		importance: 50,
		minWidth: 8,
		maxWidth: 8,
		cell: ({ run }) => ({ text: safeText(clusterNameOf(run.clusterId)), tone: 'muted' }),
	},
	{
		id: 'text',
		title: 'WHAT CAME OF IT',
		align: 'left',
		importance: 20,
		minWidth: 16,
		grow: 1,
		cell: ({ run }) => ({ text: safeText(run.text), tone: 'muted' }),
	},
];

type Journal = Extract<OperatingMode, { readonly kind: 'journal' }>;

/** What was done from this host, newest first; or all of one operation. */
export function journalPanel(
	{ index, isOpen, offset }: Journal,
	{ journal }: State,
	width: number,
	glyphs: Glyphs,
): Panel {
	const title = 'Journal';
	if (journal === null) return panelWith({ title, isWhole: true, body: [line(`reading${glyphs.ellipsis}`, 'muted')] });
	const { runs, trouble } = journal;
	const run = runs[index];
	if (isOpen && run !== undefined) return journalEntryPanel(run, offset, width, glyphs);
	const troubles: readonly Line[] =
		trouble === null
			? []
			: hanging([{ text: `${glyphs.warning} `, tone: 'warning' }], safeText(trouble), width, 'warning');
	if (runs.length === 0)
		return panelWith({
			title,
			isWhole: true,
			head: troubles,
			body: trouble === null ? [line('nothing was done yet', 'muted')] : [],
		});
	const layout = layoutColumns(
		columns,
		runs.map(each => ({ run: each, glyphs })),
		width,
	);
	return panelWith({
		title,
		isWhole: true,
		head: [...troubles, layout.header],
		body: layout.lines.map((drawn, at) => (at === index ? select(drawn) : drawn)),
		at: { kind: 'middle', row: index },
	});
}
