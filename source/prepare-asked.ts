import { areAlarmsKnown } from './cluster/alarms-known.ts';
import type { OperationEnd } from './config/operation-exits.ts';
import type { AskedRequest } from './config/operation-request.ts';
import type { OpenTools } from './maintenance-tools.ts';
import { entryOf } from './operations/catalog.ts';
import type { OperationId, Outcome, Plan } from './operations/plan.ts';
import { Refused } from './operations/refused.ts';
import type { Request } from './operations/request.ts';
import type { Prepared } from './operations/step.ts';
import { failureIn, troubleOf } from './operations/trouble.ts';
import { type AskedDisarm, raisedAlarm } from './raised-alarm.ts';
import { isReadable, unreadableLines } from './report/unreadable.ts';

/** What preparing came to. `complaints` are lines for people. */
export type Preparation =
	| { readonly kind: 'planned'; readonly prepared: Prepared; readonly complaints: readonly string[] }
	/** It ended before there was a plan; `plan` says so much as is known. */
	| {
			readonly kind: 'over';
			readonly end: OperationEnd;
			readonly plan: Plan;
			readonly outcome: Outcome;
			readonly complaints: readonly string[];
	  };

type Bench = Pick<OpenTools, 'operator' | 'world'>;

/** Looks at the cluster and plans what the command line asks for. Throws `UsageError` where it has to say more. */
export async function prepareAsked({ operator, world }: Bench, asked: AskedRequest): Promise<Preparation> {
	try {
		const request = await completed(asked, world);
		if ('kind' in request) return request;
		const prepared = await operator.prepare(request);
		const { snapshot } = prepared.look;
		return { kind: 'planned', prepared, complaints: isReadable(snapshot) ? [] : unreadableLines(snapshot) };
	} catch (error) {
		const trouble = troubleOf(error);
		if (trouble === null) throw error;
		const { text, advice } = trouble;
		const over = (end: OperationEnd) => ended(asked.operation, end, { ...stopped, text, advice });
		if (failureIn(error) !== null) return over('unreadable');
		// Nobody is a member of a cluster that does not answer: that is then what has to be told.
		return (error instanceof Refused ? await unreadable(asked.operation, world) : null) ?? over('usage');
	}
}

/** The request with what only the cluster can tell; or how it ends without one. */
async function completed(asked: AskedRequest, world: Bench['world']): Promise<Request | Preparation> {
	if (asked.operation !== 'disarm-alarm') return asked;
	const { member, type } = asked;
	return member !== null && type !== null ? { operation: 'disarm-alarm', member, type } : soleAlarm(asked, world);
}

async function soleAlarm(asked: AskedDisarm, world: Bench['world']): Promise<Request | Preparation> {
	const { snapshot } = await world.look();
	if (!isReadable(snapshot)) return notRead(asked.operation, unreadableLines(snapshot));
	if (!areAlarmsKnown(snapshot))
		return notRead(asked.operation, ['no member tells which alarms are raised; try to log in as root']);
	return (
		raisedAlarm(asked, snapshot) ??
		ended(asked.operation, 'done', { kind: 'done', text: 'no such alarm is raised', advice: null, facts: {} })
	);
}

async function unreadable(operation: OperationId, world: Bench['world']): Promise<Preparation | null> {
	const { snapshot } = await world.look();
	return isReadable(snapshot) ? null : notRead(operation, unreadableLines(snapshot));
}

const stopped = { kind: 'stopped', facts: {} } as const;

const notRead = (operation: OperationId, lines: readonly string[]): Preparation => ({
	...ended(operation, 'unreadable', { ...stopped, text: lines.join('; '), advice: null }),
	complaints: lines,
});

function ended(operation: OperationId, end: OperationEnd, outcome: Outcome): Extract<Preparation, { kind: 'over' }> {
	const { title, risk } = entryOf(operation);
	const { text, advice } = outcome;
	return {
		kind: 'over',
		end,
		outcome,
		complaints: end === 'done' ? [] : [advice === null ? text : `${text}; ${advice}`],
		plan: {
			operation,
			title,
			clusterId: null,
			member: null,
			risk,
			phrase: '',
			checks: [],
			summary: text,
			consequence: [],
			steps: [],
			nothingToDo: end === 'done' ? text : null,
		},
	};
}
