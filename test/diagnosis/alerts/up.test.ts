import { describe, expect, it } from 'vitest';
import { sceneAt } from '../../../source/diagnosis/alerts/scene.ts';
import { instant } from '../../../source/diagnosis/alerts/vectors.ts';
import { memberOf, type Story, story } from '../../cluster/story.ts';

const leader = 'etcd_server_has_leader';
const page: readonly (readonly [string, number])[] = [[leader, 1]];

function begun(): Story {
	const told = story();
	told.list(0, [memberOf('1')]);
	return told;
}

const upOf = (told: Story, atMs: number) => sceneAt(told.history, atMs).targets[0]?.up;
const has = (told: Story, atMs: number) => instant(sceneAt(told.history, atMs), leader).length > 0;

describe('up', () => {
	it('is 1 while the member answers, 0 when it does not, and absent after five minutes without a reading', () => {
		const told = begun();
		expect(upOf(told, 0)).toBeUndefined();
		told.answer(1000, '1');
		expect(upOf(told, 1000)).toBe(1);
		expect(upOf(told, 301_000)).toBe(1);
		expect(upOf(told, 301_001)).toBeNull();
		told.fail(400_000, '1');
		expect(upOf(told, 400_000)).toBe(0);
		expect(upOf(told, 2000)).toBe(1);
	});

	it('is told of members whose metrics alone were read, where nobody lists the members', () => {
		const told = story();
		told.scrape(0, '1', page);
		told.scrape(10, '2', [[leader, 0]]);
		expect(upOf(told, 10)).toBe(1);
		expect(instant(sceneAt(told.history, 10), leader).map(({ value }) => value)).toEqual([1, 0]);
		expect(sceneAt(told.history, 5).targets).toHaveLength(1);
	});

	it('is 1 for a member that defragments: its Status hangs, its metrics answer', () => {
		const told = begun();
		for (let second = 0; second <= 4; second += 2) {
			told.answer(second * 1000, '1');
			told.scrape(second * 1000 + 300, '1', page);
		}
		for (let second = 6; second <= 40; second += 2) {
			told.scrape(second * 1000 - 700, '1', page);
			told.fail(second * 1000, '1', 'timeout');
			expect([second, upOf(told, second * 1000)]).toEqual([second, 1]);
		}
	});

	it('is 1 for a member that denies its Status, however rarely its metrics are read', () => {
		const told = story({ metricsIntervalMs: 60_000 });
		told.list(0, [memberOf('1')]);
		for (let second = 0; second <= 300; second++) {
			told.fail(second * 1000, '1', 'permission-denied');
			if (second % 60 === 0) told.scrape(second * 1000, '1', page);
		}
		expect(upOf(told, 300_000)).toBe(1);
		expect(upOf(told, 239_000)).toBe(1);
	});

	it('is 0 at once where a recording says that a member hangs, though its last line had metrics', () => {
		const told = begun();
		told.answer(0, '1');
		told.scrape(0, '1', page);
		told.fail(1000, '1', 'timeout');
		expect(upOf(told, 1000)).toBe(0);
	});

	it('is 0 when the metrics stop as well', () => {
		const told = begun();
		told.answer(0, '1');
		told.scrape(500, '1', page);
		told.fail(3000, '1', 'timeout');
		expect(upOf(told, 3000)).toBe(1);
		told.failScrape(5500, '1', 'timeout');
		expect(upOf(told, 5500)).toBe(0);
	});

	it('is 1 where only the page of metrics cannot be read', () => {
		const told = begun();
		told.answer(0, '1');
		told.failScrape(500, '1');
		expect(upOf(told, 1000)).toBe(1);
	});

	it('leaves members of another cluster out', () => {
		const told = begun();
		told.list(0, [memberOf('1'), memberOf('2')]);
		told.answer(0, '1');
		told.answer(0, '2', { clusterId: 'another' });
		expect(sceneAt(told.history, 0).targets.map(({ instance }) => instance)).toEqual(['1']);
	});
});

describe('a series', () => {
	it('lasts five minutes without a scrape, and ends at once with one that failed', () => {
		const told = begun();
		told.scrape(0, '1', page);
		told.answer(290_000, '1');
		expect([has(told, 300_000), has(told, 300_001)]).toEqual([true, false]);
		told.scrape(310_000, '1', page);
		told.failScrape(320_000, '1');
		expect([has(told, 319_999), has(told, 320_000)]).toEqual([true, false]);
		told.scrape(330_000, '1', [['os_fd_used', 5]]);
		expect(has(told, 330_000)).toBe(false);
	});

	it('is not ended by readings without metrics', () => {
		const told = begun();
		told.scrape(0, '1', page);
		for (let second = 1; second < 100; second++) told.answer(second * 1000, '1');
		expect(has(told, 100_000)).toBe(true);
	});

	it('ends when its member leaves the cluster', () => {
		const told = begun();
		told.scrape(0, '1', page);
		told.list(1000, [memberOf('2')]);
		expect([has(told, 999), has(told, 1000)]).toEqual([true, false]);
	});
});
