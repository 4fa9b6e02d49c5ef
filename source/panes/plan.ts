import { frameCells } from '../components/frame-rows.ts';
import type { Glyphs } from '../components/glyphs.ts';
import type { PanelReach } from '../control/event.ts';
import { layoutOf, type Band as PaneBand } from '../control/layout.ts';
import type { PaneId } from '../control/state.ts';
import type { View } from '../control/view.ts';
import { type Panel, panelRowsIn, reachOf } from './panel.ts';
import { panelOf } from './panels.ts';

/** What fills a part of the screen. */
export type BlockId = PaneId | 'too-small' | 'header' | 'footer' | 'panel';

/** Blocks side by side. */
export type Band = {
	readonly rows: number;
	readonly blocks: readonly { readonly id: BlockId; readonly columns: number }[];
};

/** Where everything is, and what stands in front of the panes. */
export type Plan = {
	readonly bands: readonly Band[];
	readonly panel: Panel | null;
	/** How far the panel can be scrolled. */
	readonly reach: PanelReach;
};

const noReach: PanelReach = { lastOffset: 0, panelRows: 0 };

/** A frame with a row in it. */
const leastFrameRows = 3;

const whole = (id: BlockId, columns: number, rows: number): Band => ({ rows, blocks: [{ id, columns }] });

/** The screen from top to bottom: exactly as wide and high as the terminal, whatever it shows. */
export function planOf(view: View, glyphs: Glyphs): Plan {
	const { size, focus, isZoomed } = view.state;
	const { columns, rows } = size;
	const panel = panelOf(view, columns - frameCells.columns, glyphs);
	const layout = layoutOf({
		...size,
		members: view.snapshot.members.length,
		focus,
		// What is done to members is not done without seeing them.
		isZoomed: isZoomed && panel === null,
	});
	if (layout.kind === 'too-small') return { bands: [whole('too-small', columns, rows)], panel: null, reach: noReach };
	const height = heightOf(layout.bands);
	const panelRows = panel === null ? 0 : panelRowsIn(panel, height, layout.bands[0]!.rows);
	const panes = shortened(layout.bands, height - panelRows);
	// What is too low for a frame goes to the panel.
	const left = height - heightOf(panes);
	const bands = [
		whole('header', columns, layout.headerRows),
		...panes.map(band => ({ rows: band.rows, blocks: band.panes })),
		...(panel === null ? [] : [whole('panel', columns, left)]),
		whole('footer', columns, 1),
	];
	return { bands, panel, reach: panel === null ? noReach : reachOf(panel, left) };
}

const heightOf = (bands: readonly PaneBand[]) => bands.reduce((sum, { rows }) => sum + rows, 0);

/** The bands that still fit above a panel; the last one is cut to what is left where that is enough for a frame. */
function shortened(bands: readonly PaneBand[], rows: number): readonly PaneBand[] {
	let left = rows;
	const shown = bands.flatMap(band => {
		const height = Math.min(band.rows, left);
		if (height < leastFrameRows) return [];
		left -= height;
		return [{ ...band, rows: height }];
	});
	// The members' table has no use for more rows than members; all other panes have.
	return shown.map((band, index) =>
		index > 0 && index === shown.length - 1 ? { ...band, rows: band.rows + left } : band,
	);
}
