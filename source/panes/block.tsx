import { use } from 'react';
import { Frame, Rows } from '../components/frame.tsx';
import type { Glyphs } from '../components/glyphs.ts';
import { smallestSize } from '../control/layout.ts';
import type { PaneId } from '../control/state.ts';
import type { View } from '../control/view.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { databaseLines } from './database.ts';
import { diskLines } from './disk.ts';
import { faultLines } from './faults.ts';
import { footerLine } from './footer.ts';
import { headerLines } from './header.ts';
import { helpLines } from './help.ts';
import { leadersLines } from './leaders.ts';
import { membersHint, membersLines } from './members.ts';
import type { BlockId } from './plan.ts';
import { type Picture, PictureContext } from './view-context.ts';
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
	watch: { title: 'Watch', hint: watchHint, lines: watchPaneLines },
};

/** Whether the panes get the keys, and not what stands in front of them. */
const hasKeys = ({ state: { mode } }: View) => mode.kind === 'browse' || mode.kind === 'filter';

/** A pane in its frame. */
function drawPane(id: PaneId, { view, theme }: Picture, width: number, height: number) {
	const { title, hint, lines } = panes[id];
	return (
		<Frame
			title={title}
			hint={hint(view, height - 2)}
			isFocused={view.state.focus === id && hasKeys(view)}
			lines={lines(view, width - 4, height - 2, theme.glyphs)}
			width={width}
			height={height}
			theme={theme}
		/>
	);
}

function drawHelp({ view: { state }, theme }: Picture, width: number, height: number) {
	const lines = helpLines(state, theme.glyphs);
	const offset = state.mode.kind === 'help' ? state.mode.offset : 0;
	const first = Math.min(offset, Math.max(0, lines.length - (height - 2)));
	const hint = lines.length > height - 2 ? line(`${first + 1} of ${lines.length}`, 'muted') : [];
	const shown = lines.slice(first, first + height - 2);
	return <Frame title="Help" hint={hint} isFocused lines={shown} width={width} height={height} theme={theme} />;
}

function drawFaults({ view: { state }, theme }: Picture, width: number, height: number) {
	const index = state.mode.kind === 'faults' ? state.mode.index : 0;
	const lines = faultLines(state.faults ?? [], index, width - 4, height - 2);
	return <Frame title="Break or repair" isFocused lines={lines} width={width} height={height} theme={theme} />;
}

function tooSmall({ state: { size } }: View): readonly Line[] {
	return [line(`etcdtop needs ${smallestSize.columns}x${smallestSize.rows}; this is ${size.columns}x${size.rows}`)];
}

type BlockProps = { readonly id: BlockId; readonly columns: number; readonly rows: number };

/** One part of the screen, in exactly its place. */
export function Block({ id, columns, rows }: BlockProps) {
	const picture = use(PictureContext);
	if (picture === null) return null;
	const { view, theme } = picture;
	const place = { width: columns, height: rows, theme };
	switch (id) {
		case 'header':
			return <Rows lines={headerLines(view, columns, rows, theme.glyphs)} {...place} />;
		case 'footer':
			return <Rows lines={[footerLine(view, columns, theme.glyphs)]} {...place} />;
		case 'too-small':
			return <Rows lines={tooSmall(view)} {...place} />;
		case 'help':
			return drawHelp(picture, columns, rows);
		case 'faults':
			return drawFaults(picture, columns, rows);
		default:
			return drawPane(id, picture, columns, rows);
	}
}
