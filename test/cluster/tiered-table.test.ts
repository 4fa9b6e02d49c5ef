import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeLog } from '../../source/cluster/change-log.ts';
import { Ring } from '../../source/cluster/ring.ts';
import { Tier } from '../../source/cluster/tier.ts';
import { TieredTable } from '../../source/cluster/tiered-table.ts';

describe('Ring', () => {
	it('keeps the last items, oldest first', () => {
		const ring = new Ring<number>(3);
		for (const item of [1, 2, 3, 4, 5]) ring.push(item);
		ring.replaceLast(50);
		expect([0, 1, 2, 3].map(index => ring.at(index))).toEqual([3, 4, 50, undefined]);
		expect(ring.at(-1)).toBeUndefined();
	});
});

describe('ChangeLog', () => {
	it('tells what held at any moment, and nothing before the first change', () => {
		const log = new ChangeLog<string>(10);
		log.push(100, 'a');
		log.push(200, 'b');
		expect([99, 100, 199, 200, 1e9].map(atMs => log.at(atMs))).toEqual([null, 'a', 'a', 'b', 'b']);
	});

	it('never lets time fall', () => {
		const log = new ChangeLog<string>(10);
		log.push(100, 'a');
		log.push(50, 'b');
		expect(log.at(100)).toBe('b');
		expect(log.at(60)).toBeNull();
	});
});

const shapes = [
	{ stepMs: 0, rows: 60 },
	{ stepMs: 10_000, rows: 60 },
	{ stepMs: 60_000, rows: 60 },
];

/** A row each second: column 0 counts, column 1 peaks at the half of every minute, column 2 is a large revision. */
function filled(seconds: number): TieredTable {
	const table = new TieredTable(shapes, ['last', 'max', 'bigint']);
	for (let second = 0; second < seconds; second++)
		table.write(second * 1000, [second, second % 60 === 30 ? 9 : 1], [0n, 0n, 2n ** 60n + BigInt(second)]);
	return table;
}

describe('TieredTable', () => {
	it('has every row of the recent past, and coarser ones beyond', () => {
		const table = filled(3000);
		const at = (second: number) => {
			const place = table.placeAt(second * 1000)!;
			return [place.tier.stepMs, place.tier.numberAt(0, place.row)];
		};
		expect(at(2999)).toEqual([0, 2999]);
		expect(at(2945)).toEqual([0, 2945]);
		// The last sample of the ten seconds before.
		expect(at(2915)).toEqual([10_000, 2909]);
		expect(at(600)).toEqual([60_000, 599]);
	});

	it('keeps peaks where they matter and large revisions exactly', () => {
		const coarse = filled(3000).tiers[2]!;
		const row = coarse.rowAt(600_000);
		expect(coarse.numberAt(1, row)).toBe(9);
		expect(coarse.bigintAt(2, row)).toBe(2n ** 60n + 599n);
	});

	it('tells the present in every tier', () => {
		for (const tier of filled(3000).tiers) expect(tier.numberAt(0, tier.rowAt(1e9))).toBe(2999);
	});

	it('stays within its bound, and takes memory only for what it holds', () => {
		const early = filled(10).allocatedBytes;
		const late = filled(3600).allocatedBytes;
		expect(filled(30_000).allocatedBytes).toBe(late);
		expect(late).toBe(3 * 60 * 4 * 8);
		expect(early).toBeLessThan(late);
	});

	it('has no sample in a column from before it was added, and none after it was cleared', () => {
		const table = filled(10);
		const column = table.addColumn('last');
		table.write(10_000, [1, 1, 1, 7], [0n, 0n, 5n]);
		const tier = table.tiers[0]!;
		expect([tier.numberAt(column, 9), tier.numberAt(column, 10)]).toEqual([Number.NaN, 7]);
		table.clearColumn(column);
		expect(tier.numberAt(column, 10)).toBeNaN();
	});

	it('takes a time that falls as the last one', () => {
		const table = filled(10);
		table.write(1000, [77, 0], []);
		expect(table.placeAt(8999)!.tier.numberAt(0, table.placeAt(8999)!.row)).toBe(8);
		expect(table.placeAt(9000)!.tier.numberAt(0, table.placeAt(9000)!.row)).toBe(77);
	});
});

describe('Tier', () => {
	/** The same writes into a tier that saves arrays, and what a plain list of rows would say. */
	const cell = fc.oneof(fc.constantFrom(0, 0, 0, Number.NaN, 1), fc.integer({ min: 0, max: 3 }));

	it('tells of columns without an array what an array would tell', () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({ gapMs: fc.integer({ min: 1, max: 8 }), values: fc.tuple(cell, cell, cell) }), {
					maxLength: 120,
				}),
				fc.constantFrom(0, 5),
				(writes, stepMs) => {
					const tier = new Tier({ stepMs, rows: 40 });
					tier.addColumn('last');
					tier.addColumn('last');
					const rows: { atMs: number; values: number[] }[] = [];
					let atMs = 0;
					for (const [index, { gapMs, values }] of writes.entries()) {
						if (index === 20) tier.addColumn('last');
						atMs += gapMs;
						tier.write(atMs, values, []);
						const held = [values[0], values[1], index >= 20 ? values[2] : Number.NaN];
						const last = rows.at(-1);
						if (stepMs > 0 && last !== undefined && Math.floor(last.atMs / stepMs) === Math.floor(atMs / stepMs))
							rows.pop();
						rows.push({ atMs, values: held });
					}
					const kept = rows.slice(-40);
					expect(tier.length).toBe(kept.length);
					for (const [row, { atMs: expectedMs, values }] of kept.entries()) {
						expect(tier.timeAt(row)).toBe(expectedMs);
						for (const column of writes.length > 20 ? [0, 1, 2] : [0, 1])
							expect(tier.numberAt(column, row)).toBe(values[column]);
					}
				},
			),
		);
	});

	it('takes an array for a column only once its value changes, and none again after it was cleared', () => {
		const tier = new Tier({ stepMs: 0, rows: 100 });
		tier.addColumn('last');
		const empty = tier.allocatedBytes;
		for (let row = 0; row < 30; row++) tier.write(row, [7], []);
		expect([tier.allocatedBytes, tier.isConstant(0)]).toEqual([empty, true]);
		tier.write(30, [8], []);
		expect(tier.allocatedBytes).toBeGreaterThan(empty);
		expect([tier.numberAt(0, 29), tier.numberAt(0, 30), tier.isConstant(0)]).toEqual([7, 8, false]);
		tier.clearColumn(0);
		expect([tier.allocatedBytes, tier.numberAt(0, 30)]).toEqual([empty, Number.NaN]);
	});
});
