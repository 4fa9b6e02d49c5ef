import { describe, expect, it } from 'vitest';
import { abandoned, endOf, leavingText, startFlight } from '../source/carry-out.ts';
import { type Line, plainText } from '../source/format/line.ts';
import type { Desk } from '../source/operation-desk.ts';
import type { Outcome, Progress } from '../source/operations/plan.ts';
import type { Prepared } from '../source/operations/step.ts';
import { emptyLog, logged } from '../source/report/progress.ts';
import { plan } from './report/plans.ts';

const outcome = (kind: Outcome['kind']): Outcome => ({ kind, text: '', advice: null, facts: {} });
const logOf = (...said: readonly Progress[]) =>
	said.reduce((log, progress) => logged(log, progress, 0), emptyLog(plan));
const began = (step: number): Progress => ({ kind: 'step-started', step });
const ended = (step: number): Progress => ({ kind: 'step-ended', step, end: 'done', text: '' });

describe('how an operation ends for scripts', () => {
	it.each([
		['done', logOf(began(0), ended(0)), false, 'done'],
		['done', logOf(), true, 'done'],
		['stopped', logOf(), false, 'refused'],
		['stopped', logOf(), true, 'left'],
		['stopped', logOf(began(0), ended(0)), true, 'broken'],
		['failed', logOf(began(0)), false, 'broken'],
		['unknown', logOf(began(0)), false, 'broken'],
	] as const)('%s, %j, left %s: %s', (kind, log, isLeft, end) => {
		expect(endOf(outcome(kind), log, isLeft)).toBe(end);
	});
});

describe('leaving', () => {
	it('says what is followed to its end and what is not', () => {
		expect(leavingText(plan, logOf())).toBe('leaving; nothing more is begun');
		expect(leavingText(plan, logOf(began(0)))).toMatch(/^“defragment m2” cannot be stopped any more: .*Ctrl\+C again/);
		expect(leavingText(plan, logOf(began(0), ended(0)))).toBe('leaving; nothing more is begun');
		expect(leavingText(plan, logOf(began(0), ended(0), began(1)))).toMatch(/^leaving “move the leader/);
	});

	it('at once claims nothing', () => {
		for (const log of [logOf(began(0)), logOf(began(0), ended(0), began(1))])
			expect(abandoned(plan, log)).toMatchObject({ kind: 'unknown', text: expect.stringContaining('left') });
		expect(abandoned(plan, logOf(began(0))).text).toContain('the server goes on with it');
		const snapshot = { ...plan, operation: 'snapshot' as const };
		expect(abandoned(snapshot, logOf(began(0))).advice).toContain('FILE.part: remove it by hand');
	});

	it('at once, while no step runs, tells what was done and nothing more', () => {
		expect(abandoned(plan, logOf())).toMatchObject({
			kind: 'stopped',
			text: 'left before the first step; nothing was done',
			advice: null,
		});
		expect(endOf(abandoned(plan, logOf()), logOf(), true)).toBe('left');
		const first: Progress = { kind: 'step-ended', step: 0, end: 'done', text: 'm2: 34 MB → 12 MB' };
		expect(abandoned(plan, logOf(began(0), first))).toMatchObject({
			kind: 'stopped',
			text: 'left after step 1 of 2, “defragment m2”: m2: 34 MB → 12 MB',
		});
		expect(endOf(abandoned(plan, logOf(began(0), first)), logOf(began(0), first), true)).toBe('broken');
		const failed: Progress = { kind: 'step-ended', step: 0, end: 'failed', text: 'm2 died' };
		expect(abandoned(plan, logOf(began(0), failed))).toMatchObject({ kind: 'failed' });
	});
});

describe('a flight', () => {
	it('tells each step, paints what goes on over, and hands on what was confirmed', async () => {
		const told: string[] = [];
		const tell = (how: string) => (line: Line) => void told.push(`${how} ${plainText(line)}`);
		const desk = { settle: tell('settle'), pass: tell('pass') } as unknown as Desk;
		const prepared = { plan } as Prepared;
		const { signal } = new AbortController();
		let handed: unknown;
		const operator = {
			prepare: () => Promise.reject(new Error('prepared already')),
			async *run(given: Prepared, options: unknown): AsyncGenerator<Progress, Outcome> {
				handed = [given, options];
				yield began(0);
				yield { kind: 'step-progress', step: 0, text: 'half', fraction: 0.5 };
				yield ended(0);
				return outcome('done');
			},
		};
		const flight = startFlight({ operator, prepared, isForced: true, signal, desk, nowMs: () => 0 });
		expect(handed).toBeUndefined();
		expect(await flight.land()).toEqual(outcome('done'));
		expect(handed).toEqual([prepared, { isForced: true, signal }]);
		expect(told).toEqual([
			'settle 1/2 defragment m2',
			'pass 1/2 defragment m2 · 0s 50% · half',
			'settle 1/2 ✔ defragment m2 · 0s · ',
		]);
		expect(flight.log()[0]).toMatchObject({ end: 'done', seconds: 0 });
	});
});
