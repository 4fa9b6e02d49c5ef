import { Frame } from '../components/frame.tsx';
import type { Glyphs } from '../components/glyphs.ts';
import type { Theme } from '../components/theme.ts';
import type { PaneId } from '../control/state.ts';
import type { View } from '../control/view.ts';
import type { Line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { databaseLines } from './database.ts';
import { diskLines } from './disk.ts';
import { leadersLines } from './leaders.ts';
import { membersHint, membersLines } from './members.ts';
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
export function PaneFrame({
	id,
	view,
	width,
	height,
	theme,
}: {
	readonly id: PaneId;
	readonly view: View;
	readonly width: number;
	readonly height: number;
	readonly theme: Theme;
}) {
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
