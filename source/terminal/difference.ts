import type { Row } from './cells.ts';
import { isSteady } from './clusters.ts';
import type { StyleId, StyleTable } from './styles.ts';

/** Rewriting up to this many unchanged cells costs no more than moving the cursor over them. */
const maxBridgedCells = 4;

/** Collects what is sent for one frame, and knows where it leaves the cursor and in which style. */
export class Pen {
	readonly #table: StyleTable;
	#sent = '';
	#x = -1;
	#y = -1;
	#style: StyleId = 0;

	constructor(table: StyleTable) {
		this.#table = table;
	}

	/** Cells between the cursor and `x` on row `y`; negative or infinite where it cannot be reached by writing on. */
	distanceTo(x: number, y: number): number {
		return this.#y === y && this.#x >= 0 ? x - this.#x : Number.POSITIVE_INFINITY;
	}

	isInStyle(style: StyleId): boolean {
		return this.#style === style;
	}

	moveTo(x: number, y: number): void {
		if (this.#x === x && this.#y === y) return;
		this.#sent += this.#y === y ? `\x1b[${x + 1}G` : `\x1b[${y + 1};${x + 1}H`;
		this.#x = x;
		this.#y = y;
	}

	setStyle(style: StyleId): void {
		this.#sent += this.#table.change(this.#style, style);
		this.#style = style;
	}

	write(text: string, cells: number): void {
		this.#sent += text;
		this.#x += cells;
	}

	/** After a cluster on whose width terminals differ the cursor may be anywhere in the row. */
	writeUnsteady(text: string): void {
		this.#sent += text;
		this.#x = -1;
	}

	eraseToEndOfRow(): void {
		this.setStyle(0);
		this.#sent += '\x1b[K';
	}

	/** All that was collected, ending in the default style. Empty when nothing changed. */
	finish(): string {
		this.setStyle(0);
		return this.#sent;
	}
}

/** The first cell from which on the row is blank in the default style. */
function blankFrom({ clusters, styles }: Row): number {
	let start = clusters.length;
	while (start > 0 && clusters[start - 1] === ' ' && styles[start - 1] === 0) start--;
	return start;
}

function cellsAt(row: Row, x: number): number {
	let cells = 1;
	while (row.clusters[x + cells] === '') cells++;
	return cells;
}

function canBridge(row: Row, from: number, to: number, pen: Pen): boolean {
	for (let x = from; x < to; x++) if (!pen.isInStyle(row.styles[x]!) || !isSteady(row.clusters[x]!)) return false;
	return true;
}

/**
 * Sends what turns the row that is shown into the next one; null where nothing is known of what is shown. Terminals
 * differ on the width of emoji and joined clusters. Around these the row is written so that the rest of it is right on
 * every terminal: their cells are blanked first, the cursor is placed anew after them, and all that follows is written
 * again, because a cluster that is unknown to the terminal may cover any number of cells.
 */
export function paintRow(shown: Row | null, next: Row, y: number, pen: Pen): void {
	const columns = next.clusters.length;
	const blank = blankFrom(next);
	let isDisturbed = false;
	for (let x = 0; x < columns; ) {
		const isSame =
			shown !== null && !isDisturbed && shown.clusters[x] === next.clusters[x] && shown.styles[x] === next.styles[x];
		if (isSame) {
			x++;
			continue;
		}
		if (x >= blank && columns - x > 3) {
			pen.moveTo(x, y);
			pen.eraseToEndOfRow();
			return;
		}
		const distance = pen.distanceTo(x, y);
		if (distance > 0 && distance <= maxBridgedCells && canBridge(next, x - distance, x, pen))
			pen.write(next.clusters.slice(x - distance, x).join(''), distance);
		pen.moveTo(x, y);
		pen.setStyle(next.styles[x]!);
		const cluster = next.clusters[x]!;
		const cells = cellsAt(next, x);
		if (isSteady(cluster)) pen.write(cluster, cells);
		else {
			pen.write(' '.repeat(cells), cells);
			pen.moveTo(x, y);
			pen.writeUnsteady(cluster);
			isDisturbed = true;
		}
		x += cells;
	}
}
