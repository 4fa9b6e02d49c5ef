import { frameRows } from '../components/frame-rows.ts';
import type { Theme } from '../components/theme.ts';
import type { PanelReach } from '../control/event.ts';
import type { Line } from '../format/line.ts';
import { displayWidth } from '../format/width.ts';
import { type Fragment, joinFragments } from './fragments.ts';

/*
 *  ┏ title ━━━━━━━━━━━━━━━━━━ hint  3–18 of 40 ┓
 *  ┃ head      stays                           ┃
 *  ┃ body      scrolls                         ┃
 *  ┃ tail      stays, where the body has room  ┃
 *  ┃ foot      stays whatever happens          ┃
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 */

/** What stands in front of the panes. */
export type Panel = {
	readonly title: string;
	/** In the upper border, before the place in what scrolls, which is the last to give way. */
	readonly hint: readonly Fragment[];
	/** Stays in view above what scrolls; what there is no room for scrolls too. */
	readonly head: readonly Line[];
	readonly body: readonly Line[];
	/** Stays in view below what scrolls; on a very small screen it begins it instead. */
	readonly tail: readonly Line[];
	/** Stays in view always: what can be pressed. */
	readonly foot: readonly Line[];
	/** Which row of the body has to be in view: as the first one, or as near to the middle as may be. */
	readonly at: { readonly kind: 'first' | 'middle'; readonly row: number };
	/** How the border tells what is not in view: by the rows that are, or by how many are not. */
	readonly place: 'rows' | 'hidden';
	/** Rows, frame included, below which it is of no use: it takes them from the members too. */
	readonly leastRows: number;
	/** It takes the place of all panes. */
	readonly isWhole: boolean;
	/** It has the keys. */
	readonly isFocused: boolean;
};

const frameExtraRows = 2;
/** Corners, blanks around title and hint, and some rule between them. */
const hintMarginCells = 8;
/** A body of fewer rows cannot be read in. */
const leastBodyRows = 3;
/** A frame, the header of the members' table and one member. */
const leastPaneRows = 4;

const nothing: Panel = {
	title: '',
	hint: [],
	head: [],
	body: [],
	tail: [],
	foot: [],
	at: { kind: 'first', row: 0 },
	place: 'rows',
	leastRows: 6,
	isWhole: false,
	isFocused: true,
};

/** A panel of which most is not said. */
export const panelWith = (given: Partial<Panel> & Pick<Panel, 'title'>): Panel => ({ ...nothing, ...given });

/** Rows that show all of it, frame included. */
const wantedRows = ({ head, body, tail, foot }: Panel) =>
	head.length + body.length + tail.length + foot.length + frameExtraRows;

/** The rows of the screen's body that a panel takes; the first pane keeps its rows where the panel is of use without them. */
export function panelRowsIn(panel: Panel, bodyRows: number, firstPaneRows: number): number {
	if (panel.isWhole) return bodyRows;
	const rows = Math.min(wantedRows(panel), Math.max(bodyRows - firstPaneRows, panel.leastRows));
	return bodyRows - rows < leastPaneRows ? bodyRows : rows;
}

type Window = {
	readonly lines: readonly Line[];
	/** Rows that scroll: all of them, those in view, and how many are above them. */
	readonly scrolling: number;
	readonly room: number;
	readonly above: number;
};

/** What is in view of a panel, in exactly so many rows without the frame. */
export function windowOf(panel: Panel, rows: number): Window {
	const foot = panel.foot.slice(-rows);
	const left = rows - foot.length;
	const head = panel.head.slice(0, Math.max(0, Math.min(panel.head.length, left - Math.min(1, panel.body.length))));
	const surplus = panel.head.slice(head.length);
	const isTailPinned = left - head.length - panel.tail.length >= Math.min(leastBodyRows, panel.body.length);
	const tail = isTailPinned ? panel.tail : [];
	const body = [...surplus, ...(isTailPinned ? [] : panel.tail), ...panel.body];
	const room = Math.max(0, left - head.length - tail.length);
	const before = body.length - panel.body.length;
	const wanted = panel.at.kind === 'first' ? panel.at.row : panel.at.row + before - Math.floor(room / 2);
	const above = Math.max(0, Math.min(wanted, body.length - room));
	const shown = body.slice(above, above + room);
	const blanks: readonly Line[] = Array.from({ length: room - shown.length }, () => []);
	return { lines: [...head, ...shown, ...blanks, ...tail, ...foot], scrolling: body.length, room, above };
}

/** How far a panel of that height can be scrolled. */
export function reachOf(panel: Panel, height: number): PanelReach {
	const { scrolling, room } = windowOf(panel, Math.max(0, height - frameExtraRows));
	return { lastOffset: Math.max(0, scrolling - room), panelRows: room };
}

/** The panel as finished rows in a place. */
export function panelRows(
	panel: Panel,
	place: { readonly width: number; readonly height: number; readonly theme: Theme },
): readonly string[] {
	const { lines, scrolling, room, above } = windowOf(panel, Math.max(0, place.height - frameExtraRows));
	const below = scrolling - above - room;
	const words =
		panel.place === 'rows'
			? `${above + 1}${place.theme.glyphs.dash}${above + room} of ${scrolling}`
			: [above > 0 ? `${above} above` : '', below > 0 ? `${below} below` : ''].filter(part => part !== '').join(', ');
	const position: Line = scrolling > room && room > 0 ? [{ text: words, tone: 'strong' }] : [];
	const hints = [...panel.hint, ...(position.length === 0 ? [] : [{ line: position, importance: 100 }])];
	return frameRows({
		...place,
		title: panel.title,
		hint: joinFragments(hints, Math.max(0, place.width - displayWidth(panel.title) - hintMarginCells)),
		isFocused: panel.isFocused,
		lines,
	});
}
