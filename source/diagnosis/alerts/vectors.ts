import type { HistogramColumns, MetricTable } from '../../cluster/metric-table.ts';
import type { AlertSample } from './alert.ts';
import { histogramQuantile, rate } from './functions.ts';
import { pointsOf, type Range, type RowRange, rangeBefore, rowsIn } from './points.ts';
import type { Scene, Target } from './scene.ts';
import { instantOf } from './up.ts';

export type Vector = readonly AlertSample[];

/** The job that the mixin's selector wants to see. One cluster is one job. */
export const job = 'etcd';
export const clusterLabels: AlertSample['labels'] = { job };

/** A function over the members: one sample for each that has a value. */
export function perMember(scene: Scene, measure: (target: Target) => number | null): Vector {
	return scene.targets.flatMap(target => {
		const value = measure(target);
		return value === null ? [] : [{ labels: { instance: target.instance, job }, value }];
	});
}

/** A plain selector: the series of one name at the moment. */
export const instant = (scene: Scene, name: string): Vector =>
	perMember(scene, target => instantAt(target, name, scene.atMs));

export const instantAt = ({ row, isStale }: Target, name: string, atMs: number): number | null =>
	isStale ? null : instantOf(row, name, atMs);

/** A function over a range of the series of one name. */
export function overRange<Found>(
	{ row }: Target,
	name: string,
	range: Range,
	apply: (points: ReturnType<typeof pointsOf>) => Found | null,
): Found | null {
	const column = row.metrics.column(name);
	const rows = column === null ? null : rowsIn(row.metrics, range);
	return rows === null ? null : apply(pointsOf(rows, column!));
}

/** `rate(NAME[…])` of a sample without further labels. */
export const rateOf = (scene: Scene, name: string, seconds: number): Vector => {
	const range = rangeBefore(scene.atMs, seconds);
	return perMember(scene, target => overRange(target, name, range, points => rate(points, range)));
};

/** The quantile of one histogram, over buckets that have a rate. */
function quantileOfRates(
	quantile: number,
	{ bounds, columns }: HistogramColumns,
	rows: RowRange,
	range: Range,
): number {
	const buckets = columns.flatMap((column, index) => {
		const count = rate(pointsOf(rows, column), range);
		return count === null ? [] : [{ bound: bounds[index]!, count }];
	});
	return histogramQuantile(quantile, buckets);
}

/** `histogram_quantile(QUANTILE, rate(FAMILY_bucket[…]))`: one sample for each histogram; NaN where nothing happened. */
export function quantilesOf(
	scene: Scene,
	of: { readonly family: string; readonly quantile: number; readonly seconds: number },
	tableOf: (target: Target) => MetricTable = ({ row }) => row.metrics,
	isWanted: (labels: ReadonlyMap<string, string>) => boolean = () => true,
): Vector {
	const range = rangeBefore(scene.atMs, of.seconds);
	return scene.targets.flatMap(target => {
		const table = tableOf(target);
		const rows = rowsIn(table, range);
		if (rows === null) return [];
		return table.histograms(of.family).flatMap(histogram => {
			// A histogram that never counted anything has no quantile.
			const isIdle = histogram.columns.every(column => rows.tier.isConstant(column));
			if (isIdle || !isWanted(histogram.labels)) return [];
			const value = quantileOfRates(of.quantile, histogram, rows, range);
			return [{ labels: { ...Object.fromEntries(histogram.labels), instance: target.instance, job }, value }];
		});
	});
}

/** Drops labels. */
export function without(vector: Vector, ...names: readonly string[]): Vector {
	return vector.map(({ labels, value }) => ({
		labels: Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name))),
		value,
	}));
}

/** A comparison with a number: the samples that hold. NaN is neither more nor less than anything. */
export const above = (vector: Vector, threshold: number): Vector => vector.filter(({ value }) => value > threshold);
