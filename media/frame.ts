import type { Terminal } from '@xterm/headless';
import { colorOf, theme } from './palette.ts';

/** How a run of cells looks; inverse video is resolved already. A null background is the screen's own. */
export type Style = {
	readonly foreground: string;
	readonly background: string | null;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isUnderlined: boolean;
};

/** Neighbouring cells of one style. Each character takes one cell: what the demonstration draws has no wide ones. */
export type Run = { readonly column: number; readonly text: string; readonly style: Style };
export type Row = readonly Run[];
export type Frame = { readonly columns: number; readonly rows: readonly Row[] };

const styleKey = (style: Style) => Object.values(style).join();
const sameStyle = (a: Style, b: Style) => styleKey(a) === styleKey(b);

/** What a terminal shows now. */
export function frameOf(terminal: Terminal): Frame {
	const { cols: columns, rows, buffer } = terminal;
	const cell = buffer.active.getNullCell();
	const rowAt = (y: number): Row => {
		const line = buffer.active.getLine(buffer.active.baseY + y);
		const runs: Run[] = [];
		for (let x = 0; x < columns; x++) {
			const at = line?.getCell(x, cell);
			if (at === undefined) continue;
			const isInverse = at.isInverse() !== 0;
			const ink = at.isFgDefault() ? theme.text : colorOf(at.getFgColor(), at.isFgRGB());
			const paper = at.isBgDefault() ? null : colorOf(at.getBgColor(), at.isBgRGB());
			const style: Style = {
				foreground: isInverse ? (paper ?? theme.background) : ink,
				background: isInverse ? ink : paper,
				isBold: at.isBold() !== 0,
				isDim: at.isDim() !== 0,
				isUnderlined: at.isUnderline() !== 0,
			};
			const text = at.getChars() || ' ';
			const last = runs.at(-1);
			if (last !== undefined && sameStyle(last.style, style))
				runs[runs.length - 1] = { ...last, text: last.text + text };
			else runs.push({ column: x, text, style });
		}
		return runs;
	};
	return { columns, rows: Array.from({ length: rows }, (_, y) => rowAt(y)) };
}

export const textOfRow = (row: Row): string => row.map(({ text }) => text).join('');

/** The whole screen as lines of text. */
export const textOf = ({ rows }: Frame): string => rows.map(row => textOfRow(row).trimEnd()).join('\n');

/** The text of the rows that a menu shows as selected. */
export const selectedText = ({ rows }: Frame): string =>
	rows
		.filter(row => row.some(({ style, text }) => style.background !== null && text.length > 8))
		.map(textOfRow)
		.join('\n');
