import type { Line, Segment } from './line.ts';
import { type Align, displayWidth, fitCells } from './width.ts';

/** One column of a table, as data. */
export type Column<Row> = {
	readonly id: string;
	readonly title: string;
	readonly align: Align;
	/** Columns with the lowest give way first where the width does not suffice. */
	readonly importance: number;
	/** Cells it never goes below; the title always fits. Choose what the values usually need, so that nothing jumps. */
	readonly minWidth: number;
	/** Cells it never goes above, however long a value is. Equal to `minWidth`: a fixed width. */
	readonly maxWidth?: number;
	/** Takes the width that is left over, in this proportion to the others that grow. */
	readonly grow?: number;
	/** The value of one row, safe to show; a plain string has the tone of the row. */
	readonly cell: (row: Row) => Segment | string;
};

export type TableLayout = {
	/** The titles, in the tone `title`. */
	readonly header: Line;
	/** One line for each row that was handed in, in their order. */
	readonly lines: readonly Line[];
	/** What the columns became, from left to right. */
	readonly columns: readonly { readonly id: string; readonly widthCells: number }[];
};

export type TableOptions = {
	/** Blanks between two columns; 2 where it is left out. */
	readonly gapCells?: number;
};

const gapOf = (options: TableOptions) => options.gapCells ?? 2;

const floorOf = <Row>(column: Column<Row>) => Math.max(column.minWidth, displayWidth(column.title));
const ceilingOf = <Row>(column: Column<Row>) => Math.max(floorOf(column), column.maxWidth ?? Number.POSITIVE_INFINITY);

/**
 * The columns that fit at their least widths, in their own order. It depends on the width alone and not on the rows,
 * so that no column comes and goes while values change. The most important one always stays.
 */
export function chooseColumns<Row>(
	columns: readonly Column<Row>[],
	widthCells: number,
	options: TableOptions = {},
): readonly Column<Row>[] {
	const byImportance = columns.toSorted((a, b) => b.importance - a.importance);
	const chosen = new Set<Column<Row>>();
	let used = -gapOf(options);
	for (const column of byImportance) {
		used += gapOf(options) + floorOf(column);
		if (chosen.size > 0 && used > widthCells) break;
		chosen.add(column);
	}
	return columns.filter(column => chosen.has(column));
}

/** Widths for chosen columns: first what the content needs, the important ones first, then the rest to those that grow. */
function sizeColumns<Row>(
	columns: readonly Column<Row>[],
	cells: readonly (readonly Segment[])[],
	widthCells: number,
	gapCells: number,
): number[] {
	const widths = columns.map(floorOf);
	let left = widthCells - gapCells * (columns.length - 1) - widths.reduce((sum, width) => sum + width, 0);
	if (left < 0) return columns.length === 1 ? [Math.max(0, widthCells)] : widths;
	const order = columns.map((_, index) => index).toSorted((a, b) => columns[b]!.importance - columns[a]!.importance);
	for (const index of order) {
		const content = cells.reduce((most, row) => Math.max(most, displayWidth(row[index]!.text)), 0);
		const more = Math.min(left, Math.max(0, Math.min(content, ceilingOf(columns[index]!)) - widths[index]!));
		widths[index]! += more;
		left -= more;
	}
	if (!Number.isFinite(left)) return widths;
	let weights = columns.reduce((sum, column) => sum + (column.grow ?? 0), 0);
	columns.forEach((column, index) => {
		if (column.grow === undefined || column.grow <= 0) return;
		const share = Math.floor((left * column.grow) / weights);
		weights -= column.grow;
		left -= share;
		widths[index]! += share;
	});
	return widths;
}

/** Cells and gaps of one row; the tone of a cell covers its text only. */
function joinCells<Row>(
	columns: readonly Column<Row>[],
	widths: readonly number[],
	cells: readonly Segment[],
	gapCells: number,
): Line {
	const gap = ' '.repeat(gapCells);
	return cells.map((cell, index) => {
		const text = fitCells(cell.text, widths[index]!, columns[index]!.align);
		return { ...cell, text: index === 0 ? text : gap + text };
	});
}

/**
 * Lays out the rows that are handed in (hand in those in view, the cost is theirs alone). `Infinity` as the width gives
 * every column what its content needs.
 */
export function layoutColumns<Row>(
	columns: readonly Column<Row>[],
	rows: readonly Row[],
	widthCells: number,
	options: TableOptions = {},
): TableLayout {
	const gapCells = gapOf(options);
	const chosen = chooseColumns(columns, widthCells, options);
	const cells = rows.map(row =>
		chosen.map(column => {
			const cell = column.cell(row);
			return typeof cell === 'string' ? { text: cell } : cell;
		}),
	);
	const widths = sizeColumns(chosen, cells, widthCells, gapCells);
	const titles = chosen.map((column): Segment => ({ text: column.title, tone: 'title' }));
	return {
		header: joinCells(chosen, widths, titles, gapCells),
		lines: cells.map(row => joinCells(chosen, widths, row, gapCells)),
		columns: chosen.map((column, index) => ({ id: column.id, widthCells: widths[index]! })),
	};
}
