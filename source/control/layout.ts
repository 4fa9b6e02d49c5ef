import { rowsAt } from '../cluster/rows.ts';
import { type PaneId, type State, shownAtMs } from './state.ts';

/*
 * Which panes are on the screen, by its size. From the top:
 *
 *   header    2 rows, 3 from 20 rows on: always there
 *   members   a row for each member, at the most 45 % of the body: always there
 *   database, disk, leaders, findings, watch: as many as fit, in bands
 *   footer    1 row: always there
 *
 * Where the screen is too small for all, these give way, in this order: leaders (the header keeps leader, term and
 * duration), findings (the header keeps the worst and what to do), watch (the header keeps the write rate), disk (the
 * members' table keeps fsync and commit); the last to stay is the database, since it tells how long until nothing can
 * be written. A pane that has the focus is always shown, in the place of the last one. What is found moves no pane: the
 * findings have their place whether there are any or not.
 */

/** The smallest screen on which the monitor is of use. */
export const smallestSize = { columns: 60, rows: 15 };

export type Band = {
	readonly rows: number;
	readonly panes: readonly { readonly id: PaneId; readonly columns: number }[];
};

export type Layout =
	| { readonly kind: 'too-small' }
	| { readonly kind: 'panes'; readonly headerRows: number; readonly bands: readonly Band[] };

const footerRows = 1;
/** A frame and a header around the members' rows. */
const membersExtraRows = 3;
/** The least height in which a pane says something, frame included. */
const leastRows = { database: 6, disk: 8, leaders: 6, findings: 6, watch: 6 };
/** Of findings and watch, one below the other, neither is squeezed. */
const leastRowsForBoth = 18;

export type LayoutInput = {
	readonly columns: number;
	readonly rows: number;
	readonly members: number;
	readonly focus: PaneId;
	readonly isZoomed: boolean;
};

/** Nothing can be shown there but that it is too small. */
export const isTooSmall = ({ columns, rows }: State['size']): boolean =>
	columns < smallestSize.columns || rows < smallestSize.rows;

/** Arranges the screen. The rows of header, bands and footer add up to the height, the panes of a band to the width. */
export function layoutOf({ columns, rows, members, focus, isZoomed }: LayoutInput): Layout {
	if (isTooSmall({ columns, rows })) return { kind: 'too-small' };
	const headerRows = rows < 20 ? 2 : 3;
	const bodyRows = rows - headerRows - footerRows;
	if (isZoomed) return { kind: 'panes', headerRows, bands: [band(bodyRows, columns, [focus])] };
	const membersRows = Math.min(
		Math.max(members, 1) + membersExtraRows,
		Math.max(leastRows.database, Math.floor(bodyRows * 0.45)),
	);
	const rest = withFocus(restOf(columns, bodyRows - membersRows), focus);
	return {
		kind: 'panes',
		headerRows,
		bands: [
			band(membersRows, columns, ['members']),
			...rest.map(({ rows: bandRows, ids }) => band(bandRows, columns, ids)),
		],
	};
}

type Plan = { readonly rows: number; readonly ids: readonly PaneId[] };

/** The bands below the members, for a width and the rows that are left. */
function restOf(columns: number, rows: number): readonly Plan[] {
	const abreast = columns >= 150 ? 3 : columns >= 76 ? 2 : 1;
	const upperRows = Math.max(leastRows.disk, Math.min(16, Math.floor(rows * 0.42)));
	const lowerRows = rows - upperRows;
	if (abreast === 1) return stacked(rows);
	if (lowerRows < leastRows.watch)
		return [{ rows, ids: abreast === 3 ? ['database', 'disk', 'watch'] : ['database', 'disk'] }];
	if (abreast === 3)
		return [
			{ rows: upperRows, ids: ['database', 'disk', 'leaders'] },
			{ rows: lowerRows, ids: ['findings', 'watch'] },
		];
	const upper: Plan = { rows: upperRows, ids: ['database', 'disk'] };
	if (columns >= 110 && lowerRows >= 10) return [upper, { rows: lowerRows, ids: ['findings', 'watch'] }];
	if (lowerRows < leastRowsForBoth) return [upper, { rows: lowerRows, ids: ['watch'] }];
	const findingsRows = Math.floor(lowerRows * 0.4);
	return [upper, { rows: findingsRows, ids: ['findings'] }, { rows: lowerRows - findingsRows, ids: ['watch'] }];
}

/** One pane below the other, as many as fit; the last one takes what is left over. */
function stacked(rows: number): readonly Plan[] {
	const order = ['database', 'disk', 'watch', 'findings', 'leaders'] as const;
	const ids: (typeof order)[number][] = [];
	let left = rows;
	for (const id of order) {
		if (ids.length > 0 && left < leastRows[id]) continue;
		ids.push(id);
		left -= leastRows[id];
	}
	return ids.map((id, index) => ({ rows: index === ids.length - 1 ? leastRows[id] + left : leastRows[id], ids: [id] }));
}

function withFocus(plans: readonly Plan[], focus: PaneId): readonly Plan[] {
	if (focus === 'members' || plans.some(({ ids }) => ids.includes(focus))) return plans;
	return plans.map((plan, index) =>
		index === plans.length - 1 ? { ...plan, ids: [...plan.ids.slice(0, -1), focus] } : plan,
	);
}

/** The watch needs the width, its lines are long, and findings are sentences; but what stands beside must be legible. */
const shares: Readonly<Partial<Record<PaneId, number>>> = { watch: 8, findings: 5 };
const share = (id: PaneId, columns: number): number => (columns < 110 ? 4 : (shares[id] ?? 4));

function band(rows: number, columns: number, ids: readonly PaneId[]): Band {
	let left = columns;
	let parts = ids.reduce((sum, id) => sum + share(id, columns), 0);
	const panes = ids.map(id => {
		const width = Math.round((left * share(id, columns)) / parts);
		parts -= share(id, columns);
		left -= width;
		return { id, columns: width };
	});
	return { rows, panes };
}

/** What has pages of its own in front of the panes, as long as its drawing says. */
const paged: readonly State['mode']['kind'][] = ['confirm', 'journal', 'palette', 'menu', 'finding'];

/** How far a page key scrolls: what the focused pane or the panel shows at once, less a line to keep one's place. */
export function pageRows(state: State): number {
	if (paged.includes(state.mode.kind)) return Math.max(1, state.panelRows - 1);
	const members = rowsAt(state.history, shownAtMs(state)).length;
	const layout = layoutOf({ ...state.size, members, focus: state.focus, isZoomed: state.isZoomed });
	if (layout.kind === 'too-small') return 1;
	if (state.mode.kind === 'help')
		return Math.max(1, state.size.rows - layout.headerRows - footerRows - membersExtraRows);
	const band = layout.bands.find(({ panes }) => panes.some(({ id }) => id === state.focus));
	return Math.max(1, (band?.rows ?? membersExtraRows + 1) - membersExtraRows);
}
