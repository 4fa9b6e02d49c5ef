import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, Event } from '../../source/control/event.ts';
import { keymap } from '../../source/control/keymap.ts';
import type { State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import type { Plan } from '../../source/operations/plan.ts';
import { at, key, nowMs } from './operator.ts';
import { outcomeOf, plans, ready } from './plans.ts';
import { judged, unaware, type Witness } from './witness.ts';

/** Something that may happen in any state; what comes from outside carries a ticket that depends on it. */
type Happening = { readonly name: string; readonly event: (state: State) => Event };

const pressing = (name: string): Happening => ({ name, event: () => key(name) });
const latest = ({ nextTicket }: State) => nextTicket - 1;
const preparing = (name: string, plan: Plan): Happening => ({
	name: `prepared ${name}`,
	event: state => ({ kind: 'prepared', ticket: latest(state), plan }),
});
const outside: readonly Happening[] = [
	...Object.entries(plans).map(([name, plan]) => preparing(name, plan)),
	{
		name: 'prepared too late',
		event: state => ({ kind: 'prepared', ticket: latest(state) - 1, plan: plans.safe! }),
	},
	{
		name: 'refused',
		event: state => ({ kind: 'refused', ticket: latest(state), text: 'no such member', advice: null }),
	},
	{
		name: 'ended',
		event: state => ({ kind: 'ended', ticket: state.operation?.ticket ?? 0, outcome: outcomeOf() }),
	},
	{ name: 'a minute later', event: state => ({ kind: 'tick', now: at(state.now.atMs + 60_001) }) },
	{ name: 'made small', event: () => ({ kind: 'resized', columns: 20, rows: 5 }) },
	{ name: 'made large', event: () => ({ kind: 'resized', columns: 120, rows: 40 }) },
];

/** Keys that mean something on the way to an operation; `m` and `2` are the phrase of the plans as well. */
const keys = ['c', 'D', 'm', 's', 'x', 'enter', 'y', '2', 'r', 'escape', 'backspace', 'ctrl+u', 'down', 'space', 'q'];
const happenings: readonly Happening[] = [...keys.map(pressing), ...outside];

/** Which key was pressed matters only where it would confirm something, and only for a moment. */
const confirmingKey = (pressed: State['lastKey'], nowMs: number) =>
	pressed?.atMs === nowMs && ['enter', 'y'].includes(pressed.name) ? pressed.name : null;

/** Whatever decides on what happens next; the history is the same all the time. */
function identity(state: State, witness: Witness): string {
	const { history: _, mode, notice: __, operation, lastKey, ...rest } = state;
	const shown = Object.values(plans).indexOf(witness.shown as Plan);
	return JSON.stringify(
		[
			rest,
			confirmingKey(lastKey, state.now.atMs),
			'choices' in mode ? { ...mode, choices: mode.choices.length } : mode,
			operation === null ? null : { ...operation, plan: null, steps: null },
			{ ...witness, shown, before: null, pressed: confirmingKey(witness.pressed, witness.nowMs) },
		],
		(_, value) => (typeof value === 'bigint' ? String(value) : value),
	);
}

type Explored = { readonly states: number; readonly ran: ReadonlySet<string> };

/** Plays every sequence of so many happenings; those that lead to a state that was reached as soon before are one. */
function explore(start: State, depth: number, look: (state: State, effects: readonly Effect[]) => void): Explored {
	let edge: readonly (readonly [State, Witness])[] = [[start, unaware(start.now.atMs)]];
	const seen = new Set(edge.map(([state, witness]) => identity(state, witness)));
	const ran = new Set<string>();
	for (let length = 0; length < depth; length++) {
		const next: [State, Witness][] = [];
		for (const [state, witness] of edge)
			for (const { event } of happenings) {
				const happened = event(state);
				const [after, effects] = update(state, happened);
				const known = judged(witness, happened, effects);
				look(after, effects);
				if (effects.some(({ kind }) => kind === 'run')) ran.add(nameOf(after.operation!.plan));
				const name = identity(after, known);
				if (!seen.has(name)) {
					seen.add(name);
					next.push([after, known]);
				}
			}
		edge = next;
	}
	return { states: seen.size, ran };
}

const nameOf = (plan: Plan) => Object.entries(plans).find(([, each]) => each === plan)![0];

const isAboutCluster = ({ kind }: Effect) => kind === 'prepare' || kind === 'run' || kind === 'leave';

/** The plans that a full confirmation starts. */
const startable = ['careful', 'dangerous', 'forcible', 'safe', 'safeForcible'];

describe('every short sequence of keys and answers', () => {
	it('starts an operation only by its full confirmation, one at a time', () => {
		const { states, ran } = explore(ready(), 6, () => {});
		expect(states).toBeGreaterThan(1000);
		// The sequences were long enough to start whatever may be started, and nothing else was.
		expect([...ran].sort()).toEqual(startable);
	});

	it('asks for nothing of the cluster in read-only mode', () => {
		explore(ready({ readOnly: true }), 5, (state, effects) => {
			expect(effects.filter(isAboutCluster)).toEqual([]);
			expect(['browse', 'help', 'filter', 'journal']).toContain(state.mode.kind);
		});
	});

	it('leaves a confirmation by Escape and by Ctrl+C, whatever it shows', () => {
		explore(ready(), 5, state => {
			if (state.mode.kind !== 'confirm') return;
			for (const name of ['escape', 'ctrl+c']) {
				const [left, effects] = update(state, key(name));
				expect([left.mode.kind, effects]).toEqual([state.operation === null ? 'browse' : 'run', []]);
			}
		});
	});

	it('starts nothing where the screen is too small to show what would be started', () => {
		explore({ ...ready(), size: { columns: 59, rows: 15 } }, 5, (state, effects) => {
			if (effects.some(({ kind }) => kind === 'run')) expect(state.size).toEqual({ columns: 120, rows: 40 });
		});
	});
});

describe('any sequence of keys and answers', () => {
	const names = [...new Set(keymap.flatMap(binding => binding.keys))];
	const anything = fc.oneof(
		{ weight: 4, arbitrary: fc.constantFrom(...happenings) },
		{ weight: 2, arbitrary: fc.constantFrom(...names).map(pressing) },
		{
			weight: 1,
			arbitrary: fc
				.constantFrom('m2', 'm2\\n', 'y', '\\r')
				.map((text): Happening => ({ name: `paste ${text}`, event: () => ({ kind: 'key', name: 'paste', text }) })),
		},
		{
			weight: 1,
			arbitrary: fc.nat(5000).map(
				(ms): Happening => ({
					name: `${ms} ms later`,
					event: state => ({ kind: 'tick', now: at(state.now.atMs + ms) }),
				}),
			),
		},
	);

	/** The way to the start of each plan, and one key further, each begun from the panes. */
	const waysToStart = Object.entries(plans).map(([name, plan]) => [
		...['escape', 'escape', 'escape', 'D'].map(pressing),
		preparing(name, plan),
		...['ctrl+u', 'm', '2', 'enter', 'y'].map(pressing),
	]);
	/** Chance alone seldom finds such a way: whole ones and their beginnings are strewn among the rest. */
	const partOfWay = fc
		.tuple(fc.constantFrom(...waysToStart), fc.nat(12))
		.map(([way, left]) => (left < way.length ? way.slice(0, way.length - left) : way));
	const sequences = fc
		.array(fc.oneof({ weight: 8, arbitrary: anything.map(one => [one]) }, { weight: 1, arbitrary: partOfWay }), {
			minLength: 10,
			maxLength: 60,
		})
		.map(parts => parts.flat());

	it('starts an operation only by its full confirmation, and never in read-only mode', () => {
		const started = new Set<string>();
		fc.assert(
			fc.property(sequences, fc.boolean(), (sequence, readOnly) => {
				let state = ready({ readOnly });
				let witness = unaware(nowMs);
				for (const { event } of sequence) {
					const happened = event(state);
					const [after, effects] = update(state, happened);
					witness = judged(witness, pastedAsTyped(happened), effects);
					if (readOnly) expect(effects.filter(isAboutCluster)).toEqual([]);
					if (effects.some(({ kind }) => kind === 'run')) started.add(nameOf(after.operation!.plan));
					state = after;
				}
			}),
			{
				numRuns: 600,
				examples: waysToStart.flatMap((way): [Happening[], boolean][] => [
					[way, false],
					[way, true],
				]),
			},
		);
		// Whatever may be started was, so that the judge had something to judge; nothing else was.
		expect([...started].sort()).toEqual(startable);
	});
});

/** The newline at the end of a pasted line counts for nothing, least of all as Enter. */
const pastedAsTyped = (event: Event): Event =>
	event.kind === 'key' && event.name === 'paste' ? { ...event, text: event.text.replace(/\\[nr]$/, '') } : event;
