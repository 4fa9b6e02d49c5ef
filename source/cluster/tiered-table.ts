import { type ColumnKind, Tier, type TierShape } from './tier.ts';

/** One row of one resolution. */
export type Place = { readonly tier: Tier; readonly row: number };

/**
 * Samples over time: full resolution for the recent past, coarser with age. Every tier takes every row, so the coarsest
 * alone tells the whole story and the finest only its end; memory is bounded by the shapes and the number of columns,
 * and grows only as rows come.
 */
export class TieredTable {
	/** Finest first. */
	readonly tiers: readonly Tier[];
	#columns = 0;
	#lastMs = Number.NEGATIVE_INFINITY;

	constructor(shapes: readonly TierShape[], columns: readonly ColumnKind[] = []) {
		this.tiers = shapes.map(shape => new Tier(shape));
		for (const kind of columns) this.addColumn(kind);
	}

	get columns(): number {
		return this.#columns;
	}

	get allocatedBytes(): number {
		return this.tiers.reduce((sum, tier) => sum + tier.allocatedBytes, 0);
	}

	/** The new column's number. */
	addColumn(kind: ColumnKind): number {
		for (const tier of this.tiers) tier.addColumn(kind);
		return this.#columns++;
	}

	clearColumn(column: number): void {
		for (const tier of this.tiers) tier.clearColumn(column);
	}

	/** A time before the last row's counts as that row's: times never fall. */
	write(atMs: number, numbers: ArrayLike<number>, bigints: ArrayLike<bigint> = []): void {
		this.#lastMs = Math.max(this.#lastMs, atMs);
		for (const tier of this.tiers) tier.write(this.#lastMs, numbers, bigints);
	}

	/** The finest tier that still holds everything since `fromMs`; the coarsest where none does. */
	tierSince(fromMs: number): Tier {
		return this.tiers.find(tier => tier.covers(fromMs)) ?? this.tiers.at(-1)!;
	}

	/** The last row at or before `atMs` in the finest tier that has it. */
	placeAt(atMs: number): Place | null {
		const tier = this.tierSince(atMs);
		const row = tier.rowAt(atMs);
		return row < 0 ? null : { tier, row };
	}
}
