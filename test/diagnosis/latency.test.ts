import { describe, expect, it } from 'vitest';
import { histogramFamilies } from '../../source/cluster/metric-names.ts';
import { bucketsOf, type Story } from '../cluster/story.ts';
import { findings, healthy, severity } from './judged.ts';

type Plan = {
	readonly seconds?: number;
	readonly perScrape?: number;
	readonly slowFrom?: number;
	readonly slowTo?: number;
};

/** Scrapes of m2 every 2 s; between two moments all observations fall into the bucket that ends at `le`. */
function slow(family: string, le: string, plan: Plan = {}): Story {
	const { seconds = 300, perScrape = 10, slowFrom = 0, slowTo = Number.POSITIVE_INFINITY } = plan;
	const told = healthy();
	const bounds = [
		'0.0001',
		'0.001',
		'0.004',
		'0.008',
		'0.016',
		'0.032',
		'0.064',
		'0.128',
		'0.256',
		'0.512',
		'1.024',
		'2.048',
	];
	let fast = 0;
	let late = 0;
	for (let second = 0; second <= seconds; second += 2) {
		if (second > slowFrom && second <= slowTo) late += perScrape;
		else fast += perScrape;
		const counts = Object.fromEntries(
			bounds.map(bound => [bound, bound === le ? late : bound === '0.0001' ? fast : 0]),
		);
		told.answer(second * 1000, '2');
		told.scrape(second * 1000, '2', bucketsOf(family, { ...counts, '+Inf': 0 }));
	}
	return told;
}

type Levels = readonly (readonly [le: string, severity: string | null])[];

describe.each<readonly [rule: string, family: string, levels: Levels]>([
	[
		'fsync-slow',
		histogramFamilies.fsync,
		[
			['0.008', null],
			['0.016', 'info'],
			['0.064', 'info'],
			['0.256', 'warning'],
			['2.048', 'critical'],
		],
	],
	[
		'commit-slow',
		histogramFamilies.commit,
		[
			['0.016', null],
			['0.032', 'info'],
			['0.512', 'warning'],
			['2.048', 'critical'],
		],
	],
])('%s', (rule, family, levels) => {
	it.each(levels)('p99 in the bucket up to %s s is %s', (le, expected) => {
		expect(severity(slow(family, le), 300_000, rule)).toBe(expected);
	});

	it('gives its numbers', () => {
		const [finding] = findings(slow(family, '0.512'), 300_000, rule);
		expect(finding).toMatchObject({ member: '2', title: expect.stringMatching(/^m2: .+ slow$/) });
		expect(finding!.evidence).toMatch(/p99 509 ms over two minutes \(bucket 256–512 ms, \d+ observations\)/);
	});

	it('is silent about a bad moment, and about what is over', () => {
		expect(findings(slow(family, '2.048', { slowFrom: 296 }), 300_000, rule)).toEqual([]);
		expect(findings(slow(family, '2.048', { slowTo: 200 }), 300_000, rule)).toEqual([]);
	});

	it('is silent with few observations, too early, without metrics, and about a member that is down', () => {
		expect(findings(slow(family, '2.048', { perScrape: 0.2 }), 300_000, rule)).toEqual([]);
		expect(findings(slow(family, '2.048'), 100_000, rule)).toEqual([]);
		expect(findings(healthy(), 0, rule)).toEqual([]);
		const down = slow(family, '2.048');
		down.fail(300_500, '2');
		expect(findings(down, 300_500, rule)).toEqual([]);
	});
});
