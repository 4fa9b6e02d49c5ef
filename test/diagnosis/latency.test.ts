import { describe, expect, it } from 'vitest';
import type { Member } from '../../source/cluster/member.ts';
import { histogramFamilies } from '../../source/cluster/metric-names.ts';
import { bucketsOf, memberOf, type Story } from '../cluster/story.ts';
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

	it('judges a disk that manages few by their median', () => {
		const [finding] = findings(slow(family, '2.048', { perScrape: 0.5 }), 300_000, rule);
		expect(finding).toMatchObject({ severity: 'critical', evidence: expect.stringMatching(/^median 1\.5\d s over/) });
	});

	it('goes on while only the metrics of the member answer', () => {
		const hung = slow(family, '2.048', { seconds: 302 });
		hung.fail(301_000, '2', 'timeout');
		expect(severity(hung, 302_000, rule)).toBe('critical');
	});

	it('is silent about a bad moment, and about what is over', () => {
		expect(findings(slow(family, '2.048', { slowFrom: 296 }), 300_000, rule)).toEqual([]);
		expect(findings(slow(family, '2.048', { slowTo: 200 }), 300_000, rule)).toEqual([]);
	});

	it('is silent with few observations, too early, without metrics, and about a member that is down', () => {
		expect(findings(slow(family, '2.048', { perScrape: 0.1 }), 300_000, rule)).toEqual([]);
		expect(findings(slow(family, '0.512'), 100_000, rule)).toEqual([]);
		expect(findings(healthy(), 0, rule)).toEqual([]);
		const down = slow(family, '2.048');
		down.fail(300_500, '2');
		expect(findings(down, 300_500, rule)).toEqual([]);
	});
});

describe('a disk that wavers around a level', () => {
	/** Scrapes of m2 every 2 s with so many milliseconds of p99, between 8 and 16, as of each moment. */
	function wavering(p99Ms: (second: number) => number, seconds = 900): Story {
		const told = healthy();
		let [fast, slower] = [0, 0];
		for (let second = 0; second <= seconds; second += 2) {
			// What share of them has to be in the bucket for its p99 to be interpolated there.
			const late = Math.round(100_000 * (0.01 / (1 - (p99Ms(second) - 8) / 8)));
			slower += late;
			fast += 100_000 - late;
			told.answer(second * 1000, '2');
			told.scrape(
				second * 1000,
				'2',
				bucketsOf(histogramFamilies.fsync, { '0.0001': fast, '0.008': 0, '0.016': slower, '+Inf': 0 }),
			);
		}
		return told;
	}
	const isTold = (told: Story, second: number) => findings(told, second * 1000, 'fsync-slow').length > 0;
	const seconds = (from: number, to: number) => Array.from({ length: (to - from) / 5 }, (_, index) => from + 5 * index);

	it('is told all the time, whatever dips it has', () => {
		const told = wavering(second => (second % 300 < 280 ? 10.5 : 9));
		expect(seconds(200, 900).map(second => isTold(told, second))).not.toContain(false);
	});

	it('is told no more three minutes later, and sooner where it is clearly better', () => {
		const soon = (p99Ms: number) => wavering(second => (second <= 200 ? 10.6 : p99Ms));
		expect(isTold(soon(9), 250)).toBe(true);
		expect(isTold(soon(9), 440)).toBe(false);
		expect(
			isTold(
				wavering(() => 9),
				400,
			),
		).toBe(false);
		// The last of three parts of 40 s is over.
		expect(isTold(slow(histogramFamilies.fsync, '0.016', { slowTo: 200 }), 250)).toBe(false);
	});
});

describe('a disk that hangs', () => {
	const fsync = histogramFamilies.fsync;

	it('is told after half a minute', () => {
		expect(findings(slow(fsync, '1.024', { perScrape: 1 }), 34_000, 'fsync-slow')).toMatchObject([
			{ severity: 'critical', evidence: 'median 768 ms over half a minute (bucket 0.51–1.02 s, 15 observations)' },
		]);
	});

	it('is told all the time while the Status of the member comes and goes', () => {
		const told = slow(fsync, '1.024', { perScrape: 1, seconds: 60 });
		told.fail(60_500, '2', 'timeout');
		expect(severity(told, 60_500, 'fsync-slow')).toBe('critical');
		told.answer(61_000, '2', { leaderId: null });
		expect(severity(told, 61_000, 'fsync-slow')).toBe('critical');
	});

	it('is not told where every other sync is quicker, of a bad moment, of few, or of commits', () => {
		expect(findings(slow(fsync, '0.512', { perScrape: 1 }), 34_000, 'fsync-slow')).toEqual([]);
		expect(findings(slow(fsync, '1.024', { slowFrom: 12 }), 34_000, 'fsync-slow')).toEqual([]);
		expect(findings(slow(fsync, '1.024', { perScrape: 0.2 }), 34_000, 'fsync-slow')).toEqual([]);
		expect(findings(slow(histogramFamilies.commit, '2.048'), 34_000, 'commit-slow')).toEqual([]);
	});
});

