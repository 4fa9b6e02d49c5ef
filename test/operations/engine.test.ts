import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../source/cluster/failure.ts';
import { CallError } from '../../source/etcd/calls.ts';
import { runOperation } from '../../source/operations/engine.ts';
import type { Check } from '../../source/operations/plan.ts';
import type { RunRecord } from '../../source/operations/record.ts';
import type { StepContext, StepReport, StepResult } from '../../source/operations/step.ts';
import { failureOf } from '../cluster/story.ts';
import {
	fakeWorld,
	fullDisk,
	type Log,
	lookOf,
	nameOf,
	playEngine,
	preparedOf,
	stepOf,
	stopCheck,
} from './engine-play.ts';

/** The body of a step that says a word and does this. */
const doing = (act: (context: StepContext) => StepResult) =>
	async function* (context: StepContext): AsyncGenerator<StepReport, StepResult> {
		yield { text: 'at it', fraction: null };
		return act(context);
	};

const endsWith = (result: StepResult) => doing(() => result);

const throws = (error: unknown) =>
	doing(() => {
		throw error;
	});

const callError = (kind: FailureKind) => new CallError(failureOf(kind, { call: 'Defragment' }));

const calls = (log: Log) => log.filter(line => line.startsWith('call'));

describe('an operation that succeeds', () => {
	it('is written down before each call and after it, each step after a new look', async () => {
		const log: Log = [];
		const { outcome } = await playEngine(log, preparedOf([stepOf(log, 'a'), stepOf(log, 'b')]));
		const step = (at: number, title: string) => [
			'look',
			`record step-started ${at}`,
			`tell step-started ${at}`,
			`call ${title}`,
			`tell step-progress ${at}`,
			'look',
			`record step-ended ${at}`,
			`tell step-ended ${at}`,
		];
		expect(log).toEqual(['record started', ...step(0, 'a'), ...step(1, 'b'), 'look', 'record ended']);
		expect(outcome).toEqual({ kind: 'done', text: 'all 2 are done', advice: null, facts: {} });
	});

	it('writes down who was planned for what, the checks, and every member’s numbers', async () => {
		const log: Log = [];
		const check: Check = { title: 'all serve', verdict: 'pass', detail: '3 of 3' };
		const step = stepOf(log, 'a', { recheck: () => [check] });
		const { records } = await playEngine(log, preparedOf([step], { checks: [check] }));
		const figures = ['1', '2', '3'].map(id =>
			expect.objectContaining({ id, name: `m${id}`, state: 'serving', dbSizeBytes: 20_000_000, raftTerm: '5' }),
		);
		expect(records).toEqual([
			expect.objectContaining({
				kind: 'started',
				title: 'Defragment all',
				clusterId: 'c1',
				steps: ['a'],
				checks: [check],
			}),
			expect.objectContaining({ kind: 'step-started', title: 'a', member: 'm2', checks: [check], before: figures }),
			expect.objectContaining({ kind: 'step-ended', end: 'done', text: 'a is done', seconds: 1, after: figures }),
			expect.objectContaining({ kind: 'ended', outcome: 'done', text: 'all 1 are done', after: figures }),
		]);
		expect(records[0]).toMatchObject({ before: figures });
	});

	it('hands what a step has learned to the checks of the next one, and its facts to the outcome', async () => {
		const log: Log = [];
		const seen: unknown[] = [];
		const moved = { leaderId: '2', term: 6n };
		const { outcome } = await playEngine(
			log,
			preparedOf([
				stepOf(log, 'a', { body: endsWith({ end: 'done', text: '', course: moved, facts: { file: '/x' } }) }),
				stepOf(log, 'b', { body: endsWith({ end: 'skipped', text: '', facts: { hash: '7' } }) }),
				stepOf(log, 'c', { recheck: (_look, course) => [seen.push(course)].slice(1) as never }),
			]),
		);
		expect(seen).toEqual([moved]);
		expect(outcome?.facts).toEqual({ file: '/x', hash: '7' });
	});

	it('that has nothing to do says so, in the journal too', async () => {
		const log: Log = [];
		const { outcome, records } = await playEngine(log, preparedOf([], { nothingToDo: 'already compacted' }));
		expect(outcome).toEqual({ kind: 'done', text: 'already compacted', advice: null, facts: {} });
		expect(records.map(nameOf)).toEqual(['started', 'ended']);
	});
});

