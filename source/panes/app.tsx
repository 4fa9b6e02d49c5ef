import { Box } from 'ink';
import { memo } from 'react';
import type { Theme } from '../components/theme.ts';
import type { View } from '../control/view.ts';
import { Block } from './block.tsx';
import { type Band, planOf } from './plan.ts';
import { PictureContext } from './view-context.ts';

/*
 *   header
 *  ╭ Members ───────────────────────────────╮
 *  ╰────────────────────────────────────────╯
 *  ╭ Database ────────╮╭ Disk latency ──────╮
 *  ╰──────────────────╯╰────────────────────╯
 *  ╭ Watch ─────────────────────────────────╮
 *  ╰────────────────────────────────────────╯
 *   footer
 */

/**
 * The whole screen for one moment. The blocks take what they draw from the context, so that a frame in which each of them
 * keeps its place gives React and Ink no tree to compare and to lay out: that is most of what a frame would cost.
 */
export function App({ view, theme }: { readonly view: View; readonly theme: Theme }) {
	return (
		<PictureContext value={{ view, theme }}>
			<Bands bands={planOf(view)} />
		</PictureContext>
	);
}

type BandsProps = { readonly bands: readonly Band[] };

const Bands = memo(
	({ bands }: BandsProps) => (
		<Box flexDirection="column">
			{bands.map(({ rows, blocks }) => (
				<Box key={blocks.map(({ id }) => id).join()} height={rows} flexShrink={0}>
					{blocks.map(({ id, columns }) => (
						<Block key={id} id={id} columns={columns} rows={rows} />
					))}
				</Box>
			))}
		</Box>
	),
	(before, after) => JSON.stringify(before) === JSON.stringify(after),
);
