import { describe, expect, it } from 'vitest';
import { latencyQuantile, quantileOf } from '../../source/cluster/histogram.ts';
import { histogramFamilies } from '../../source/cluster/metric-names.ts';
import { MetricTable } from '../../source/cluster/metric-table.ts';
import { counterIncrease, counterRate, sampleAt } from '../../source/cluster/rate.ts';
import { shapesFor } from '../../source/cluster/shapes.ts';
import { bucketsOf } from './story.ts';

const inf = Number.POSITIVE_INFINITY;

describe('quantileOf', () => {
	it('interpolates inside the bucket as Prometheus does', () => {
		// 90 up to 1 ms, 10 between 8 and 16 ms: the p99 is the 99th, nine tenths into that bucket.
		expect(quantileOf([0.001, 0.008, 0.016, inf], [90, 90, 100, 100], 0.99)).toEqual({
			kind: 'measured',
			lowSeconds: 0.008,
			highSeconds: 0.016,
			seconds: 0.008 + 0.008 * 0.9,
			observations: 100,
		});
	});

	it('starts the lowest bucket at 0', () => {
		expect(quantileOf([0.001, inf], [10, 10], 0.5)).toMatchObject({ lowSeconds: 0, seconds: 0.0005 });
	});

	it('answers the last finite bound in the bucket without one', () => {
		expect(quantileOf([0.001, 8.192, inf], [1, 1, 10], 0.99)).toMatchObject({
			lowSeconds: 8.192,
			highSeconds: inf,
			seconds: 8.192,
		});
	});

	it('is idle without observations, and calm with counts that are torn', () => {
		expect(quantileOf([0.001, inf], [0, 0], 0.99)).toEqual({ kind: 'none', reason: 'idle' });
		expect(quantileOf([], [], 0.99)).toEqual({ kind: 'none', reason: 'idle' });
		expect(quantileOf([0.001, 0.002, inf], [8, 5, 10], 0.5)).toMatchObject({ highSeconds: 0.001 });
	});
});

const intervalMs = 2000;

/** Scrapes of a histogram: how many observations each bucket has gained by then, and the start of the process. */
function table(
	scrapes: readonly (readonly [second: number, fast: number, slow: number, start: number])[],
): MetricTable {
	const metrics = new MetricTable(shapesFor(intervalMs));
	for (const [second, fast, slow, start] of scrapes)
		metrics.write(
			second * 1000,
			new Map([
				...bucketsOf(histogramFamilies.fsync, { '0.001': fast, '0.016': slow, '+Inf': 0 }),
				['process_start_time_seconds', start],
				['etcd_mvcc_put_total', fast + slow],
			]),
		);
	return metrics;
}

const p99 = (metrics: MetricTable, second: number, windowMs?: number) =>
	latencyQuantile(metrics, intervalMs, {
		kind: 'fsync',
		quantile: 0.99,
		atMs: second * 1000,
		...(windowMs === undefined ? {} : { windowMs }),
	});