describe('stops', () => {
	it.each([
		['a stop', [stopCheck('x')], false],
		['a stop, by force', [stopCheck('x')], true],
		['a stop that force would pass', [stopCheck('x', true)], false],
		['two stops of which force passes one', [stopCheck('x', true), stopCheck('y')], true],
	])('%s in the plan: nothing is looked at, written down or called', async (_name, checks, isForced) => {
		const log: Log = [];
		const { outcome } = await playEngine(log, preparedOf([stepOf(log, 'a')], { checks }), { isForced });
		expect(outcome, outcome?.text).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('failed check “x”: no'),
		});
		expect(log).toEqual([]);
	});

	it('is forced where the operator has passed the plan’s stop, and the journal says so', async () => {
		const log: Log = [];
		const checks = [stopCheck('x', true)];
		const prepared = preparedOf([stepOf(log, 'a', { recheck: () => checks })], { checks });
		const { outcome, records } = await playEngine(log, prepared, { isForced: true });
		expect(outcome?.kind).toBe('done');
		expect(records[0]).toMatchObject({ isForced: true });
	});

	it.each([
		['that force does not pass', stopCheck('x')],
		['that force could pass, had the operator seen it', stopCheck('y', true)],
	])('before a step, by a check %s', async (_name, check) => {
		const log: Log = [];
		const steps = [stepOf(log, 'a'), stepOf(log, 'b', { recheck: () => [check] }), stepOf(log, 'c')];
		const prepared = preparedOf(steps, { checks: [stopCheck('x', true)] });
		const { outcome, records } = await playEngine(log, prepared, { isForced: true });
		expect(calls(log)).toEqual(['call a']);
		expect(outcome, outcome?.text).toMatchObject({
			kind: 'stopped',
			text: `stopped before “b”: failed check “${check.title}”: no; done: a; not begun: b, c`,
		});
		expect(records.map(nameOf)).toEqual(['started', 'step-started 0', 'step-ended 0', 'ended']);
	});

	it('counts the steps of a long operation instead of naming them', async () => {
		const log: Log = [];
		const [first, second, ...rest] = ['a', 'b', 'c', 'd', 'e'].map(title => stepOf(log, title));
		const prepared = preparedOf([first!, { ...second!, recheck: () => [stopCheck('x')] }, ...rest]);
		const { outcome } = await playEngine(log, prepared);
		expect(outcome, outcome?.text).toMatchObject({
			kind: 'stopped',
			text: 'stopped before “b”: failed check “x”: no; steps done: 1 of 5',
		});
	});

	it('a force that nothing was planned to need is not written down as one', async () => {
		const log: Log = [];
		const { records } = await playEngine(log, preparedOf([stepOf(log, 'a')]), { isForced: true });
		expect(records[0]).toMatchObject({ isForced: false });
	});
});

describe('a step that is not done', () => {
	const play = async (result: StepResult | Error, isAbortable = true, signal = new AbortController()) => {
		const log: Log = [];
		const body = result instanceof Error ? throws(result) : endsWith(result);
		const steps = [stepOf(log, 'a'), stepOf(log, 'b', { body, isAbortable }), stepOf(log, 'c')];
		return playEngine(log, preparedOf(steps), { signal: signal.signal });
	};

	it.each([
		['failed', 'failed', 'no room'],
		['unknown', 'unknown', 'no room'],
		['left', 'stopped', 'left by the operator during “b”: no room'],
	] as const)(
		'%s: the operation ends %s, with its words, and what was done and what was not',
		async (end, kind, text) => {
			const { outcome, log, records } = await play({ end, text: 'no room', advice: 'try', facts: { file: null } });
			expect(outcome).toEqual({ kind, text: `${text}; done: a; not begun: c`, advice: 'try', facts: { file: null } });
			expect(calls(log)).toEqual(['call a', 'call b']);
			expect(records.slice(-2)).toMatchObject([
				{ kind: 'step-ended', end },
				{ kind: 'ended', outcome: kind },
			]);
		},
	);

	it('tells the wire’s failures in their own words', async () => {
		const { outcome } = await play(callError('refused'), false);
		expect(outcome, outcome?.text).toMatchObject({
			kind: 'failed',
			text: expect.stringContaining('connection refused at http://127.0.0.1:2379'),
			advice: expect.stringContaining('is etcd running'),
		});
	});

	it.each(['timeout', 'unreachable', 'malformed'] as const)(
		'never takes %s for a failure where the server may have done it',
		async kind => {
			expect((await play(callError(kind), false)).outcome?.kind).toBe('unknown');
			expect((await play(callError(kind), true)).outcome?.kind).toBe('failed');
		},
	);

	it('throws a bug of ours, once the journal is ended', async () => {
		const { outcome, error, records } = await play(new TypeError('x is undefined'));
		expect(outcome).toBeNull();
		expect(error).toEqual(new TypeError('x is undefined'));
		const text = expect.stringContaining('a fault of etcdtop itself: x is undefined');
		expect(records.slice(-2)).toMatchObject([
			{ kind: 'step-ended', end: 'unknown', text },
			{ kind: 'ended', outcome: 'unknown', text },
		]);
	});

	it('does not hide a bug behind the operator’s leaving', async () => {
		const leaving = new AbortController();
		const log: Log = [];
		const body = doing(() => {
			leaving.abort();
			throw new TypeError('x is undefined');
		});
		const { error } = await playEngine(log, preparedOf([stepOf(log, 'a', { body })]), { signal: leaving.signal });
		expect(error).toBeInstanceOf(TypeError);
	});

	it.each([
		['recheck', { recheck: () => throwNow() }, {}],
		['conclude', {}, { conclude: () => throwNow() }],
	])('ends the journal where %s has a bug', async (_name, step, prepared) => {
		const log: Log = [];
		const whole = { ...preparedOf([stepOf(log, 'a', step)]), ...prepared };
		const { error, records } = await playEngine(log, whole);
		expect(error).toBeInstanceOf(RangeError);
		expect(records.at(-1)).toMatchObject({ kind: 'ended', outcome: 'unknown' });
	});
});