describe('a slow disk told apart', () => {
	const { fsync, commit } = histogramFamilies;

	/** Two minutes and more of m1, who leads, and of m2; ten observations a scrape in the bucket that ends there. */
	function disks(of: Readonly<Record<string, readonly [fsync: string, commit: string]>>): Story {
		const told = healthy();
		const counts = (le: string, second: number) =>
			Object.fromEntries(
				['0.001', '0.016', '0.064', '0.256', '0.512', '1.024', '2.048', '+Inf'].map(bound => [
					bound,
					bound === le ? 5 * second : 0,
				]),
			);
		for (let second = 0; second <= 200; second += 2)
			for (const [id, [sync, write]] of Object.entries(of)) {
				told.answer(second * 1000, id);
				told.scrape(second * 1000, id, [
					...bucketsOf(fsync, counts(sync, second)),
					...bucketsOf(commit, counts(write, second)),
				]);
			}
		return told;
	}
	const at = 200_000;

	it('is the whole disk where commits are slow too, which is then said once', () => {
		const told = disks({ '2': ['0.256', '0.256'] });
		expect(findings(told, at, 'fsync-slow')).toMatchObject([
			{
				severity: 'warning',
				reasoning: [expect.stringContaining('it is the disk that holds both'), expect.stringContaining('m2 follows')],
				remedy: null,
				chart: { kind: 'latency', latency: 'fsync', member: '2' },
			},
		]);
		expect(findings(told, at, 'commit-slow')).toEqual([]);
	});

	it('is waited for by whom it concerns: by nobody where it is a learner’s, by all where it is the only voter’s', () => {
		const whoWaits = (members: Member[], id: string) => {
			const told = healthy(0, members);
			for (let second = 0; second <= 200; second += 2) {
				for (const member of members) told.answer(second * 1000, member.id, { isLearner: member.isLearner });
				told.scrape(second * 1000, id, bucketsOf(fsync, { '0.001': 0, '0.256': 5 * second, '+Inf': 5 * second }));
			}
			return findings(told, at, 'fsync-slow')[0]!.reasoning.at(-1);
		};
		const learner = memberOf('2', { isLearner: true });
		expect(whoWaits([memberOf('1'), learner], '2')).toBe('m2 is a learner: no write waits for it.');
		expect(whoWaits([memberOf('1'), learner], '1')).toBe('m1 is the only voter: every write waits for it.');
	});

	it('is the WAL’s device where commits are fine', () => {
		expect(findings(disks({ '2': ['0.256', '0.016'] }), at, 'fsync-slow')[0]!.reasoning[0]).toContain(
			'WAL’s own device',
		);
	});

	it('is the WAL’s device where commits are slow, and far less so than the syncs', () => {
		expect(findings(disks({ '2': ['2.048', '0.064'] }), at, 'fsync-slow')[0]!.reasoning[0]).toMatch(
			/much less than the syncs: it is the WAL’s own device/,
		);
	});

	it('is the disk where commits take as long as their two syncs, though that is graver for a commit', () => {
		const told = disks({ '2': ['0.512', '1.024'] });
		expect(severity(told, at, 'fsync-slow')).toBe('warning');
		expect(findings(told, at, 'commit-slow')).toEqual([]);
	});

	it('is what is committed where commits take much longer than their syncs', () => {
		expect(findings(disks({ '2': ['0.064', '2.048'] }), at, 'commit-slow')).toMatchObject([
			{ severity: 'critical', reasoning: [expect.stringContaining('slow but less so'), expect.anything()] },
		]);
	});

	it('is what is committed where syncs are fine', () => {
		expect(findings(disks({ '2': ['0.001', '2.048'] }), at, 'commit-slow')).toMatchObject([
			{
				severity: 'critical',
				reasoning: [expect.stringContaining('not the disk'), 'The database has 20 MB.'],
				chart: { latency: 'commit' },
			},
		]);
	});

	it('offers to move the leader to a clearly better disk, and only off the leader', () => {
		expect(findings(disks({ '1': ['0.256', '0.256'], '2': ['0.001', '0.001'] }), at, 'fsync-slow')).toMatchObject([
			{
				member: '1',
				remedy: { operation: 'move-leader', member: '2' },
				advice: expect.stringMatching(/^move the leader off m1; /),
			},
		]);
		const both = findings(disks({ '1': ['0.256', '0.256'], '2': ['0.256', '0.256'] }), at, 'fsync-slow');
		expect(both.map(({ remedy }) => remedy)).toEqual([null, null]);
		expect(findings(disks({ '1': ['0.016', '0.001'], '2': ['0.001', '0.001'] }), at, 'fsync-slow')).toMatchObject([
			{ severity: 'info', remedy: null },
		]);
	});

	it('offers it too while the leader waits for its disk and does not answer, to a voter that is not behind', () => {
		const told = disks({ '1': ['2.048', '2.048'], '2': ['0.001', '0.001'], '3': ['0.001', '0.001'] });
		told.answer(199_500, '2', { raftIndex: 500n });
		told.answer(199_500, '3', { raftIndex: 900n });
		told.fail(199_500, '1', 'timeout');
		expect(findings(told, at, 'fsync-slow')).toMatchObject([
			{ severity: 'critical', member: '1', remedy: { operation: 'move-leader', member: '3' } },
		]);
	});

	it('is why a member does not answer its Status, where its metrics tell so', () => {
		const told = disks({ '2': ['2.048', '0.016'] });
		told.fail(199_000, '2', 'timeout');
		expect(findings(told, at, 'member-frozen')).toMatchObject([
			{
				title: 'm2 hangs on its disk',
				reasoning: expect.arrayContaining([expect.stringContaining('its Status waits')]),
			},
		]);
		const quick = disks({ '2': ['0.001', '0.001'] });
		quick.fail(199_000, '2', 'timeout');
		expect(findings(quick, at, 'member-frozen')).toMatchObject([{ title: 'm2 does not answer' }]);
	});
});
