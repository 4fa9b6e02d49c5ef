import { Box } from 'ink';
import { Frame, Rows } from '../components/frame.tsx';
import type { Theme } from '../components/theme.ts';
import { type Layout, layoutOf, smallestSize } from '../control/layout.ts';
import type { View } from '../control/view.ts';
import { line } from '../format/line.ts';
import { PaneFrame } from './body.tsx';
import { faultLines } from './faults.ts';
import { footerLine } from './footer.ts';
import { headerLines } from './header.ts';
import { helpLines } from './help.ts';

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

/** A menu in its frame, with four of its lines. */
const leastMenuRows = 6;

/** The whole screen for one moment. Exactly as wide and high as the terminal, whatever it shows. */
export function App({ view, theme }: { readonly view: View; readonly theme: Theme }) {
	const { size, focus, isZoomed } = view.state;
	const layout = layoutOf({ ...size, members: view.snapshot.members.length, focus, isZoomed });
	if (layout.kind === 'too-small') {
		const text = `etcdtop needs ${smallestSize.columns}x${smallestSize.rows}; this is ${size.columns}x${size.rows}`;
		return <Rows lines={[line(text)]} width={size.columns} height={size.rows} theme={theme} />;
	}
	return (
		<Box flexDirection="column" width={size.columns} height={size.rows}>
			<Rows
				lines={headerLines(view, size.columns, layout.headerRows, theme.glyphs)}
				width={size.columns}
				height={layout.headerRows}
				theme={theme}
			/>
			<Body view={view} layout={layout} theme={theme} />
			<Rows lines={[footerLine(view, size.columns, theme.glyphs)]} width={size.columns} height={1} theme={theme} />
		</Box>
	);
}

type BodyProps = { readonly view: View; readonly layout: Layout & { readonly kind: 'panes' }; readonly theme: Theme };

/** The panes; or what stands in front of them while it has the keys. */
function Body({ view, layout, theme }: BodyProps) {
	const { state } = view;
	const width = state.size.columns;
	const height = layout.bands.reduce((sum, { rows }) => sum + rows, 0);
	if (state.mode.kind === 'help') {
		const lines = helpLines(state, theme.glyphs);
		const first = Math.min(state.mode.offset, Math.max(0, lines.length - (height - 2)));
		const hint = lines.length > height - 2 ? line(`${first + 1} of ${lines.length}`, 'muted') : [];
		return (
			<Frame
				title="Help"
				hint={hint}
				isFocused
				lines={lines.slice(first, first + height - 2)}
				width={width}
				height={height}
				theme={theme}
			/>
		);
	}
	const faults = state.mode.kind === 'faults' ? state.faults : null;
	const bands = faults === null ? layout.bands : shortened(layout.bands, rowsBesideMenu(layout.bands, faults.length));
	const menuHeight = height - bands.reduce((sum, { rows }) => sum + rows, 0);
	return (
		<>
			{bands.map(({ rows, panes }) => (
				<Box key={panes.map(({ id }) => id).join()} height={rows} flexShrink={0}>
					{panes.map(({ id, columns }) => (
						<PaneFrame key={id} id={id} view={view} width={columns} height={rows} theme={theme} />
					))}
				</Box>
			))}
			{faults !== null && state.mode.kind === 'faults' && (
				<Frame
					title="Break or repair"
					isFocused
					lines={faultLines(faults, state.mode.index, width - 4, menuHeight - 2)}
					width={width}
					height={menuHeight}
					theme={theme}
				/>
			)}
		</>
	);
}

/** What a menu leaves to the panes: at least the first one, where the menu still shows a few lines of itself. */
function rowsBesideMenu(bands: (Layout & { readonly kind: 'panes' })['bands'], choices: number): number {
	const height = bands.reduce((sum, { rows }) => sum + rows, 0);
	return Math.max(3, height - choices - 2, Math.min(bands[0]!.rows, height - leastMenuRows));
}

/** The bands that still fit above a menu; the last one is cut to what is left where that is enough for a frame. */
function shortened(
	bands: (Layout & { readonly kind: 'panes' })['bands'],
	rows: number,
): (Layout & { readonly kind: 'panes' })['bands'] {
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