function throwNow(): never {
	throw new RangeError('a bug');
}

describe('a journal that cannot be written', () => {
	/** Fails at the record of this number, and from then on unless `once`. */
	const play = (failAt: number, once = false) => {
		const log: Log = [];
		const onRecord = (_record: RunRecord, count: number) => {
			failures ||= count === failAt;
			if (failures && !(once && failed)) {
				failed = true;
				throw fullDisk();
			}
		};
		let failures = false;
		let failed = false;
		return playEngine(log, preparedOf([stepOf(log, 'a'), stepOf(log, 'b')]), { onRecord });
	};
	const trouble = 'the journal cannot be written: /j: no space is left';

	it.each([
		[0, [], 'stopped', `${trouble}; nothing was done`],
		[1, [], 'stopped', `${trouble}; nothing was done; not begun: a, b`],
		[2, ['call a'], 'stopped', `a is done; ${trouble}; done: a; not begun: b`],
		[3, ['call a'], 'stopped', `${trouble}; done: a; not begun: b`],
		[4, ['call a', 'call b'], 'done', `all 2 are done; not all of it is written down: ${trouble}`],
		[5, ['call a', 'call b'], 'done', `all 2 are done; not all of it is written down: ${trouble}`],
	])('at record %i', async (failAt, called, kind, text) => {
		const { outcome, log, records } = await play(failAt);
		expect(calls(log)).toEqual(called);
		expect(records).toHaveLength(failAt);
		expect(outcome).toEqual({ kind, text, advice: 'make room there', facts: {} });
	});

	it('ends the journal where it can be written again', async () => {
		const { records, log } = await play(2, true);
		expect(calls(log)).toEqual(['call a']);
		expect(records.map(nameOf)).toEqual(['started', 'step-started 0', 'ended']);
	});

	it('throws what is a bug of the journal', async () => {
		const log: Log = [];
		const { error } = await playEngine(log, preparedOf([stepOf(log, 'a')]), { onRecord: throwNow });
		expect(error).toBeInstanceOf(RangeError);
		expect(log).toEqual([]);
	});
});

