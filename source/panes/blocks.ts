import { frameRows } from '../components/frame-rows.ts';
import type { Glyphs } from '../components/glyphs.ts';
import { paintRow } from '../components/paint.ts';
import type { Theme } from '../components/theme.ts';
import { smallestSize } from '../control/layout.ts';
import type { PaneId } from '../control/state.ts';
import type { View } from '../control/view.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { databaseLines } from './database.ts';
import { diskLines } from './disk.ts';
import { findingsHint, findingsLines } from './findings.ts';
import { footerLine } from './footer.ts';
import { headerLines } from './header.ts';
import { leadersLines } from './leaders.ts';
import { membersHint, membersLines } from './members.ts';
import { panelRows } from './panel.ts';
import type { BlockId, Plan } from './plan.ts';
import { watchHint, watchPaneLines } from './watch.ts';

/** What every pane is: a title, something to say in its border, and its lines for a place of that size. */
type Pane = {
	readonly title: string;
	readonly hint: (view: View, rows: number) => Line;
	readonly lines: (view: View, columns: number, rows: number, glyphs: Glyphs) => readonly Line[];
};

const selectedHint = ({ state, snapshot }: View): Line => {
	const selected = snapshot.members.find(({ key }) => key === state.selectedKey);
	return selected === undefined
		? [{ text: 'all members', tone: 'muted' }]
		: [{ text: safeText(selected.name), tone: 'strong' }];
};

const noHint = (): Line => [];

const panes: Readonly<Record<PaneId, Pane>> = {
	members: { title: 'Members', hint: membersHint, lines: membersLines },
	database: { title: 'Database against quota', hint: selectedHint, lines: databaseLines },
	disk: { title: 'Disk latency', hint: selectedHint, lines: diskLines },
	leaders: { title: 'Leader changes', hint: noHint, lines: leadersLines },
	findings: { title: 'Findings', hint: findingsHint, lines: findingsLines },
	watch: { title: 'Watch', hint: watchHint, lines: watchPaneLines },
};

/** Whether the panes get the keys, and not what stands in front of them. */
const hasKeys = ({ state: { mode } }: View) => mode.kind === 'browse' || mode.kind === 'filter' || mode.kind === 'run';

type Place = { readonly width: number; readonly height: number; readonly theme: Theme };

function paneRows(id: PaneId, view: View, place: Place): readonly string[] {
	const { title, hint, lines } = panes[id];
	const { width, height, theme } = place;
	return frameRows({
		...place,
		title,
		hint: hint(view, height - 2),
		isFocused: view.state.focus === id && hasKeys(view),
		lines: lines(view, width - 4, height - 2, theme.glyphs),
	});
}

/** Lines without a frame, and blanks below them. */
const bareRows = (lines: readonly Line[], { width, height, theme }: Place): readonly string[] =>
	Array.from({ length: height }, (_, y) => paintRow(lines[y] ?? [], width, theme));

function tooSmall({ state: { size } }: View): readonly Line[] {
	return [line(`etcdtop needs ${smallestSize.columns}x${smallestSize.rows}; this is ${size.columns}x${size.rows}`)];
}

/** What stands in front of the panes. */
type Front = Pick<Plan, 'panel' | 'reach'>;

/** One part of the screen as finished rows: as many as `height`, each of exactly `width` cells. */
export function blockRows(id: BlockId, view: View, { panel, reach }: Front, place: Place): readonly string[] {
	const { width, height, theme } = place;
	switch (id) {
		case 'header':
			return bareRows(headerLines(view, width, height, theme.glyphs), place);
		case 'footer':
			return bareRows([footerLine(view, width, theme.glyphs, reach.lastOffset > 0)], place);
		case 'too-small':
			return bareRows(tooSmall(view), place);
		case 'panel':
			return panel === null ? [] : panelRows(panel, place);
		default:
			return paneRows(id, view, place);
	}
}
