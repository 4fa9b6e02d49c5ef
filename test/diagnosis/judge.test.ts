import { describe, expect, it } from 'vitest';
import { createJudge } from '../../source/diagnosis/judge.ts';
import { memberOf, story } from '../cluster/story.ts';

/** Three members, of which the third falls silent after ten seconds. */
function silenced() {
	const told = story();
	told.list(
		0,
		['1', '2', '3'].map(id => memberOf(id)),
	);
	for (let atMs = 0; atMs <= 10_000; atMs += 1000) for (const id of ['1', '2', '3']) told.answer(atMs, id);
	return told;
}

describe('the judge', () => {
	it('has judged nothing before it was told to go on', () => {
		expect(createJudge(null).latest).toBeNull();
	});

	it('goes on once a second at most, and only where something was read', () => {
		const told = silenced();
		const judge = createJudge(null);
		judge.advance(told.history, 10_000);
		const first = judge.latest;
		expect(first?.atMs).toBe(10_000);
		judge.advance(told.history, 12_000);
		expect(judge.latest).toBe(first);
		told.answer(12_000, '1');
		judge.advance(told.history, 10_500);
		expect(judge.latest).toBe(first);
		judge.advance(told.history, 12_000);
		expect(judge.latest?.atMs).toBe(12_000);
	});

	it('tells what is new once, and keeps since when it holds', () => {
		const told = silenced();
		const judge = createJudge(null);
		judge.advance(told.history, 10_000);
		const rules = (atMs: number) => {
			told.fail(atMs, '3', 'timeout');
			return judge.advance(told.history, atMs).map(({ rule }) => rule);
		};
		expect(rules(11_000)).toContain('member-frozen');
		expect(rules(12_000)).not.toContain('member-frozen');
		const known = judge.at(told.history, 12_000).findings.find(({ rule }) => rule === 'member-frozen');
		expect(known).toMatchObject({ sinceMs: 11_000, count: 1, goneAtMs: null });
	});

	it('judges a moment once, until more was read', () => {
		const told = silenced();
		const judge = createJudge(null);
		judge.advance(told.history, 10_000);
		expect(judge.at(told.history, 10_000)).toBe(judge.latest);
		const past = judge.at(told.history, 5000);
		expect(judge.at(told.history, 5000)).toBe(past);
		expect(past.atMs).toBe(5000);
		told.fail(11_000, '3', 'timeout');
		expect(judge.at(told.history, 5000)).not.toBe(past);
	});
});
