import { describe, expect, it } from 'vitest';
import { type Story, story } from '../cluster/story.ts';
import { findings, healthy, severity } from './judged.ts';

const names = {
	slow: 'etcd_debugging_mvcc_slow_watcher_total',
	watchers: 'etcd_debugging_mvcc_watcher_total',
	pending: 'etcd_debugging_mvcc_pending_events_total',
	streams: 'etcd_debugging_mvcc_watch_stream_total',
	used: 'os_fd_used',
	limit: 'os_fd_limit',
} as const;

type Page = Partial<Record<keyof typeof names, number>>;

/** m2's page every two seconds, while all members answer. */
function scraped(seconds: number, pageAt: (second: number) => Page | null): Story {
	const told = healthy();
	for (let second = 0; second <= seconds; second += 2) {
		for (const id of ['1', '2', '3']) told.answer(second * 1000, id);
		const page = pageAt(second);
		if (page === null) told.failScrape(second * 1000, '2');
		else
			told.scrape(
				second * 1000,
				'2',
				Object.entries(page).map(([name, value]) => [names[name as keyof Page], value] as const),
			);
	}
	return told;
}

describe('watchers-slow', () => {
	const slow = (told: Story, second: number) => findings(told, second * 1000, 'watchers-slow');

	it('warns where many are behind, or many events wait, for a minute', () => {
		const behind = scraped(70, () => ({ slow: 40, watchers: 100, pending: 0 }));
		expect(slow(behind, 70)).toMatchObject([
			{ severity: 'warning', member: '2', evidence: 'at least 40 watchers behind for a minute, 40% of all' },
		]);
		expect(slow(behind, 70)[0]!.reasoning[0]).toContain('started far in the past');
		const waiting = scraped(70, () => ({ slow: 1, watchers: 1000, pending: 5000 }));
		expect(slow(waiting, 70)[0]).toMatchObject({ evidence: expect.stringContaining('5,000 events wait') });
		expect(slow(waiting, 70)[0]!.reasoning[0]).toContain('clients or the network');
	});

	it('bears with watchers that catch up, with few, and with a small share', () => {
		expect(
			slow(
				scraped(70, second => ({ slow: second === 40 ? 0 : 40, watchers: 100, pending: 0 })),
				70,
			),
		).toEqual([]);
		expect(
			slow(
				scraped(70, () => ({ slow: 9, watchers: 10, pending: 999 })),
				70,
			),
		).toEqual([]);
		expect(
			slow(
				scraped(70, () => ({ slow: 50, watchers: 1000, pending: 10 })),
				70,
			),
		).toEqual([]);
		expect(
			slow(
				scraped(40, () => ({ slow: 40, watchers: 100, pending: 0 })),
				40,
			),
		).toEqual([]);
	});

	it('is silent without metrics', () => {
		expect(
			slow(
				scraped(70, () => ({})),
				70,
			),
		).toEqual([]);
		expect(
			slow(
				scraped(90, second => (second > 70 ? null : { slow: 40, watchers: 100 })),
				90,
			),
		).toEqual([]);
		expect(slow(story(), 0)).toEqual([]);
	});
});

describe('watch-streams-leak', () => {
	const leak = (told: Story, second: number) => findings(told, second * 1000, 'watch-streams-leak');

	it('informs of streams that nobody watches over, for ten minutes', () => {
		const told = scraped(610, () => ({ streams: 450, watchers: 50 }));
		expect(leak(told, 610)).toMatchObject([
			{ severity: 'info', member: '2', evidence: 'at least 400 streams without a watcher for 10 minutes' },
		]);
		expect(leak(told, 500)).toEqual([]);
	});

	it('is silent about as many watchers as streams, and without metrics', () => {
		expect(
			leak(
				scraped(610, () => ({ streams: 450, watchers: 4000 })),
				610,
			),
		).toEqual([]);
		expect(
			leak(
				scraped(610, second => ({ streams: second === 400 ? 60 : 450, watchers: 50 })),
				610,
			),
		).toEqual([]);
		expect(
			leak(
				scraped(610, () => ({ streams: 450 })),
				610,
			),
		).toEqual([]);
		expect(leak(story(), 0)).toEqual([]);
	});
});

describe('file-descriptors', () => {
	it('warns at 80 % and is critical at 95 %, with its numbers', () => {
		const at = (used: number) =>
			severity(
				scraped(2, () => ({ used, limit: 1024 })),
				2000,
				'file-descriptors',
			);
		expect([100, 818, 820, 980].map(at)).toEqual([null, null, 'warning', 'critical']);
		expect(
			findings(
				scraped(2, () => ({ used: 820, limit: 1024 })),
				2000,
				'file-descriptors',
			),
		).toMatchObject([{ member: '2', evidence: expect.stringContaining('820 of 1,024 in use (80%)') }]);
	});

	it('is silent without metrics, without a limit, and once they are old', () => {
		expect(
			severity(
				scraped(2, () => ({ used: 820 })),
				2000,
				'file-descriptors',
			),
		).toBeNull();
		expect(
			severity(
				scraped(2, () => ({ used: 820, limit: 0 })),
				2000,
				'file-descriptors',
			),
		).toBeNull();
		const old = scraped(40, second => (second > 2 ? null : { used: 1000, limit: 1024 }));
		expect(severity(old, 40_000, 'file-descriptors')).toBeNull();
		expect(severity(story(), 0, 'file-descriptors')).toBeNull();
	});
});
