import type { Event } from '../../source/control/event.ts';
import type { State } from '../../source/control/state.ts';
import { update } from '../../source/control/update.ts';
import type { Check, Outcome, Plan, PlannedStep } from '../../source/operations/plan.ts';
import { press, quietHistory, stateWith } from './operator.ts';

export const stepOf = (patch: Partial<PlannedStep> = {}): PlannedStep => ({
	title: 'defragment m2',
	memberId: '2',
	isAbortable: false,
	warnings: [],
	...patch,
});

export const check = (verdict: Check['verdict'], mayBeForced = false): Check => ({
	title: 'all voters serve',
	verdict,
	detail: '3 of 3',
	...(mayBeForced ? { mayBeForced } : {}),
});

/** A plan as an operation would make it. */
export const planOf = (patch: Partial<Plan> = {}): Plan => ({
	operation: 'defragment-member',
	title: 'Defragment m2',
	clusterId: 'c1',
	member: 'm2',
	risk: 'careful',
	phrase: 'm2',
	checks: [check('pass')],
	summary: 'defragment m2',
	consequence: ['m2 serves nobody meanwhile'],
	steps: [stepOf()],
	nothingToDo: null,
	...patch,
});

/** One plan of every risk and every standing. */
export const plans: Readonly<Record<string, Plan>> = {
	safe: planOf({ risk: 'safe' }),
	careful: planOf(),
	dangerous: planOf({ risk: 'dangerous' }),
	forcible: planOf({ checks: [check('pass'), check('stop', true)] }),
	safeForcible: planOf({ risk: 'safe', checks: [check('stop', true)] }),
	stopped: planOf({ checks: [check('stop', true), check('stop')] }),
	nothing: planOf({ steps: [], nothingToDo: 'already compacted' }),
};

export const outcomeOf = (patch: Partial<Outcome> = {}): Outcome => ({
	kind: 'done',
	text: 'defragmented m2',
	advice: null,
	facts: {},
	...patch,
});

/** The plan of what is being asked for arrives. */
export const arrived = (state: State, plan: Plan): State =>
	update(state, { kind: 'prepared', ticket: state.nextTicket - 1, plan })[0];

/** Members are known and the screen is live. */
export const ready = (patch: Partial<State> = {}): State => stateWith({ history: quietHistory(), ...patch });

export const having = (state: State, ...events: readonly Event[]): State =>
	events.reduce((before, event) => update(before, event)[0], state);

/** A confirmation that shows this plan. */
export const confirming = (plan: Plan, state: State = ready()): State => arrived(press(state, 'D'), plan);

/** The operation of this plan has just begun. */
export const begun = (plan: Plan = planOf(), state: State = ready()): State => {
	const typed = plan.risk === 'dangerous' ? [...plan.phrase, 'enter'] : plan.risk === 'safe' ? ['enter'] : ['y'];
	return press(confirming(plan, state), ...typed);
};
