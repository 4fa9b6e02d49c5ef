import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expired } from '../../source/operations/retention.ts';

const nowMs = Date.UTC(2026, 10, 21);
const day = 86_400;

const files = (agesSeconds: readonly number[]) =>
	agesSeconds.map((age, index) => ({ file: `/b/${index}`, sizeBytes: 1, timeMs: nowMs - age * 1000 }));

/** Ages of older snapshots, and rules of every kind. */
const scenes = fc.record({
	older: fc.array(fc.integer({ min: -day, max: 30 * day }), { maxLength: 12 }).map(files),
	keepLast: fc.option(fc.integer({ min: 1, max: 8 })),
	keepForSeconds: fc.option(fc.integer({ min: 0, max: 30 * day })),
});

describe('which snapshots go', () => {
	it('are none without a rule', () => {
		fc.assert(
			fc.property(scenes, ({ older }) => expired(older, { keepLast: null, keepForSeconds: null }, nowMs).length === 0),
		);
	});

	it('leaves the last ones, the new one counted in', () => {
		fc.assert(
			fc.property(scenes, ({ older, keepLast, keepForSeconds }) => {
				const goes = new Set(expired(older, { keepLast, keepForSeconds }, nowMs));
				const stays = older.filter(file => !goes.has(file));
				if (keepLast !== null) expect(stays.length + 1).toBeGreaterThanOrEqual(Math.min(keepLast, older.length + 1));
				const youngestGone = Math.max(...[...goes].map(({ timeMs }) => timeMs));
				const newer = stays.filter(({ timeMs }) => timeMs >= youngestGone).length;
				if (goes.size > 0 && keepLast !== null) expect(newer).toBeGreaterThanOrEqual(keepLast - 1);
			}),
		);
	});

	it('leaves what is young enough, and takes what no rule keeps', () => {
		fc.assert(
			fc.property(scenes, ({ older, keepLast, keepForSeconds }) => {
				const goes = expired(older, { keepLast, keepForSeconds }, nowMs);
				const isYoung = ({ timeMs }: { timeMs: number }) =>
					keepForSeconds !== null && timeMs >= nowMs - keepForSeconds * 1000;
				expect(goes.filter(isYoung)).toEqual([]);
				if (keepLast === null && keepForSeconds === null) return;
				const old = older.filter(file => !isYoung(file)).length;
				if (keepForSeconds === null) expect(goes).toHaveLength(Math.max(0, older.length - (keepLast! - 1)));
				if (keepLast === null) expect(goes).toHaveLength(old);
			}),
		);
	});

	it('is told of an example', () => {
		const older = files([1 * day, 2 * day, 3 * day, 10 * day]);
		const ages = (keepLast: number | null, keepForDays: number | null) =>
			expired(older, { keepLast, keepForSeconds: keepForDays === null ? null : keepForDays * day }, nowMs).map(
				({ timeMs }) => (nowMs - timeMs) / 1000 / day,
			);
		expect(ages(3, null)).toEqual([3, 10]);
		expect(ages(1, null)).toEqual([1, 2, 3, 10]);
		expect(ages(null, 7)).toEqual([10]);
		expect(ages(2, 2)).toEqual([3, 10]);
		expect(ages(5, 1)).toEqual([]);
	});
});
