import { describe, expect, it } from 'vitest';
import { clockAheadMs } from '../../source/cluster/clock-offset.ts';
import { startTimeMs, story } from './story.ts';

/** Scrapes of member 1, whose clock is ahead by so much and is told in whole seconds, `delayMs` after it was read. */
function scraped(aheadMs: number, delayMs: (turn: number) => number = () => 0) {
	const told = story();
	for (let turn = 0; turn < 60; turn++) {
		const atMs = turn * 2137;
		const clockMs = startTimeMs + atMs + aheadMs - delayMs(turn);
		told.scrape(atMs, '1', [['etcd_server_has_leader', 1]], Math.floor(clockMs / 1000) * 1000);
	}
	return told;
}

describe('clockAheadMs', () => {
	it.each([0, 7000, -90_500])('finds a clock that is %d ms ahead, to a tenth of a second', aheadMs => {
		const found = clockAheadMs(scraped(aheadMs).history, '1', 59 * 2137)!;
		expect(found - aheadMs).toBeLessThanOrEqual(0);
		expect(found - aheadMs).toBeGreaterThan(-100);
	});

	it('is not misled by answers that were long on their way', () => {
		const found = clockAheadMs(scraped(0, turn => (turn % 3 === 0 ? 0 : 4000)).history, '1', 59 * 2137)!;
		expect(found).toBeGreaterThan(-200);
	});

	it('is right to a second after a single answer, and forgets what is old', () => {
		const told = story();
		told.scrape(500, '1', [], startTimeMs);
		expect(clockAheadMs(told.history, '1', 500)).toBe(-500);
		expect(clockAheadMs(told.history, '1', 300_000)).toBeNull();
	});

	it('knows nothing of whom it has not heard, or who tells no time', () => {
		const told = story();
		told.scrape(500, '1', [['etcd_server_has_leader', 1]]);
		expect(clockAheadMs(told.history, '1', 500)).toBeNull();
		expect(clockAheadMs(told.history, '2', 500)).toBeNull();
	});
});
