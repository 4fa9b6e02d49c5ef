import { Box, Text } from 'ink';
import { memo, use } from 'react';
import type { Line } from '../format/line.ts';
import { frameRows } from './frame-rows.ts';
import { paintRow } from './paint.ts';
import { StandInContext } from './stand-in-context.ts';
import type { Theme } from './theme.ts';

/*
 *  ╭ Members ─────────────────── 3 of 3 ╮
 *  │ a line                             │
 *  ╰────────────────────────────────────╯
 */

type RowProps = { readonly text: string; readonly width: number };

/** One row: one string that has its styles and its exact width already. Unchanged rows cost nothing. */
const Row = memo(function Row({ text, width }: RowProps) {
	const standIns = use(StandInContext);
	// A row that Ink finds too long is cut, never wrapped: a wrapped row would push all others down.
	return <Text wrap="truncate">{text === '' ? ' ' : (standIns?.signFor(text, width) ?? text)}</Text>;
});

/** Ready strings, one below the other, in exactly this place. Rows beyond `height` are not drawn. */
function Strings({
	rows,
	width,
	height,
}: {
	readonly rows: readonly string[];
	readonly width: number;
	readonly height: number;
}) {
	return (
		<Box flexDirection="column" width={width} height={height} flexShrink={0}>
			{rows.slice(0, height).map((text, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen, whatever it shows.
				<Row key={index} text={text} width={width} />
			))}
		</Box>
	);
}

export type RowsProps = {
	/** Hand in the lines in view only: what is handed in is painted. */
	readonly lines: readonly Line[];
	readonly width: number;
	readonly height: number;
	readonly theme: Theme;
};

/** Lines without a frame, for the header and the footer. */
export function Rows({ lines, width, height, theme }: RowsProps) {
	return (
		<Strings rows={lines.slice(0, height).map(line => paintRow(line, width, theme))} width={width} height={height} />
	);
}

export type FrameProps = RowsProps & {
	readonly title: string;
	/** On the right of the upper border. */
	readonly hint?: Line;
	readonly isFocused: boolean;
};

/** A titled box of exactly `width` x `height` cells; its body has `width - 4` cells and `height - 2` rows. */
export function Frame(props: FrameProps) {
	return <Strings rows={frameRows(props)} width={props.width} height={props.height} />;
}
