import { Box } from 'ink';
import type { Block } from '../components/stand-ins.ts';
import { Strings } from '../components/strings.tsx';
import type { Theme } from '../components/theme.ts';
import type { PanelReach } from '../control/event.ts';
import type { View } from '../control/view.ts';
import { blockRows } from './blocks.ts';
import { planOf } from './plan.ts';

/*
 *   header
 *  ╭ Members ───────────────────────────────╮
 *  ╰────────────────────────────────────────╯
 *  ╭ Database ────────╮╭ Disk latency ──────╮
 *  ╰──────────────────╯╰────────────────────╯
 *  ╭ Watch ─────────────────────────────────╮
 *  ╰────────────────────────────────────────╯
 *  ┏ a menu, a confirmation, an operation ━━┓
 *  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
 *   footer
 */

/** The screen as finished rows: blocks side by side in bands, the bands from top to bottom. */
export type Picture = readonly (readonly Block[])[];

/** A picture, and how far what stands in front of the panes can be scrolled. */
export type Drawing = { readonly picture: Picture; readonly reach: PanelReach };

/** Draws every block for one moment. All of them together are exactly as wide and high as the terminal. */
export function drawingOf(view: View, theme: Theme): Drawing {
	const plan = planOf(view, theme.glyphs);
	const picture = plan.bands.map(({ rows, blocks }) =>
		blocks.map(({ id, columns }) => {
			const place = { width: columns, height: rows, theme };
			return { id, width: columns, rows: blockRows(id, view, plan, place) };
		}),
	);
	return { picture, reach: plan.reach };
}

/** The picture alone. */
export const pictureOf = (view: View, theme: Theme): Picture => drawingOf(view, theme).picture;

/** Puts the blocks into their places. */
export function App({ picture }: { readonly picture: Picture }) {
	return (
		<Box flexDirection="column">
			{picture.map(band => (
				<Box key={band.map(({ id }) => id).join()} flexShrink={0}>
					{band.map(block => (
						<Strings key={block.id} {...block} />
					))}
				</Box>
			))}
		</Box>
	);
}
