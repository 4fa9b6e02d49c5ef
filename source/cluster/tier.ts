import { countUpTo } from './ring.ts';

/**
 * `stepMs` 0 keeps every row; otherwise rows that fall into the same step are one row, which has the time and the
 * values of the last of them.
 */
export type TierShape = { readonly stepMs: number; readonly rows: number };

/**
 * What a column holds. `last` keeps the last sample of a step, as counters need it; `max` the largest, for gauges whose
 * peaks matter. `bigint` holds revisions and raft indexes, which a double cannot.
 */
export type ColumnKind = 'last' | 'max' | 'bigint';

/** Stands in a bigint column for "no sample"; nothing that etcd counts is negative. */
export const absentBigint = -1n;

/**
 * A column of numbers takes no array while everything in it is one value since the row `sinceRow` (counted from the
 * first that was ever opened) and nothing before: servers name hundreds of counters that never count anything.
 */
type NumberColumn = {
	readonly kind: Exclude<ColumnKind, 'bigint'>;
	cells: Float64Array | null;
	constant: number;
	sinceRow: number;
};
type Column = NumberColumn | { readonly kind: 'bigint'; cells: BigInt64Array };

const smallestCapacity = 32;

/** One resolution of a table: a ring of rows with a shared column of times. Rows are numbered from the oldest, 0. */
export class Tier {
	readonly stepMs: number;
	readonly #maximumRows: number;
	readonly #columns: Column[] = [];
	#times: Float64Array;
	#start = 0;
	#length = 0;
	#openedRows = 0;
	#hasDropped = false;

	constructor(shape: TierShape) {
		this.stepMs = shape.stepMs;
		this.#maximumRows = Math.max(2, shape.rows);
		this.#times = new Float64Array(Math.min(smallestCapacity, this.#maximumRows));
	}

	get length(): number {
		return this.#length;
	}

	/** Bytes of its arrays. */
	get allocatedBytes(): number {
		return this.#columns.reduce((sum, { cells }) => sum + (cells?.byteLength ?? 0), this.#times.byteLength);
	}

	addColumn(kind: ColumnKind): void {
		this.#columns.push(
			kind === 'bigint'
				? { kind, cells: new BigInt64Array(this.#times.length).fill(absentBigint) }
				: { kind, cells: null, constant: Number.NaN, sinceRow: 0 },
		);
	}

	/** Whether a column of numbers never held more than one value: no counter in it has counted. */
	isConstant(column: number): boolean {
		return this.#columns[column]!.cells === null;
	}

	/** Makes a column as if it had never been written. */
	clearColumn(column: number): void {
		const found = this.#columns[column]!;
		if (found.kind === 'bigint') found.cells.fill(absentBigint);
		else this.#columns[column] = { kind: found.kind, cells: null, constant: Number.NaN, sinceRow: 0 };
	}

	/** Values by column number; bigint columns take theirs from `bigints`. `atMs` must not be before the last row's. */
	write(atMs: number, numbers: ArrayLike<number>, bigints: ArrayLike<bigint>): void {
		const isSameStep =
			this.stepMs > 0 &&
			this.#length > 0 &&
			Math.floor(atMs / this.stepMs) === Math.floor(this.timeAt(this.#length - 1) / this.stepMs);
		if (!isSameStep) this.#openRow();
		const slot = this.#slot(this.#length - 1);
		this.#times[slot] = atMs;
		for (let index = 0; index < this.#columns.length; index++) {
			const column = this.#columns[index]!;
			if (column.kind === 'bigint') column.cells[slot] = bigints[index] ?? absentBigint;
			else this.#writeNumber(column, slot, numbers[index] ?? Number.NaN, isSameStep);
		}
	}

	#writeNumber(column: NumberColumn, slot: number, value: number, isSameStep: boolean): void {
		if (column.cells === null) {
			if (Object.is(value, column.constant)) return;
			if (Number.isNaN(column.constant)) {
				column.constant = value;
				column.sinceRow = this.#openedRows - 1;
				return;
			}
			column.cells = this.#cellsOf(column);
		}
		const old = column.cells[slot]!;
		const keepsOld = isSameStep && column.kind === 'max' && !Number.isNaN(old) && !(value > old);
		column.cells[slot] = keepsOld ? old : value;
	}

	/** The array of a column that is no longer constant, as it would have been written from the beginning. */
	#cellsOf({ constant, sinceRow }: NumberColumn): Float64Array {
		const cells = new Float64Array(this.#times.length).fill(Number.NaN);
		const firstRow = this.#openedRows - this.#length;
		for (let row = Math.max(0, sinceRow - firstRow); row < this.#length; row++) cells[this.#slot(row)] = constant;
		return cells;
	}

	timeAt(row: number): number {
		return this.#times[this.#slot(row)]!;
	}

	/** NaN where there is no sample. */
	numberAt(column: number, row: number): number {
		const found = this.#columns[column]!;
		if (found.kind === 'bigint') return Number(found.cells[this.#slot(row)]);
		if (found.cells !== null) return found.cells[this.#slot(row)]!;
		return this.#openedRows - this.#length + row >= found.sinceRow ? found.constant : Number.NaN;
	}

	/** `absentBigint` where there is no sample. */
	bigintAt(column: number, row: number): bigint {
		const { kind, cells } = this.#columns[column]!;
		return kind === 'bigint' ? cells[this.#slot(row)]! : absentBigint;
	}

	/** The last row at or before `atMs`, -1 where there is none. */
	rowAt(atMs: number): number {
		return countUpTo(this.#length, row => this.timeAt(row), atMs) - 1;
	}

	/** Whether it still holds everything that was recorded since `fromMs`. */
	covers(fromMs: number): boolean {
		return !this.#hasDropped || (this.#length > 0 && this.timeAt(0) <= fromMs);
	}

	#slot(row: number): number {
		return (this.#start + row) % this.#times.length;
	}

	#openRow(): void {
		this.#openedRows++;
		if (this.#length < this.#times.length) this.#length++;
		else if (this.#times.length < this.#maximumRows) {
			this.#grow();
			this.#length++;
		} else {
			this.#start = (this.#start + 1) % this.#times.length;
			this.#hasDropped = true;
		}
	}

	/** Only before the ring first turns over, so rows still lie from 0 on. */
	#grow(): void {
		const capacity = Math.min(this.#maximumRows, this.#times.length * 2);
		const times = new Float64Array(capacity);
		times.set(this.#times);
		this.#times = times;
		for (const column of this.#columns) {
			if (column.kind === 'bigint') {
				const cells = new BigInt64Array(capacity).fill(absentBigint);
				cells.set(column.cells);
				column.cells = cells;
			} else if (column.cells !== null) {
				const cells = new Float64Array(capacity).fill(Number.NaN);
				cells.set(column.cells);
				column.cells = cells;
			}
		}
	}
}
