import { requestFamilies, wantedFamilies } from './metric-names.ts';
import { metricOf, parseSampleName } from './sample-name.ts';
import type { TierShape } from './tier.ts';
import { TieredTable } from './tiered-table.ts';

/** The columns of one histogram: one combination of labels apart from `le`, buckets cumulative, by rising bound. */
export type HistogramColumns = {
	readonly labels: ReadonlyMap<string, string>;
	/** Upper bounds; the last is Infinity where the server gave that bucket. */
	readonly bounds: readonly number[];
	readonly columns: readonly number[];
};

/** One combination of labels of a metric. */
export type LabelledColumn = { readonly labels: ReadonlyMap<string, string>; readonly column: number };

type Column = { name: string; lastSeenMs: number };

/** What a table takes, and how many columns at most. */
export type MetricChoice = { readonly families: ReadonlySet<string>; readonly columns: number };

/** A member has some 60 samples and 20 for each peer; a cluster of seven needs 180. */
const usualChoice: MetricChoice = { families: wantedFamilies, columns: 400 };
/** Some 45 methods with 17 codes each, and 12 buckets of those that are not streams. */
export const requestChoice: MetricChoice = { families: requestFamilies, columns: 2000 };
const longestName = 300;
/** A column without samples for this long may be given to a new name: a peer that left makes room for the next. */
const reclaimAfterMs = 20 * 60_000;

/** One member's scrapes: a column of raw values for each wanted sample name, whatever its labels. */
export class MetricTable {
	readonly table: TieredTable;
	readonly #columns: Column[] = [];
	readonly #byName = new Map<string, number>();
	readonly #histograms = new Map<string, readonly HistogramColumns[]>();
	readonly #labelled = new Map<string, readonly LabelledColumn[]>();
	readonly #choice: MetricChoice;
	#values = new Float64Array(0);
	#fullUntilMs = Number.NEGATIVE_INFINITY;

	constructor(shapes: readonly TierShape[], choice: MetricChoice = usualChoice) {
		this.#choice = choice;
		this.table = new TieredTable(shapes);
	}

	/** Names that nobody asked for, and those beyond the bound, are left out; so are values that are not numbers. */
	write(atMs: number, samples: ReadonlyMap<string, number>): void {
		this.#values.fill(Number.NaN);
		for (const [name, value] of samples) {
			const column = this.#byName.get(name) ?? this.#claim(name, atMs);
			if (column === null) continue;
			this.#values[column] = Number.isFinite(value) ? value : Number.NaN;
			this.#columns[column]!.lastSeenMs = atMs;
		}
		this.table.write(atMs, this.#values);
	}

	/** The column of one sample under its whole exposition name; null where it was never seen. */
	column(name: string): number | null {
		return this.#byName.get(name) ?? null;
	}

	/** Every sample of one name with its labels. */
	columnsOf(metric: string): readonly LabelledColumn[] {
		let found = this.#labelled.get(metric);
		if (found === undefined) {
			found = this.#columns.flatMap(({ name }, column) =>
				metricOf(name) === metric ? [{ labels: parseSampleName(name).labels, column }] : [],
			);
			this.#labelled.set(metric, found);
		}
		return found;
	}

	/** The histograms of a family, one for each combination of labels. */
	histograms(family: string): readonly HistogramColumns[] {
		let found = this.#histograms.get(family);
		if (found === undefined) {
			found = this.#groupBuckets(family);
			this.#histograms.set(family, found);
		}
		return found;
	}

	#groupBuckets(family: string): HistogramColumns[] {
		const groups = new Map<string, { labels: Map<string, string>; buckets: { bound: number; column: number }[] }>();
		for (const { labels, column } of this.columnsOf(`${family}_bucket`)) {
			const own = new Map([...labels].filter(([key]) => key !== 'le'));
			const text = labels.get('le') ?? '';
			const bound = text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text === '' ? 'none' : text);
			if (Number.isNaN(bound)) continue;
			const key = JSON.stringify([...own]);
			const group = groups.get(key) ?? { labels: own, buckets: [] };
			group.buckets.push({ bound, column });
			groups.set(key, group);
		}
		return [...groups.values()].map(({ labels, buckets }) => {
			buckets.sort((a, b) => a.bound - b.bound);
			return { labels, bounds: buckets.map(({ bound }) => bound), columns: buckets.map(({ column }) => column) };
		});
	}

	#claim(name: string, atMs: number): number | null {
		if (name.length > longestName || !this.#choice.families.has(metricOf(name))) return null;
		const column = this.#columns.length < this.#choice.columns ? this.#add(name, atMs) : this.#reclaim(name, atMs);
		if (column === null) return null;
		this.#byName.set(name, column);
		this.#histograms.clear();
		this.#labelled.clear();
		return column;
	}

	#add(name: string, atMs: number): number {
		const column = this.table.addColumn('last');
		this.#columns.push({ name, lastSeenMs: atMs });
		if (this.#values.length < this.#columns.length) {
			const values = new Float64Array(Math.min(this.#choice.columns, this.#columns.length * 2)).fill(Number.NaN);
			values.set(this.#values);
			this.#values = values;
		}
		return column;
	}

	#reclaim(name: string, atMs: number): number | null {
		if (atMs < this.#fullUntilMs) return null;
		let oldest = 0;
		for (let column = 1; column < this.#columns.length; column++)
			if (this.#columns[column]!.lastSeenMs < this.#columns[oldest]!.lastSeenMs) oldest = column;
		const found = this.#columns[oldest]!;
		if (atMs - found.lastSeenMs < reclaimAfterMs) {
			this.#fullUntilMs = atMs + reclaimAfterMs / 20;
			return null;
		}
		this.#byName.delete(found.name);
		this.#columns[oldest] = { name, lastSeenMs: atMs };
		this.table.clearColumn(oldest);
		return oldest;
	}
}