describe('latencyQuantile', () => {
	it('needs metrics, then a second scrape, then observations', () => {
		expect(p99(new MetricTable(shapesFor(intervalMs)), 0)).toEqual({ kind: 'none', reason: 'unread' });
		expect(p99(table([[0, 5, 0, 1]]), 1)).toEqual({ kind: 'none', reason: 'too-early' });
		const idle = table([
			[0, 5, 0, 1],
			[2, 5, 0, 1],
		]);
		expect(p99(idle, 3)).toEqual({ kind: 'none', reason: 'idle' });
	});

	it('counts only what happened within the window', () => {
		// A slow minute, then a fast one.
		const metrics = table(Array.from({ length: 61 }, (_, i) => [i * 2, i > 30 ? i * 10 : 0, Math.min(i, 30) * 10, 1]));
		expect(p99(metrics, 60)).toMatchObject({ highSeconds: 0.016, observations: 300 });
		expect(p99(metrics, 120)).toMatchObject({ highSeconds: 0.001 });
		expect(p99(metrics, 120, 90_000)).toMatchObject({ highSeconds: 0.016 });
	});

	it('starts anew with a process that restarted, whether its counters fell or already passed the old', () => {
		const fell = table([
			[0, 100, 900, 1],
			[2, 110, 900, 1],
			[4, 20, 0, 7],
		]);
		expect(p99(fell, 5)).toMatchObject({ highSeconds: 0.001, observations: 30 });
		const passed = table([
			[0, 10, 1, 1],
			[2, 20, 1, 1],
			[4, 15, 60, 7],
		]);
		expect(p99(passed, 5)).toMatchObject({ observations: 10 + 75 });
	});

	it('is unread once the last scrape is stale, and does not count across a long gap', () => {
		const metrics = table([
			[0, 0, 0, 1],
			[2, 10, 0, 1],
			[600, 10, 500, 1],
			[602, 20, 500, 1],
		]);
		expect(p99(metrics, 30)).toEqual({ kind: 'none', reason: 'unread' });
		expect(p99(metrics, 600)).toEqual({ kind: 'none', reason: 'too-early' });
		expect(p99(metrics, 602)).toMatchObject({ observations: 10 });
	});

	it('widens the window where scrapes are rare', () => {
		const metrics = new MetricTable(shapesFor(60_000));
		for (const [minute, count] of [
			[0, 0],
			[1, 10],
			[2, 20],
		] as const)
			metrics.write(minute * 60_000, new Map(bucketsOf(histogramFamilies.fsync, { '0.001': count, '+Inf': 0 })));
		const question = { kind: 'fsync', quantile: 0.5, atMs: 130_000, windowMs: 10_000 } as const;
		expect(latencyQuantile(metrics, 60_000, question)).toMatchObject({ observations: 20 });
	});

	it('works in the coarse past', () => {
		const metrics = table(Array.from({ length: 10_000 }, (_, i) => [i * 2, i, 0, 1]));
		const long = p99(metrics, 4000);
		expect(long).toMatchObject({ kind: 'measured', highSeconds: 0.001 });
		// Half a scrape a second for a minute, cut at samples 15 s apart.
		expect(long.kind === 'measured' && Math.abs(long.observations - 30) <= 8).toBe(true);
	});

	it('gives the worst peer, also while another is idle', () => {
		const metrics = new MetricTable(shapesFor(intervalMs));
		const scrape = (atMs: number, a: number, b: number) =>
			metrics.write(
				atMs,
				new Map([
					...bucketsOf(histogramFamilies.peerRtt, { '0.001': a, '0.1': 0, '+Inf': 0 }, 'To="a",'),
					...bucketsOf(histogramFamilies.peerRtt, { '0.001': 0, '0.1': b, '+Inf': 0 }, 'To="b",'),
					...bucketsOf(histogramFamilies.peerRtt, { '0.001': 0, '0.1': 0, '+Inf': 0 }, 'To="c",'),
				]),
			);
		scrape(0, 0, 0);
		scrape(2000, 100, 1);
		const question = { kind: 'peerRtt', quantile: 0.99, atMs: 2000 } as const;
		expect(latencyQuantile(metrics, intervalMs, question)).toMatchObject({ highSeconds: 0.1 });
	});

	it('looks five minutes back for round trips, which are probed every 30 s', () => {
		const metrics = new MetricTable(shapesFor(intervalMs));
		for (let second = 0; second <= 400; second += 2) {
			const count = second < 200 ? 0 : 1;
			metrics.write(
				second * 1000,
				new Map(bucketsOf(histogramFamilies.peerRtt, { '0.001': count, '+Inf': 0 }, 'To="a",')),
			);
		}
		const question = { kind: 'peerRtt', quantile: 0.99, atMs: 400_000 } as const;
		expect(latencyQuantile(metrics, intervalMs, question)).toMatchObject({ kind: 'measured', observations: 1 });
	});

	it('has no round trips where there are no peers', () => {
		const question = { kind: 'peerRtt', quantile: 0.99, atMs: 2000 } as const;
		expect(latencyQuantile(table([[2, 1, 1, 1]]), intervalMs, question)).toEqual({ kind: 'none', reason: 'idle' });
	});
});

describe('counters', () => {
	const metrics = table([
		[0, 100, 0, 1],
		[2, 120, 0, 1],
		[4, 5, 0, 9],
		[6, 15, 0, 9],
	]);

	it('add up over a reset, with the time that is covered', () => {
		expect(counterIncrease(metrics, intervalMs, 'etcd_mvcc_put_total', 6000)).toEqual({ increase: 35, seconds: 6 });
		expect(counterRate(metrics, intervalMs, 'etcd_mvcc_put_total', 6000)).toBeCloseTo(35 / 6);
	});

	it('are taken to start from 0 where they fell, without a start time too', () => {
		const bare = new MetricTable(shapesFor(intervalMs));
		for (const [second, value] of [
			[0, 100],
			[2, 120],
			[4, 5],
		] as const)
			bare.write(second * 1000, new Map([['etcd_mvcc_put_total', value]]));
		expect(counterIncrease(bare, intervalMs, 'etcd_mvcc_put_total', 4000)).toEqual({ increase: 25, seconds: 4 });
	});

	it('are null where they are unknown or stale', () => {
		expect(counterIncrease(metrics, intervalMs, 'etcd_mvcc_txn_total', 6000)).toBeNull();
		expect(counterRate(metrics, intervalMs, 'etcd_mvcc_put_total', 60_000)).toBeNull();
		expect(sampleAt(metrics, intervalMs, 'etcd_mvcc_put_total', 5000)).toBe(5);
		expect(sampleAt(metrics, intervalMs, 'etcd_mvcc_put_total', 60_000)).toBeNull();
	});
});
