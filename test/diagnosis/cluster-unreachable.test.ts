import { expect, it } from 'vitest';
import { memberOf, story } from '../cluster/story.ts';
import { findings, healthy, three } from './judged.ts';

const rule = 'cluster-unreachable';

it('fires where no member has answered for five seconds, whatever each of them fails by', () => {
	const told = healthy();
	for (const { id } of three) told.fail(1000, id, id === '1' ? 'timeout' : 'refused');
	expect(findings(told, 5000, rule)).toEqual([]);
	for (const { id } of three) told.fail(6000, id, id === '1' ? 'timeout' : 'refused');
	expect(findings(told, 6000, rule)).toMatchObject([
		{
			severity: 'critical',
			member: null,
			title: 'no member can be read: no answer, refused',
			evidence: 'none of 3 members answers, for 5s',
		},
	]);
});

it('counts from when the last of them fell silent', () => {
	const told = healthy();
	for (const second of [1, 2, 3, 4, 5, 6, 7]) {
		for (const id of ['1', '2']) told.fail(second * 1000, id);
		if (second < 5) told.answer(second * 1000, '3');
		else told.fail(second * 1000, '3');
	}
	expect(findings(told, 7000, rule)).toEqual([]);
});

it('leaves those that are there, but do not let us in, to the rule that says what keeps us out', () => {
	const told = healthy();
	for (const second of [1, 7]) for (const { id } of three) told.fail(second * 1000, id, 'permission-denied');
	expect(findings(told, 7000, rule)).toEqual([]);
});

it('is silent while any member answers, and before anything was read', () => {
	const told = healthy();
	for (const second of [1, 2, 3, 4, 5, 6, 7]) {
		for (const id of ['1', '2']) told.fail(second * 1000, id);
		told.answer(second * 1000, '3');
	}
	expect(findings(told, 7000, rule)).toEqual([]);
	expect(findings(story(), 0, rule)).toEqual([]);
	const waiting = story();
	waiting.list(0, [memberOf('1')]);
	expect(findings(waiting, 10_000, rule)).toEqual([]);
});
