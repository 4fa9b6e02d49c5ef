import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '../source/control/event.ts';
import type { Journal } from '../source/journal/types.ts';
import { createMaintenance, type Maintenance } from '../source/maintenance.ts';
import type { Tools } from '../source/maintenance-tools.ts';
import type { Outcome, Plan, Progress } from '../source/operations/plan.ts';
import { Refused } from '../source/operations/refused.ts';
import type { Request } from '../source/operations/request.ts';
import type { Prepared } from '../source/operations/step.ts';
import type { Operator } from '../source/operator.ts';
import { outcomeOf, planOf } from './control/plans.ts';

const request: Request = { operation: 'check-hash' };
const begins: Progress = { kind: 'step-started', step: 0 };

/** A prepared operation of which only the plan is looked at. */
const preparedOf = (plan: Plan) => ({ plan }) as Prepared;

type Run = Operator['run'];

let events: Event[];
let loads: number;
let ran: { readonly prepared: Prepared; readonly isForced: boolean }[];
let silenced: boolean;
let preparing: (request: Request) => Promise<Prepared>;
let running: Run;
let runs: Journal['runs'];
let explaining: Tools['explain'];

beforeEach(() => {
	events = [];
	loads = 0;
	ran = [];
	silenced = false;
	preparing = async () => preparedOf(planOf());
	running = async function* () {
		yield begins;
		return outcomeOf();
	};
	runs = async () => [];
	explaining = async () => [];
});

function maintenance(readOnly = false): Maintenance {
	const tools: Tools = {
		operator: {
			prepare: wanted => preparing(wanted),
			run(prepared, options) {
				ran.push({ prepared, isForced: options.isForced });
				return running(prepared, options);
			},
		},
		journal: {
			path: '/nowhere',
			begin: () => Promise.reject(new Error('not here')),
			runs: () => runs(),
			explain: async () => {},
		},
		explain: () => explaining(),
		silence: () => {
			silenced = true;
		},
	};
	const load = async () => {
		loads += 1;
		return tools;
	};
	return createMaintenance({ load, happen: event => void events.push(event), readOnly });
}

const seen = (kind: Event['kind']) => vi.waitFor(() => expect(events.map(event => event.kind)).toContain(kind));
const last = () => events.at(-1);

/** A run that goes on until it is let go, or until it is left. */
function lasting(): { letGo(outcome: Outcome): void; readonly signal: () => AbortSignal } {
	const { promise, resolve } = Promise.withResolvers<Outcome>();
	let given: AbortSignal | null = null;
	running = async function* (_, { signal }) {
		given = signal;
		yield begins;
		return promise;
	};
	return { letGo: resolve, signal: () => given! };
}

describe('preparing', () => {
	it('tells the plan with its ticket', async () => {
		maintenance().perform({ kind: 'prepare', ticket: 4, request });
		await seen('prepared');
		expect(events).toEqual([{ kind: 'prepared', ticket: 4, plan: planOf() }]);
	});

	it('tells in words what was refused, and a bug as a bug', async () => {
		const whole = maintenance();
		preparing = () => Promise.reject(new Refused('there is no member m9'));
		whole.perform({ kind: 'prepare', ticket: 1, request });
		await seen('refused');
		expect(last()).toEqual({ kind: 'refused', ticket: 1, text: 'there is no member m9', advice: null });
		preparing = () => Promise.reject(new TypeError('x is not a function'));
		whole.perform({ kind: 'prepare', ticket: 2, request });
		await vi.waitFor(() => expect(last()).toMatchObject({ ticket: 2 }));
		expect(last()).toMatchObject({ text: 'a fault of etcdtop itself: x is not a function' });
	});

	it('keeps only what was asked for last', async () => {
		const whole = maintenance();
		const first = Promise.withResolvers<Prepared>();
		preparing = () => first.promise;
		whole.perform({ kind: 'prepare', ticket: 1, request });
		preparing = async () => preparedOf(planOf({ title: 'the second' }));
		whole.perform({ kind: 'prepare', ticket: 2, request });
		await seen('prepared');
		first.resolve(preparedOf(planOf({ title: 'the first' })));
		await first.promise;
		whole.perform({ kind: 'run', ticket: 1, isForced: false });
		await seen('ended');
		expect(ran).toEqual([]);
		expect(events).toMatchObject([
			{ kind: 'prepared', ticket: 2 },
			{ kind: 'ended', ticket: 1, outcome: { kind: 'stopped' } },
		]);
	});
});

