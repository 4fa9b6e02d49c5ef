import { describe, expect, it } from 'vitest';
import type { Event } from '../../source/control/event.ts';
import { bindingsOf } from '../../source/control/keymap.ts';
import type { State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import type { Progress } from '../../source/operations/plan.ts';
import { at, choices, effectsOf, nowMs, press } from './operator.ts';
import { begun, having, outcomeOf, planOf, ready, stepOf } from './plans.ts';

const two = planOf({ steps: [stepOf({ title: 'move the leader', isAbortable: true }), stepOf()] });
const running = begun(two);

const says = (progress: Progress, ticket = 1): Event => ({ kind: 'progress', ticket, progress });
const tick = (ms: number): Event => ({ kind: 'tick', now: at(nowMs + ms) });
const ends = (ticket = 1): Event => ({ kind: 'ended', ticket, outcome: outcomeOf() });
const started = (step: number) => says({ kind: 'step-started', step });
const stepsOf = ({ operation }: State) => operation!.steps;

describe('the steps of an operation', () => {
	it('follow what it says, with the times at which it said it', () => {
		const state = having(
			running,
			tick(1000),
			started(0),
			tick(2000),
			says({ kind: 'step-progress', step: 0, text: '1 of 2', fraction: 0.5 }),
			tick(3000),
			says({ kind: 'step-ended', step: 0, end: 'done', text: 'm2 leads' }),
			started(1),
		);
		expect(stepsOf(state)[0]).toMatchObject({
			state: 'done',
			text: 'm2 leads',
			fraction: 0.5,
			startedMs: nowMs + 1000,
			endedMs: nowMs + 3000,
		});
		expect(stepsOf(state)[1]).toMatchObject({ state: 'running', startedMs: nowMs + 3000, endedMs: null });
	});

	it('hear of nothing but their own operation, and of nothing after its end', () => {
		expect(having(running, says({ kind: 'step-started', step: 0 }, 7))).toEqual(running);
		const over = having(running, ends());
		expect(having(over, started(0))).toEqual(over);
		expect(having(over, ends())).toEqual(over);
		expect(having(running, ends(7))).toEqual(running);
		const idle = ready();
		expect(having(idle, started(0))).toBe(idle);
	});

	it('are not left running by the end of the operation', () => {
		const over = having(running, started(0), tick(500), {
			kind: 'ended',
			ticket: 1,
			outcome: outcomeOf({ kind: 'unknown' }),
		});
		expect(stepsOf(over).map(({ state }) => state)).toEqual(['unknown', 'waiting']);
		expect(stepsOf(over)[0]?.endedMs).toBe(nowMs + 500);
	});
});

describe('while an operation runs', () => {
	it('the panes have their keys, all but those that leave', () => {
		const labels = (state: State) =>
			bindingsOf(state.mode.kind, state).map(({ command, keys }) => `${keys} ${command}`);
		const missing = labels(ready()).filter(label => !labels(running).includes(label));
		expect(missing).toEqual(['escape back']);
		expect(press(running, 'tab').focus).toBe('database');
		expect(press(running, 'enter').isZoomed).toBe(true);
		expect(press(running, 'space').cursor.kind).toBe('paused');
	});

	it('help, the filter, the journal and the palette lead back to it', () => {
		for (const names of [
			['?', 'escape'],
			['/', 'x', 'enter'],
			['/', 'escape'],
			['J', 'escape'],
			['J', 'q'],
			['x', 'escape'],
		])
			expect(press(running, ...names).mode).toEqual({ kind: 'run' });
		expect(press({ ...running, faults: choices }, 'b', 'enter').mode).toEqual({ kind: 'run' });
	});

	it('no other can be had, and each key says so', () => {
		for (const name of ['c', 'd', 'D', 's', 'a', 'm', 'M', 'h']) {
			expect(press(running, name).mode).toEqual({ kind: 'run' });
			expect(press(running, name).notice?.text).toBe('“Defragment m2” is running; one operation at a time');
		}
		expect(effectsOf(press(running, 'x'), 'enter')).toEqual([]);
	});

	it('etcdtop is not suspended', () => {
		expect(effectsOf(running, 'ctrl+z')).toEqual([]);
		expect(press(running, 'ctrl+z').notice?.text).toContain('stand still');
		expect(effectsOf(having(running, ends()), 'ctrl+z')).toEqual([{ kind: 'suspend' }]);
	});
});

describe('leaving an operation', () => {
	it('is asked for once, and told with what it means', () => {
		expect(effectsOf(running, 'escape')).toEqual([{ kind: 'leave', ticket: 1 }]);
		const left = press(running, 'escape');
		expect(left.operation?.isLeaving).toBe(true);
		expect(left.notice?.text).toBe('leaving: no further step is begun');
		expect(effectsOf(left, 'escape')).toEqual([]);
	});

	it('says whether the step can be broken off', () => {
		expect(press(having(running, started(0)), 'escape').notice?.text).toContain('is broken off');
		const second = having(running, says({ kind: 'step-ended', step: 0, end: 'done', text: '' }), started(1));
		expect(press(second, 'escape').notice?.text).toContain('cannot be stopped and is followed to its end');
	});
});

describe('leaving etcdtop while an operation runs', () => {
	it.each(['q', 'ctrl+c'])('%s is meant where it is pressed twice within five seconds', name => {
		expect(effectsOf(running, name)).toEqual([]);
		const asked = press(running, name);
		expect(asked.notice?.text).toMatch(/Esc leaves it; again within 5 s quits, the server goes on$/);
		expect(asked.notice?.text.length).toBeLessThan(80);
		expect(effectsOf(asked, name)).toEqual([{ kind: 'quit' }]);
		expect(effectsOf(having(asked, tick(5001)), name)).toEqual([]);
		expect(effectsOf(press(having(asked, tick(5001)), name), name)).toEqual([{ kind: 'quit' }]);
	});

	it('is asked twice from the help as well, and once the operation has ended not at all', () => {
		expect(effectsOf(press(running, '?'), 'ctrl+c')).toEqual([]);
		expect(effectsOf(having(running, ends()), 'q')).toEqual([{ kind: 'quit' }]);
	});

	it('loses the file of a snapshot, and says that', () => {
		const snapshot = begun(planOf({ operation: 'snapshot', risk: 'safe' }));
		expect(press(snapshot, 'q').notice?.text).toContain('the file is lost');
		expect(press(snapshot, 'q').notice?.text.length).toBeLessThan(80);
	});
});

describe('the end of an operation', () => {
	it('stays until it was seen; the journal is read anew', () => {
		expect(update(running, ends())[1]).toEqual([{ kind: 'read-journal' }]);
		const state = having(running, tick(9000), ends());
		expect(state.operation).toMatchObject({ outcome: outcomeOf(), endedMs: nowMs + 9000 });
		expect(state.mode).toEqual({ kind: 'run' });
		for (const name of ['escape', 'enter']) {
			expect(press(state, name)).toMatchObject({ mode: { kind: 'browse' }, operation: null });
		}
	});

	it('takes what was said of leaving it away', () => {
		const left = press(having(running, started(0)), 'escape');
		expect(left.notice).not.toBeNull();
		expect(having(left, ends()).notice).toBeNull();
	});

	it('is told where something stands in front of it', () => {
		const state = having(press(running, '?'), ends());
		expect(state.mode.kind).toBe('help');
		expect(state.notice?.text).toBe('Defragment m2: defragmented m2');
		expect(press(state, 'escape').mode).toEqual({ kind: 'run' });
	});
});
