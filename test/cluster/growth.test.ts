import { describe, expect, it } from 'vitest';
import { growthOf } from '../../source/cluster/growth.ts';
import { type Story, story } from './story.ts';

const mib = 1024 ** 2;
const gib = 1024 ** 3;

/** Sizes of member 1 by minute. */
function grown(minutes: number, sizesAt: (minute: number) => readonly [file: number, inUse: number]): Story {
	const told = story({ quotaFlagBytes: 2 * gib });
	for (let minute = 0; minute <= minutes; minute++) {
		const [dbSizeBytes, dbInUseBytes] = sizesAt(minute);
		told.answer(minute * 60_000, '1', { dbSizeBytes, dbInUseBytes });
	}
	return told;
}

const growth = (told: Story, minute: number) => growthOf(told.history, '1', minute * 60_000);

describe('growthOf', () => {
	it('says nothing of a member that it does not know, or not long enough', () => {
		expect(growthOf(story().history, 'x', 0)).toMatchObject({ kind: 'unknown', secondsToQuota: null });
		expect(
			growth(
				grown(1, () => [gib, gib]),
				1,
			),
		).toMatchObject({ kind: 'unknown', inUseBytesPerHour: null, windowSeconds: 60 });
	});

	it('tells data that grows, with the time until the quota', () => {
		const found = growth(
			grown(60, minute => [gib + minute * 10 * mib, gib + minute * 10 * mib]),
			60,
		);
		expect(found.kind).toBe('data');
		expect(found.inUseBytesPerHour).toBeCloseTo(600 * mib, -2);
		expect(found.windowSeconds).toBe(3600);
		// 424 MiB are left, at 600 MiB an hour.
		expect(found.secondsToQuota).toBeCloseTo((424 / 600) * 3600, 0);
	});

	it('gives data the free pages first', () => {
		const found = growth(
			grown(60, minute => [gib, minute * mib]),
			60,
		);
		expect(found).toMatchObject({ kind: 'data', fileBytesPerHour: 0 });
		expect(found.secondsToQuota).toBeCloseTo(((2048 - 60) / 60) * 3600, 0);
	});

	it('tells a file that grows without its data', () => {
		const found = growth(
			grown(60, minute => [gib + minute * mib, 100 * mib]),
			60,
		);
		expect(found).toMatchObject({ kind: 'file', inUseBytesPerHour: 0 });
		expect(found.secondsToQuota).toBeCloseTo(((1024 - 60) / 60) * 3600, 0);
	});

	it('is steady under the saw teeth of compaction', () => {
		const found = growth(
			grown(60, minute => [gib, 500 * mib + (minute % 5) * mib]),
			60,
		);
		expect(found).toMatchObject({ kind: 'steady', secondsToQuota: null });
	});

	it('starts anew after a defragmentation', () => {
		const found = growth(
			grown(60, minute => [minute < 40 ? gib : 100 * mib + (minute - 40) * 2 * mib, 90 * mib]),
			60,
		);
		expect(found).toMatchObject({ kind: 'file', windowSeconds: 1200 });
		expect(found.fileBytesPerHour).toBeCloseTo(120 * mib, -2);
	});

	it('is 0 seconds away where the quota is reached, and null where there is none', () => {
		expect(
			growth(
				grown(10, () => [3 * gib, gib]),
				10,
			).secondsToQuota,
		).toBe(0);
		const unlimited = story({ quotaFlagBytes: -1 });
		for (let minute = 0; minute < 10; minute++)
			unlimited.answer(minute * 60_000, '1', { dbSizeBytes: minute * gib, dbInUseBytes: minute * gib });
		expect(growthOf(unlimited.history, '1', 9 * 60_000)).toMatchObject({ kind: 'data', secondsToQuota: null });
	});

	it('does not speak for a member that has been silent', () => {
		expect(
			growth(
				grown(10, () => [gib, gib]),
				30,
			).kind,
		).toBe('unknown');
	});

	it('is the growth of that moment when looking back', () => {
		const told = grown(120, minute => [gib + Math.max(0, minute - 60) * mib, gib]);
		expect(growth(told, 59).kind).toBe('steady');
		expect(growth(told, 120).kind).toBe('file');
	});
});