describe('running', () => {
	it('carries out the plan of the ticket, and tells its progress and its end', async () => {
		const whole = maintenance();
		const plan = planOf({ title: 'this one' });
		preparing = async () => preparedOf(plan);
		whole.perform({ kind: 'prepare', ticket: 1, request });
		await seen('prepared');
		whole.perform({ kind: 'run', ticket: 1, isForced: true });
		await seen('ended');
		expect(ran).toEqual([{ prepared: { plan }, isForced: true }]);
		expect(events.slice(1)).toEqual([
			{ kind: 'progress', ticket: 1, progress: begins },
			{ kind: 'ended', ticket: 1, outcome: outcomeOf() },
		]);
	});

	it('carries no plan out twice, and none beside another', async () => {
		const whole = maintenance();
		const { letGo } = lasting();
		whole.perform({ kind: 'prepare', ticket: 1, request });
		await seen('prepared');
		whole.perform({ kind: 'run', ticket: 1, isForced: false });
		whole.perform({ kind: 'run', ticket: 1, isForced: false });
		whole.perform({ kind: 'prepare', ticket: 2, request });
		await vi.waitFor(() => expect(events).toContainEqual({ kind: 'prepared', ticket: 2, plan: planOf() }));
		whole.perform({ kind: 'run', ticket: 2, isForced: false });
		letGo(outcomeOf());
		await vi.waitFor(() => expect(events).toContainEqual({ kind: 'ended', ticket: 1, outcome: outcomeOf() }));
		expect(ran).toHaveLength(1);
	});

	it('leaves by the signal, and only the operation that is meant', async () => {
		const whole = maintenance();
		const { letGo, signal } = lasting();
		whole.perform({ kind: 'prepare', ticket: 1, request });
		await seen('prepared');
		whole.perform({ kind: 'run', ticket: 1, isForced: false });
		await seen('progress');
		whole.perform({ kind: 'leave', ticket: 9 });
		expect(signal().aborted).toBe(false);
		whole.perform({ kind: 'leave', ticket: 1 });
		expect(signal().aborted).toBe(true);
		letGo(outcomeOf({ kind: 'stopped' }));
		await seen('ended');
	});

	it('tells a bug as one, and claims nothing of what was done', async () => {
		const whole = maintenance();
		// biome-ignore lint/correctness/useYield: it breaks before it says anything.
		running = async function* () {
			throw new TypeError('x is not a function');
		};
		whole.perform({ kind: 'prepare', ticket: 1, request });
		await seen('prepared');
		whole.perform({ kind: 'run', ticket: 1, isForced: false });
		await seen('ended');
		expect(last()).toMatchObject({
			outcome: { kind: 'unknown', text: 'a fault of etcdtop itself: x is not a function' },
		});
	});
});

describe('the end', () => {
	it('leaves what runs and waits for its last words', async () => {
		const whole = maintenance();
		const { letGo, signal } = lasting();
		whole.perform({ kind: 'prepare', ticket: 1, request });
		await seen('prepared');
		whole.perform({ kind: 'run', ticket: 1, isForced: false });
		await seen('progress');
		const ended = whole.end();
		expect(signal().aborted).toBe(true);
		expect(silenced).toBe(false);
		letGo(outcomeOf({ kind: 'stopped' }));
		await ended;
		expect(silenced).toBe(true);
	});

	it('waits no longer than there is time for, and lets nothing be written after it', async () => {
		const whole = maintenance();
		lasting();
		whole.perform({ kind: 'prepare', ticket: 1, request });
		await seen('prepared');
		whole.perform({ kind: 'run', ticket: 1, isForced: false });
		await seen('progress');
		await whole.end();
		expect(silenced).toBe(true);
	});

	it('costs nothing where nothing runs', async () => {
		const whole = maintenance();
		await whole.end();
		whole.start();
		expect(loads).toBe(0);
	});
});

describe('the journal', () => {
	it('is read at the start, and tells why it cannot be', async () => {
		const whole = maintenance();
		whole.start();
		await seen('journal');
		expect(events).toEqual([{ kind: 'journal', journal: { runs: [], trouble: null } }]);
		runs = () => Promise.reject(new Refused('the journal cannot be read: permission denied'));
		whole.perform({ kind: 'read-journal' });
		await vi.waitFor(() => expect(events).toHaveLength(2));
		expect(last()).toMatchObject({ journal: { trouble: 'the journal cannot be read: permission denied' } });
	});
});

describe('interrupted operations', () => {
	it('are told at the start, before the journal that says what is known of them', async () => {
		explaining = async () => ['“Defragment m2” was interrupted', '“Compact” was interrupted'];
		maintenance().start();
		await seen('journal');
		expect(events).toMatchObject([
			{ kind: 'notice', text: '2 operations were interrupted; J shows what is known of them now' },
			{ kind: 'journal' },
		]);
	});

	it('keep nobody from starting where they cannot be explained', async () => {
		explaining = () => Promise.reject(new Error('no'));
		maintenance().start();
		await seen('journal');
		expect(events).toHaveLength(1);
	});
});

describe('read-only', () => {
	it('prepares and runs nothing, whoever asks, and still reads the journal', async () => {
		const whole = maintenance(true);
		whole.perform({ kind: 'prepare', ticket: 1, request });
		whole.perform({ kind: 'run', ticket: 1, isForced: true });
		whole.perform({ kind: 'read-journal' });
		await seen('journal');
		expect(events.map(({ kind }) => kind)).toEqual(['journal']);
		expect(ran).toEqual([]);
	});
});
