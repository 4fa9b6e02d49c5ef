import { describe, expect, it } from 'vitest';
import { ageCheck, costConsequence, costOf } from '../../source/operations/compact-cost.ts';
import { memberOf, story } from '../cluster/story.ts';
import { lookAt } from './scripted-world.ts';

const atMs = 10_000;

/** What a compaction to 50 costs where members have so many watchers; null is one whose metrics did not answer. */
function costWith(watchers: readonly (number | null)[]) {
	const told = story();
	const members = watchers.map((_, index) => memberOf(String(index + 1)));
	told.list(atMs, members);
	for (const [index, { id }] of members.entries()) {
		told.answer(atMs, id);
		const count = watchers[index];
		if (count === null || count === undefined) told.failScrape(atMs, id, 'timeout');
		else told.scrape(atMs, id, [['etcd_debugging_mvcc_watcher_total', count]]);
	}
	return costOf(50n, lookAt(told, atMs), () => null);
}

const watchersIn = (watchers: readonly (number | null)[]) => costConsequence(costWith(watchers))[1]?.split(':')[0];

describe('who will notice a compaction', () => {
	it('is counted over all members', () => {
		expect(watchersIn([3, 0, 1])).toBe('4 watchers are open');
		expect(watchersIn([0, 0, 1])).toBe('1 watcher is open');
		expect(watchersIn([0, 0, 0])).toBe('No watcher is open now');
		expect(watchersIn([null, null, null])).toBe('How many watchers there are is not known');
	});

	it('is never told as if those counted who do not tell', () => {
		expect(watchersIn([null, 0, 1])).toBe('1 watcher is open, those of m1 not counted');
		expect(watchersIn([null, 0, null])).toBe('No watcher is open now, those of m1 and m3 not counted');
	});
});

describe('the age of the target', () => {
	const checkWith = (age: { readonly seconds: number; readonly isAtLeast: boolean } | null) =>
		ageCheck({ ...costWith([0]), age }, false);

	it('is told as far as it is known', () => {
		expect(checkWith(null)).toMatchObject({ verdict: 'warn', detail: 'the age of 50 is not known here' });
		expect(checkWith({ seconds: 93, isAtLeast: true })).toMatchObject({
			verdict: 'warn',
			detail: '50 is at least 1m 33s old; more is not known here',
		});
		expect(checkWith({ seconds: 93, isAtLeast: false })).toMatchObject({ detail: '50 is only about 1m 33s old' });
		expect(checkWith({ seconds: 400, isAtLeast: true })).toMatchObject({ verdict: 'pass' });
	});
});
