import { layoutOf, type Band as PaneBand } from '../control/layout.ts';
import type { PaneId } from '../control/state.ts';
import type { View } from '../control/view.ts';

/** What fills a part of the screen. */
export type BlockId = PaneId | 'too-small' | 'header' | 'footer' | 'help' | 'faults';

/** Blocks side by side. */
export type Band = {
	readonly rows: number;
	readonly blocks: readonly { readonly id: BlockId; readonly columns: number }[];
};

/** A menu shows at least this much of itself, frame included. */
const leastMenuRows = 6;

const whole = (id: BlockId, columns: number, rows: number): Band => ({ rows, blocks: [{ id, columns }] });

/** The screen from top to bottom: exactly as wide and high as the terminal, whatever it shows. */
export function planOf({ state, snapshot }: View): readonly Band[] {
	const { size, focus, isZoomed, mode } = state;
	const { columns, rows } = size;
	const layout = layoutOf({ ...size, members: snapshot.members.length, focus, isZoomed });
	if (layout.kind === 'too-small') return [whole('too-small', columns, rows)];
	const height = heightOf(layout.bands);
	const faults = mode.kind === 'faults' ? state.faults : null;
	const panes = faults === null ? layout.bands : shortened(layout.bands, rowsBesideMenu(layout.bands, faults.length));
	const body =
		mode.kind === 'help'
			? [whole('help', columns, height)]
			: [
					...panes.map(band => ({ rows: band.rows, blocks: band.panes })),
					...(faults === null ? [] : [whole('faults', columns, height - heightOf(panes))]),
				];
	return [whole('header', columns, layout.headerRows), ...body, whole('footer', columns, 1)];
}

const heightOf = (bands: readonly PaneBand[]) => bands.reduce((sum, { rows }) => sum + rows, 0);

/** What a menu leaves to the panes: at least the first one, where the menu still shows a few lines of itself. */
function rowsBesideMenu(bands: readonly PaneBand[], choices: number): number {
	const height = heightOf(bands);
	return Math.max(3, height - choices - 2, Math.min(bands[0]!.rows, height - leastMenuRows));
}

/** The bands that still fit above a menu; the last one is cut to what is left where that is enough for a frame. */
function shortened(bands: readonly PaneBand[], rows: number): readonly PaneBand[] {
	let left = rows;
	return bands.flatMap(band => {
		const height = Math.min(band.rows, left);
		if (height < 3) {
			left = 0;
			return [];
		}
		left -= height;
		return [{ ...band, rows: height }];
	});
}
