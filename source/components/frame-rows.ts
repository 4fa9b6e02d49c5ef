import type { Line, Segment, Tone } from '../format/line.ts';
import { displayWidth, truncate } from '../format/width.ts';
import { fitLine, paint } from './paint.ts';
import type { Theme } from './theme.ts';

export type FrameOptions = {
	readonly title: string;
	/** On the right of the upper border; it gives way to the title. */
	readonly hint?: Line;
	readonly lines: readonly Line[];
	readonly width: number;
	readonly height: number;
	readonly isFocused: boolean;
	readonly theme: Theme;
};

/** Cells that frame and margin take of the width, and rows they take of the height. */
export const frameCells = { columns: 4, rows: 2 };

const cellsOf = (line: Line) => line.reduce((sum, { text }) => sum + displayWidth(text), 0);

/** The upper border: corner, title, rule, hint, corner. */
function topLine({ title, hint = [], width, isFocused, theme }: FrameOptions): Line {
	const glyphs = isFocused ? theme.glyphs.focusFrame : theme.glyphs.frame;
	const tone: Tone = isFocused ? 'focus' : 'border';
	const room = width - 2;
	const name = truncate(title, Math.max(0, room - 2), theme.glyphs.ellipsis);
	const titleCells = name === '' ? 0 : displayWidth(name) + 2;
	const hintCells = hint.length === 0 ? 0 : cellsOf(hint) + 2;
	const isHintShown = hintCells > 0 && titleCells + hintCells < room;
	const rule = Math.max(0, room - titleCells - (isHintShown ? hintCells : 0));
	const blank: Segment = { text: ' ' };
	return [
		{ text: glyphs.topLeft, tone },
		...(titleCells > 0 ? [{ text: ` ${name} `, tone: isFocused ? tone : ('title' as const) }] : []),
		{ text: glyphs.horizontal.repeat(rule), tone },
		...(isHintShown ? [blank, ...hint, blank] : []),
		{ text: glyphs.topRight, tone },
	];
}

/** A titled box as painted rows, exactly `height` of them, each exactly `width` cells wide. */
export function frameRows(options: FrameOptions): string[] {
	const { lines, width, height, isFocused, theme } = options;
	if (width < 2 || height < 2) return [];
	const glyphs = isFocused ? theme.glyphs.focusFrame : theme.glyphs.frame;
	const tone: Tone = isFocused ? 'focus' : 'border';
	const isNarrow = width < frameCells.columns;
	const left = { text: isNarrow ? glyphs.vertical : `${glyphs.vertical} `, tone } as const;
	const right = { text: isNarrow ? glyphs.vertical : ` ${glyphs.vertical}`, tone } as const;
	const bodyWidth = width - (isNarrow ? 2 : frameCells.columns);
	const body = Array.from({ length: height - frameCells.rows }, (_, y) =>
		paint([left, ...fitLine(lines[y] ?? [], bodyWidth, theme.glyphs.ellipsis), right], theme),
	);
	const bottom = `${glyphs.bottomLeft}${glyphs.horizontal.repeat(width - 2)}${glyphs.bottomRight}`;
	return [paint(topLine(options), theme), ...body, paint([{ text: bottom, tone }], theme)];
}
