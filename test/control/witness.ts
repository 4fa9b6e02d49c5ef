import { expect } from 'vitest';
import type { Effect, Event } from '../../source/control/event.ts';
import type { Ticket } from '../../source/control/operating.ts';
import { type Plan, riskOf, standingOf } from '../../source/operations/plan.ts';

/**
 * What somebody knows who sees only what goes in and comes out: which plan is shown, and what was typed below it. It
 * shares no code with the confirmation that it judges.
 */
export type Witness = {
	/** What was asked for last and was not left since. */
	readonly asked: Ticket | null;
	/** The first plan that came for it. */
	readonly shown: Plan | null;
	readonly shownMs: number;
	readonly typed: string;
	readonly running: Ticket | null;
	/** The key before, and when it was pressed. */
	readonly before: { readonly name: string; readonly atMs: number } | null;
	/** The last one. */
	readonly pressed: { readonly name: string; readonly atMs: number } | null;
	readonly nowMs: number;
};

export const unaware = (nowMs: number): Witness => ({
	asked: null,
	shown: null,
	shownMs: 0,
	typed: '',
	running: null,
	before: null,
	pressed: null,
	nowMs,
});

/** The oldest plan that may be carried out. */
const oldestMs = 60_000;

function typedAfter(typed: string, event: Extract<Event, { readonly kind: 'key' }>): string {
	if (event.name === 'backspace') return typed.slice(0, -1);
	if (event.name === 'ctrl+u') return '';
	return /^(?:ctrl|meta)\+/.test(event.name) ? typed : typed + event.text;
}

/** What has happened by now, before the effects of this event. */
function told(witness: Witness, event: Event): Witness {
	switch (event.kind) {
		case 'prepared':
			return event.ticket === witness.asked && witness.shown === null
				? { ...witness, shown: event.plan, shownMs: witness.nowMs, typed: '' }
				: witness;
		case 'refused':
			return event.ticket === witness.asked && witness.shown === null ? { ...witness, asked: null } : witness;
		case 'ended':
			return event.ticket === witness.running ? { ...witness, running: null } : witness;
		case 'tick':
			return { ...witness, nowMs: event.now.atMs };
		case 'key':
			return typedBy(
				{ ...witness, before: witness.pressed, pressed: { name: event.name, atMs: witness.nowMs } },
				event,
			);
		default:
			return witness;
	}
}

function typedBy(witness: Witness, event: Extract<Event, { readonly kind: 'key' }>): Witness {
	if (witness.asked !== null && (event.name === 'escape' || event.name === 'ctrl+c'))
		return { ...witness, asked: null, shown: null, typed: '' };
	return { ...witness, typed: witness.shown === null ? '' : typedAfter(witness.typed, event) };
}

/** Terminals repeat a key that is held down, the first time after half a second or so. */
const isHeld = ({ before, nowMs }: Witness, name: string) => before?.name === name && nowMs - before.atMs < 600;

/** What has to have been pressed last, and what typed before it. */
function isConfirmed(witness: Witness, plan: Plan, event: Event): boolean {
	if (event.kind !== 'key' || plan.nothingToDo !== null || standingOf(plan) === 'stopped') return false;
	switch (riskOf(plan)) {
		case 'safe':
			return event.name === 'enter' && !isHeld(witness, 'enter');
		case 'careful':
			return event.name === 'y' && !isHeld(witness, 'y');
		case 'dangerous':
			return event.name === 'enter' && witness.typed === plan.phrase;
	}
}

/** Judges the effects of one event, and remembers. */
export function judged(before: Witness, event: Event, effects: readonly Effect[]): Witness {
	let witness = told(before, event);
	for (const effect of effects) {
		if (effect.kind === 'prepare') witness = { ...witness, asked: effect.ticket, shown: null, typed: '' };
		if (effect.kind !== 'run') continue;
		const { shown, asked } = witness;
		expect(asked, 'what runs was asked for and not left').toBe(effect.ticket);
		expect(shown, 'a plan was shown').not.toBeNull();
		expect(isConfirmed(witness, shown!, event), `confirmed by ${JSON.stringify(event)} after “${witness.typed}”`).toBe(
			true,
		);
		expect(witness.nowMs - witness.shownMs, 'milliseconds since the plan was made').toBeLessThanOrEqual(oldestMs);
		expect(witness.running, 'another operation that runs').toBeNull();
		expect(effect.isForced, 'forced').toBe(standingOf(shown!) === 'forcible');
		witness = { ...witness, asked: null, shown: null, typed: '', running: effect.ticket };
	}
	return witness;
}
