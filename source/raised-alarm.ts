import type { Snapshot } from './cluster/snapshot.ts';
import { UsageError } from './config/errors.ts';
import type { AskedRequest } from './config/operation-request.ts';
import { safeText } from './format/safe.ts';
import { listNames, memberNamed } from './operations/members.ts';
import type { Request } from './operations/request.ts';

export type AskedDisarm = Extract<AskedRequest, { readonly operation: 'disarm-alarm' }>;

/** `NOSPACE by m1`: an alarm with whom it was raised by. */
function wordsOf(alarm: Snapshot['alarms'][number], { members }: Snapshot): string {
	if (alarm.member === null) return `${alarm.type} by a member that is not known`;
	return `${alarm.type} by ${safeText(members.find(({ id }) => id === alarm.member)?.name ?? alarm.member, 80)}`;
}

/**
 * Which alarm is meant where the command line leaves it open: the only one that is raised and fits. Null where none is.
 * Throws a `UsageError` where there is more than one to choose from, `Refused` where there is no such member.
 */
export function raisedAlarm(asked: AskedDisarm, snapshot: Snapshot): Request | null {
	const wanted = asked.member === null ? null : memberNamed(snapshot, asked.member).id;
	const fitting = snapshot.alarms.filter(
		({ member, type }) => (asked.type ?? type) === type && (wanted === null || member === null || member === wanted),
	);
	const [first, ...others] = fitting;
	if (first === undefined) return null;
	if (others.length > 0)
		throw new UsageError(
			`${fitting.length} alarms are raised: ${listNames(fitting.map(alarm => wordsOf(alarm, snapshot)))}; choose one with --member NAME and --type TYPE`,
		);
	const member = first.member ?? wanted;
	if (member === null) throw new UsageError(`${wordsOf(first, snapshot)} is raised; say whose with --member NAME`);
	return { operation: 'disarm-alarm', member, type: first.type };
}
