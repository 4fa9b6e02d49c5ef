import { Box, Text } from 'ink';
import { use, useEffect, useMemo } from 'react';
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

/**
 * Ready strings, one below the other, in exactly this place: as many rows as `height`. Ink is given signs for them, and
 * the same element while their number and width stay, so that it has nothing to do when only the strings change.
 */
function Strings({
	rows,
	width,
	height,
}: {
	readonly rows: readonly string[];
	readonly width: number;
	readonly height: number;
}) {
	const standIns = use(StandInContext);
	const block = useMemo(() => standIns?.createBlock() ?? null, [standIns]);
	useEffect(() => () => block?.release(), [block]);
	const texts = Array.from({ length: height }, (_, y) => rows[y] || ' '.repeat(width));
	const signs = block?.signsFor(texts, width) ?? texts;
	return useMemo(
		() => (
			<Box flexDirection="column" width={width} height={signs.length} flexShrink={0}>
				{signs.map((sign, y) => (
					// A row that Ink finds too long is cut, never wrapped: a wrapped row would push all others down.
					// biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen, whatever it shows.
					<Text key={y} wrap="truncate">
						{sign}
					</Text>
				))}
			</Box>
		),
		[signs, width],
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
