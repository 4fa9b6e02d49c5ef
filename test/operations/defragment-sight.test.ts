import { describe, expect, it } from 'vitest';
import {
	type FollowEnd,
	type Following,
	follow,
	followFrom,
	type Meaning,
	meaningOf,
	type Sight,
	toldSeconds,
} from '../../source/operations/steps/defragment-sight.ts';

type Metrics = NonNullable<Sight['metrics']>;

const page: Metrics = { startSeconds: 100, count: 3, sumSeconds: 12, isInFlight: false };
const seen: Sight = { metrics: page, answersStatus: true, isRefused: false, sizeBytes: 1000 };
const blind: Sight = { ...seen, metrics: null };
const hung: Sight = { ...seen, answersStatus: false, sizeBytes: null };
const told = (metrics: Partial<Metrics>, sight: Sight = hung): Sight => ({
	...sight,
	metrics: { ...page, ...metrics },
});

describe('what a look tells of a defragmentation', () => {
	it.each<[string, Sight, Sight, Meaning]>([
		['in flight', seen, told({ isInFlight: true }), 'running'],
		['counted', seen, told({ count: 4 }), 'done'],
		['counted, and another one in flight', seen, told({ count: 4, isInFlight: true }), 'done'],
		['another process', seen, told({ startSeconds: 200, count: 0 }), 'restarted'],
		['another process that has counted one', seen, told({ startSeconds: 200, count: 4 }), 'restarted'],
		['neither in flight nor serving', seen, hung, 'busy'],
		['hung where the release does not tell', told({ isInFlight: null }, seen), told({ isInFlight: null }), 'busy'],
		['serving as before', seen, seen, 'idle'],
		['serving with a smaller file, but not counted', seen, { ...seen, sizeBytes: 500 }, 'idle'],
		['serving with a smaller file, without metrics', blind, { ...blind, sizeBytes: 500 }, 'done'],
		['serving with the same file, without metrics', blind, blind, 'idle'],
		['nothing listens', seen, { ...hung, metrics: null, isRefused: true }, 'refused'],
		['nothing listens but the metrics answer', seen, { ...hung, isRefused: true }, 'busy'],
		['silent', seen, { ...hung, metrics: null }, 'silent'],
		['its Status denied, not in flight', seen, { ...seen, answersStatus: false }, 'idle'],
		[
			'its Status denied, in flight or not',
			seen,
			{ ...told({ isInFlight: null }, seen), answersStatus: false },
			'busy',
		],
	])('%s', (_, before, now, meaning) => {
		expect(meaningOf(before, now)).toBe(meaning);
	});

	it('knows how long it took only from the one that was added', () => {
		expect(toldSeconds(seen, told({ count: 4, sumSeconds: 15 }))).toBe(3);
		expect(toldSeconds(seen, told({ count: 5, sumSeconds: 15 }))).toBe(null);
		expect(toldSeconds(seen, seen)).toBe(null);
		expect(toldSeconds(blind, seen)).toBe(null);
	});
});

describe('following a defragmentation', () => {
	const patience = { lostSeconds: 30, longCallSeconds: 600, quietSeconds: 5 };

	/** How it ends after these looks, one a second; null where it is still followed. */
	function endAfter(meanings: readonly Meaning[]): FollowEnd | null {
		let following: Following = followFrom(0);
		for (const [index, meaning] of meanings.entries()) {
			const next = follow(following, meaning, (index + 1) * 1000, patience);
			if (typeof next === 'string') return next;
			following = next;
		}
		return null;
	}
	const times = (count: number, meaning: Meaning) => Array.from({ length: count }, () => meaning);

	it.each<[string, readonly Meaning[], FollowEnd | null]>([
		['hours of it are no reason to give up', times(10_000, 'running'), null],
		['done', ['running', 'silent', 'done'], 'done'],
		['restarted', ['running', 'restarted'], 'restarted'],
		['refused twice is a moment', ['refused', 'refused'], null],
		['refused again and again', ['refused', 'refused', 'refused'], 'died'],
		['refused with gaps', ['refused', 'silent', 'refused', 'silent', 'refused'], 'died'],
		['refused, then seen', ['refused', 'refused', 'running', 'refused', 'refused'], null],
		['silent for as long as it may', times(30, 'silent'), null],
		['silent for longer', times(31, 'silent'), 'lost'],
		['silent again and again', [...times(30, 'silent'), 'running', ...times(30, 'silent')], null],
		['serving for a moment', times(5, 'idle'), null],
		['serving for longer', times(6, 'idle'), 'idle'],
		['serving, then at it after all', [...times(5, 'idle'), 'running', ...times(5, 'idle')], null],
		['busy for as long as a call may last', times(600, 'busy'), null],
		['busy for longer', times(602, 'busy'), 'lost'],
	])('%s', (_, meanings, end) => {
		expect(endAfter(meanings)).toBe(end);
	});
});