describe('leaving', () => {
	/** Aborts as soon as the log has this line; says what had been called by then and what was called after. */
	const leaveAt = async (line: string) => {
		const log: Log = [];
		const leaving = new AbortController();
		const watched = new Proxy(log, {
			get(target, name, receiver) {
				if (name !== 'push') return Reflect.get(target, name, receiver);
				return (text: string) => {
					target.push(text);
					if (text === line) leaving.abort();
				};
			},
		});
		const goesOn = async function* (): AsyncGenerator<StepReport, StepResult> {
			yield { text: 'at it', fraction: null };
			yield { text: 'still', fraction: null };
			return { end: 'done', text: 'b is done' };
		};
		const steps = [
			stepOf(watched, 'a'),
			stepOf(watched, 'b', { isAbortable: false, body: goesOn }),
			stepOf(watched, 'c'),
		];
		const played = await playEngine(watched, preparedOf(steps), { signal: leaving.signal });
		return { ...played, log };
	};

	it.each([
		['record started', [], 'left by the operator; nothing was done; not begun: a, b, c'],
		['record step-started 0', [], 'left by the operator during “a”: nothing of it was done; not begun: b, c'],
		['tell step-started 0', [], 'left by the operator during “a”: nothing of it was done; not begun: b, c'],
		['record step-ended 0', ['call a'], 'left by the operator; done: a; not begun: b, c'],
		['tell step-ended 0', ['call a'], 'left by the operator; done: a; not begun: b, c'],
		[
			'record step-started 1',
			['call a'],
			'left by the operator during “b”: nothing of it was done; done: a; not begun: c',
		],
		['call b', ['call a', 'call b'], 'left by the operator; done: a, b; not begun: c'],
		['tell step-progress 1', ['call a', 'call b'], 'left by the operator; done: a, b; not begun: c'],
	])('at “%s”: nothing more is begun, and what the server goes on with is followed', async (line, called, text) => {
		const { log, outcome, records } = await leaveAt(line);
		expect(calls(log)).toEqual(called);
		expect(outcome, outcome?.text).toMatchObject({ kind: 'stopped', text });
		const started = records.filter(({ kind }) => kind === 'step-started').length;
		expect(records.filter(({ kind }) => kind === 'step-ended')).toHaveLength(started);
		expect(records.at(-1)).toMatchObject({ kind: 'ended', outcome: 'stopped', text });
	});

	it('during the last step leaves nothing out where that was done', async () => {
		const { outcome } = await leaveAt('tell step-progress 2');
		expect(outcome, outcome?.text).toMatchObject({ kind: 'done' });
	});

	it('does not wait for a cluster that is silent', async () => {
		const log: Log = [];
		const leaving = new AbortController();
		const looks = [lookOf(), null, null];
		const world = fakeWorld(log, {
			look: () => {
				const look = looks.shift();
				return look ? Promise.resolve(look) : new Promise(() => {});
			},
		});
		const steps = [stepOf(log, 'a'), stepOf(log, 'b')];
		const onProgress = () => leaving.abort();
		const { outcome, records } = await playEngine(log, preparedOf(steps), {
			world,
			signal: leaving.signal,
			onProgress,
		});
		expect(outcome, outcome?.text).toMatchObject({ kind: 'stopped' });
		expect(records.slice(-2)).toMatchObject([
			{ kind: 'step-ended', after: [] },
			{ kind: 'ended', after: [] },
		]);
	});

	it.each([
		[true, 'left', 'stopped'],
		[false, 'unknown', 'unknown'],
	])('a step (can be left: %s) that lets the abort through is %s', async (isAbortable, end, kind) => {
		const log: Log = [];
		const leaving = new AbortController();
		const body = doing(({ signal }) => {
			leaving.abort();
			throw signal.reason;
		});
		const { outcome, records } = await playEngine(log, preparedOf([stepOf(log, 'a', { isAbortable, body })]), {
			signal: leaving.signal,
		});
		expect(outcome?.kind).toBe(kind);
		expect(records.at(-2)).toMatchObject({ kind: 'step-ended', end });
	});
});

describe('a run of which nobody asks for more', () => {
	/** Takes so many reports and returns the generator, as a `for await` does that is broken out of. */
	const abandon = async (reports: number, isAbortable: boolean) => {
		const log: Log = [];
		const records: RunRecord[] = [];
		const body = async function* (): AsyncGenerator<StepReport, StepResult> {
			try {
				yield { text: 'at it', fraction: null };
				return { end: 'done', text: 'is done' };
			} finally {
				log.push('let go');
			}
		};
		const run = runOperation(preparedOf([stepOf(log, 'a', { body, isAbortable }), stepOf(log, 'b')]), {
			world: fakeWorld(log),
			record: async record => void records.push(record),
			signal: new AbortController().signal,
			isForced: false,
		});
		for (let taken = 0; taken < reports; taken++) await run.next();
		await run.return({ kind: 'stopped', text: '', advice: null, facts: {} });
		return { log, records };
	};

	it('is written down as left, and its step lets go of what it holds', async () => {
		const { log, records } = await abandon(2, true);
		expect(log).toContain('let go');
		expect(calls(log)).toEqual(['call a']);
		expect(records.slice(-2)).toMatchObject([
			{ kind: 'step-ended', end: 'left' },
			{ kind: 'ended', outcome: 'stopped', text: expect.stringContaining('left by the operator during “a”') },
		]);
	});

	it('is written down as unknown where the server may still be at it', async () => {
		const { records } = await abandon(2, false);
		expect(records.slice(-2)).toMatchObject([
			{ kind: 'step-ended', end: 'unknown' },
			{ kind: 'ended', outcome: 'unknown', text: expect.stringContaining('the server may still be at it') },
		]);
	});

	it('is written down as stopped between steps', async () => {
		const { records } = await abandon(3, false);
		expect(records.at(-1)).toMatchObject({
			kind: 'ended',
			outcome: 'stopped',
			text: expect.stringContaining('done: a'),
		});
	});

	it('whose step was written down and not begun was not done', async () => {
		const { log, records } = await abandon(1, false);
		expect(calls(log)).toEqual([]);
		expect(records.at(-1)).toMatchObject({ kind: 'ended', outcome: 'stopped' });
	});
});
