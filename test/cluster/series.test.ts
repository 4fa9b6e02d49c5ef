import { describe, expect, it } from 'vitest';
import { histogramFamilies } from '../../source/cluster/metric-names.ts';
import { gaugeSeries, momentsOf, quantileSeries, writeRateSeries } from '../../source/cluster/series.ts';
import { bucketsOf, type Story, story } from './story.ts';

/** Ten minutes: fast syncs, slow ones in the fifth minute; silent from minute seven to eight. */
function tenMinutes(): Story {
	const told = story();
	let fast = 0;
	let slow = 0;
	for (let second = 0; second <= 600; second += 2) {
		const minute = Math.floor(second / 60);
		if (minute === 7) continue;
		if (minute === 5) slow += 10;
		else fast += 10;
		told.answer(
			second * 1000,
			'1',
			{ revision: BigInt(second * 5), dbSizeBytes: second },
			second === 100 ? 0.9 : 0.001,
		);
		told.scrape(second * 1000, '1', bucketsOf(histogramFamilies.fsync, { '0.001': fast, '0.128': slow, '+Inf': 0 }));
	}
	return told;
}

const range = { fromMs: 0, toMs: 600_000, points: 20 };

describe('momentsOf', () => {
	it('stays on the same multiples while time goes on, and ends at the end', () => {
		const a = momentsOf({ fromMs: 1000, toMs: 61_000, points: 6 }).moments;
		const b = momentsOf({ fromMs: 4000, toMs: 64_000, points: 6 }).moments;
		expect(a).toEqual([20_000, 30_000, 40_000, 50_000, 60_000, 61_000]);
		expect(b.slice(0, -1)).toEqual(a.slice(0, -1));
		expect(b.at(-1)).toBe(64_000);
	});

	it.each([
		[{ fromMs: 0, toMs: 0, points: 10 }, 0],
		[{ fromMs: 5, toMs: 0, points: 10 }, 0],
		[{ fromMs: 0, toMs: 10, points: 0 }, 0],
		[{ fromMs: 0, toMs: 10, points: Number.NaN }, 0],
		[{ fromMs: 0, toMs: 10, points: 1e9 }, 2000],
	])('makes sense of %s', (odd, count) => {
		expect(momentsOf(odd).moments).toHaveLength(count);
	});
});

describe('quantileSeries', () => {
	it('shows when it was slow, and a gap where nothing was read', () => {
		const series = quantileSeries(tenMinutes().history, '1', 'fsync', 0.99, range);
		expect(series).toHaveLength(20);
		expect(series[5]).toBeLessThan(0.002);
		expect(series[10]).toBeGreaterThan(0.1);
		expect(series[15]).toBeNull();
		expect(series[19]).toBeLessThan(0.002);
	});

	it('is all gaps for who is not known', () => {
		expect(quantileSeries(story().history, 'x', 'fsync', 0.99, { ...range, points: 3 })).toEqual([null, null, null]);
	});
});

describe('gaugeSeries', () => {
	it('keeps the peak of a latency and the last of a size', () => {
		const { history } = tenMinutes();
		const latency = gaugeSeries(history, '1', 'latency', range);
		// 100 s lies in the step that ends at 120 s.
		expect([latency[2], latency[3], latency[4]]).toEqual([0.001, 0.9, 0.001]);
		expect(gaugeSeries(history, '1', 'dbSize', range)[9]).toBe(300);
		expect(latency[14]).toBeNull();
	});

	it('carries a value over points that lie closer than readings', () => {
		const { history } = tenMinutes();
		const sizes = gaugeSeries(history, '1', 'dbSize', { fromMs: 290_000, toMs: 300_000, points: 20 });
		expect(sizes.every(size => size !== null)).toBe(true);
	});

	it('keeps peaks in the coarse past', () => {
		const told = story();
		for (let second = 0; second < 7200; second++) told.answer(second * 1000, '1', {}, second === 1003 ? 0.7 : 0.001);
		const series = gaugeSeries(told.history, '1', 'latency', { fromMs: 0, toMs: 7_200_000, points: 72 });
		expect(Math.max(...series.map(value => value ?? 0))).toBe(0.7);
	});
});

describe('writeRateSeries', () => {
	it('tells writes a second, and a gap where nobody was read', () => {
		const series = writeRateSeries(tenMinutes().history, range);
		expect(series[5]).toBeCloseTo(5);
		expect(series[15]).toBeNull();
	});

	it('goes by the next member where the one that is furthest was not read', () => {
		const told = tenMinutes();
		for (let second = 420; second < 480; second += 2) told.answer(second * 1000, '2', { revision: BigInt(second * 5) });
		expect(writeRateSeries(told.history, range)[15]).toBeCloseTo(5);
	});
});
