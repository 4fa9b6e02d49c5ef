import { describe, expect, it } from 'vitest';
import { demandIn } from '../../source/control/confirm.ts';
import type { State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import type { Plan } from '../../source/operations/plan.ts';
import { at, effectsOf, key, letGo, nowMs, press } from './operator.ts';
import { arrived, begun, check, confirming, having, outcomeOf, planOf, plans, ready } from './plans.ts';

const runs = (state: Parameters<typeof effectsOf>[0], name: string) =>
	effectsOf(state, name).filter(({ kind }) => kind === 'run');

describe('a confirmation', () => {
	it('looks at the cluster first, with a ticket of its own', () => {
		const first = update(ready(), key('D'));
		expect(first[1]).toEqual([
			{ kind: 'prepare', ticket: 1, request: { operation: 'defragment-cluster', rule: null } },
		]);
		expect(first[0].mode).toMatchObject({ ticket: 1, preparation: { kind: 'looking' } });
		expect(effectsOf(press(first[0], 'escape'), 'D')).toMatchObject([{ ticket: 2 }]);
	});

	it.each([
		['safe', 'enter'],
		['careful', 'y'],
		['dangerous', 'phrase'],
		['forcible', 'phrase'],
		['safeForcible', 'phrase'],
		['stopped', 'stopped'],
		['nothing', 'nothing'],
	])('of a plan that is %s waits for: %s', (name, demand) => {
		expect(demandIn(confirming(plans[name]!))).toBe(demand);
	});

	it('begins with the key of its risk and no other', () => {
		expect(runs(confirming(plans.safe!), 'enter')).toEqual([{ kind: 'run', ticket: 1, isForced: false }]);
		expect(runs(confirming(plans.careful!), 'y')).toEqual([{ kind: 'run', ticket: 1, isForced: false }]);
		expect(runs(confirming(plans.safe!), 'y')).toEqual([]);
		expect(runs(confirming(plans.careful!), 'enter')).toEqual([]);
	});

	it('takes the phrase, exactly; another one starts nothing and says so', () => {
		const wrong = press(confirming(plans.dangerous!), 'm', '3', 'enter');
		expect(wrong.mode).toMatchObject({ kind: 'confirm', typed: 'm3', isWrong: true });
		const mended = press(wrong, 'backspace');
		expect(mended.mode).toMatchObject({ typed: 'm', isWrong: false });
		expect(runs(press(mended, '2'), 'enter')).toEqual([{ kind: 'run', ticket: 1, isForced: false }]);
		expect(runs(press(wrong, 'ctrl+u', 'm', '2'), 'enter')).toHaveLength(1);
		for (const typed of [[], ['M', '2'], ['m', '2', 'space']])
			expect(runs(press(confirming(plans.dangerous!), ...typed), 'enter')).toEqual([]);
	});

	it('forces what may be forced by the phrase only, and tells so', () => {
		expect(runs(confirming(plans.forcible!), 'y')).toEqual([]);
		expect(runs(press(confirming(plans.forcible!), 'm', '2'), 'enter')).toEqual([
			{ kind: 'run', ticket: 1, isForced: true },
		]);
	});

	it('of what is stopped, refused or not there yet can only be left, or looked at again', () => {
		const refused = having(press(ready(), 'D'), { kind: 'refused', ticket: 1, text: 'no such member', advice: null });
		for (const state of [confirming(plans.stopped!), refused, press(ready(), 'D')]) {
			for (const name of ['enter', 'y', 'm', '2']) expect(letGo(press(state, name))).toEqual(letGo(state));
			expect(press(state, 'escape').mode).toEqual({ kind: 'browse' });
		}
		expect(effectsOf(refused, 'r')).toMatchObject([{ kind: 'prepare', ticket: 2 }]);
	});

	it('of nothing to do is closed by Enter', () => {
		expect(press(confirming(plans.nothing!), 'enter').mode).toEqual({ kind: 'browse' });
		expect(effectsOf(confirming(plans.nothing!), 'enter')).toEqual([]);
	});

	it('passes over answers to what was asked before', () => {
		const again = press(confirming(plans.careful!), 'r');
		const late = having(again, { kind: 'prepared', ticket: 1, plan: planOf({ risk: 'safe' }) });
		expect(late).toEqual(again);
		const shown = arrived(again, planOf({ title: 'the first' }));
		expect(having(shown, { kind: 'prepared', ticket: 2, plan: planOf({ title: 'the second' }) })).toEqual(shown);
		const left = press(again, 'escape');
		expect(having(left, { kind: 'prepared', ticket: 2, plan: planOf() })).toEqual(left);
	});

	it('looks again with r, but for while a phrase is typed', () => {
		expect(effectsOf(confirming(plans.careful!), 'r')).toMatchObject([{ kind: 'prepare', ticket: 2 }]);
		expect(press(confirming(plans.dangerous!), 'r').mode).toMatchObject({ typed: 'r', ticket: 1 });
		const again = press(confirming(plans.dangerous!), 'm', 'ctrl+r');
		expect(again.mode).toMatchObject({ typed: '', ticket: 2, preparation: { kind: 'looking' } });
	});

	it('looks again before it begins what is older than a minute, and says so', () => {
		const tick = (ms: number) => ({ kind: 'tick', now: at(nowMs + ms) }) as const;
		const old = having(confirming(plans.careful!), tick(61_000));
		expect(effectsOf(old, 'y')).toMatchObject([{ kind: 'prepare', ticket: 2 }]);
		expect(press(old, 'y').notice?.text).toMatch(/^the plan was 61 s old/);
		expect(runs(having(confirming(plans.careful!), tick(59_000)), 'y')).toHaveLength(1);
		const anew = arrived(letGo(press(old, 'y')), planOf());
		expect(runs(anew, 'y')).toEqual([{ kind: 'run', ticket: 2, isForced: false }]);
	});

	it('is not given by the key that is still held from before', () => {
		const later = (state: State, ms: number) => having(state, { kind: 'tick', now: at(state.now.atMs + ms) });
		const held = (name: string, plan: Plan) => {
			const looking = press(press(ready(), 'D'), name);
			return later(arrived(looking, plan), 500);
		};
		for (const [name, plan] of [
			['enter', plans.safe!],
			['y', plans.careful!],
		] as const) {
			let state = held(name, plan);
			for (let repeat = 0; repeat < 20; repeat++) {
				expect(effectsOf(state, name)).toEqual([]);
				expect(press(state, name).notice?.text).toContain('read the plan, then press it again');
				state = later(press(state, name), 40);
			}
			expect(runs(later(state, 700), name)).toHaveLength(1);
			expect(runs(arrived(press(ready(), 'D'), plan), name)).toHaveLength(1);
		}
	});

	it('begins nothing on a screen that cannot show it', () => {
		const small = having(confirming(plans.careful!), { kind: 'resized', columns: 40, rows: 10 });
		expect(effectsOf(small, 'y')).toEqual([]);
		expect(press(small, 'y').notice?.text).toContain('60x15');
		const large = having(letGo(press(small, 'y')), { kind: 'resized', columns: 60, rows: 15 });
		expect(runs(large, 'y')).toHaveLength(1);
	});

	it('scrolls as far as the screen tells', () => {
		const far = press(confirming(plans.careful!), 'end');
		const drawn = having(far, { kind: 'drawn', lastOffset: 4, panelRows: 9 });
		expect(drawn.mode).toMatchObject({ offset: 4 });
		expect(press(drawn, 'up').mode).toMatchObject({ offset: 3 });
		expect(press(drawn, 'home', 'up').mode).toMatchObject({ offset: 0 });
		// A line of the page before stays in view.
		expect(press(drawn, 'home', 'pagedown').mode).toMatchObject({ offset: 8 });
	});
});

describe('beside an operation that has ended', () => {
	it('another can be confirmed; leaving that goes back to the end of the first', () => {
		const over = having(begun(), { kind: 'ended', ticket: 1, outcome: outcomeOf() });
		const next = press(over, 'D');
		expect(press(next, 'escape').mode).toEqual({ kind: 'run' });
		const running = press(arrived(next, planOf({ title: 'the next' })), 'y');
		expect(running.operation).toMatchObject({ ticket: 2, outcome: null, plan: { title: 'the next' } });
	});
});

describe('the plan that is confirmed', () => {
	it('is the one that runs, step by step', () => {
		const plan = planOf({ checks: [check('warn')], steps: [...planOf().steps, ...planOf().steps] });
		const { operation, mode } = begun(plan);
		expect(mode).toEqual({ kind: 'run' });
		expect(operation).toMatchObject({ ticket: 1, plan, startedMs: nowMs, isLeaving: false, outcome: null });
		expect(operation?.steps.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
	});
});
