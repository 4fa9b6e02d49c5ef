import type { State } from '../../source/control/state.ts';
import type { PastRun } from '../../source/operations/record.ts';
import { found, foundJudge } from './found.ts';
import { choices, press } from './operator.ts';
import { begun, confirming, having, outcomeOf, plans, ready } from './plans.ts';

/** An operation of yesterday. */
export const pastRun: PastRun = {
	id: 'r1',
	operation: 'defragment-member',
	title: 'Defragment m2',
	clusterId: 'c1',
	member: 'm2',
	user: 'alice',
	host: 'control-1',
	pid: 4711,
	startedMs: 0,
	endedMs: 1000,
	isForced: false,
	plan: 'defragment m2',
	checks: [],
	steps: [{ title: 'defragment m2', member: 'm2', end: 'done', text: 'done', seconds: 1, before: [] }],
	state: 'done',
	text: 'defragmented m2',
	advice: null,
	facts: {},
	before: [],
	after: [],
};

const running = begun();
const read = (state: State) => having(state, { kind: 'journal', journal: { runs: [pastRun], trouble: null } });

/** A state in every mode, and in those that depend on more than their mode in every way. */
export const situations: readonly State[] = [
	ready(),
	ready({ faults: choices }),
	ready({ readOnly: true }),
	press(ready(), 'space'),
	press(ready(), '/'),
	press(ready(), '?'),
	press(ready({ faults: choices }), 'b'),
	press(ready(), 'x'),
	press(ready(), 'c'),
	press(ready(), 'M', 'enter'),
	press(ready(), 'D'),
	...Object.values(plans)
		.filter(plan => plan !== plans.safeForcible)
		.map(plan => confirming(plan)),
	running,
	press({ ...running, faults: choices }, 'b'),
	press(running, '/'),
	press(running, '?'),
	press(running, 'x'),
	press(running, 'J'),
	having(running, { kind: 'ended', ticket: 1, outcome: outcomeOf() }),
	press(ready(), 'J'),
	press(read(press(ready(), 'J')), 'enter'),
	press({ ...ready(), judge: foundJudge([]) }, 'f'),
	press({ ...running, judge: foundJudge([]) }, 'f'),
	...[ready(), ready({ readOnly: true }), running].map(state =>
		press({ ...state, judge: foundJudge([found()]) }, 'f', 'enter'),
	),
];
