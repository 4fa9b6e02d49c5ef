import { describe, expect, it } from 'vitest';
import { memberOf, type Story, story } from '../cluster/story.ts';
import { findings, healthy, severity } from './judged.ts';

describe('apply-lag', () => {
	const lagging = (entries: (second: number) => bigint): Story => {
		const told = healthy();
		for (let second = 1; second <= 20; second++)
			told.answer(second * 1000, '2', { raftIndex: 50_000n, raftAppliedIndex: 50_000n - entries(second) });
		return told;
	};

	it('warns where it lasts, and is critical where etcd refuses requests', () => {
		expect(
			severity(
				lagging(() => 2000n),
				20_000,
				'apply-lag',
			),
		).toBe('warning');
		expect(
			severity(
				lagging(() => 6000n),
				20_000,
				'apply-lag',
			),
		).toBe('critical');
	});

	it('is silent about a burst, and before it has lasted', () => {
		expect(
			findings(
				lagging(second => (second % 9 === 0 ? 0n : 9000n)),
				20_000,
				'apply-lag',
			),
		).toEqual([]);
		expect(
			findings(
				lagging(() => 9000n),
				5000,
				'apply-lag',
			),
		).toEqual([]);
	});

	it('is silent about who does not answer', () => {
		const told = lagging(() => 9000n);
		told.fail(20_500, '2');
		expect(findings(told, 20_500, 'apply-lag')).toEqual([]);
		const unasked = story();
		unasked.list(0, [memberOf('1')]);
		expect(findings(unasked, 0, 'apply-lag')).toEqual([]);
	});
});
