import type { AlarmType } from '../../cluster/alarms.ts';
import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';
import { safeText } from '../../format/safe.ts';
import { listNames } from '../rule.ts';

export type RaisedAlarm = {
	/** The one member that raised it; null for several, or where nobody said which. */
	readonly member: string | null;
	/** `raised by m1 and m2`. */
	readonly by: string;
};

/** Who raised an alarm of this type; null where nobody did. */
export function raisedAlarm({ alarms, members }: Snapshot, type: AlarmType): RaisedAlarm | null {
	const raised = alarms.filter(alarm => alarm.type === type);
	if (raised.length === 0) return null;
	const ids = raised.flatMap(({ member }) => (member === null ? [] : [member]));
	const known = members.filter((member): member is MemberView => ids.includes(member.id ?? ''));
	const unknown = ids.filter(id => !known.some(member => member.id === id)).map(id => safeText(id, 60));
	const names = [...(known.length > 0 ? [listNames(known)] : []), ...unknown].join(', ');
	return {
		member: ids.length === 1 ? ids[0]! : null,
		by: names === '' ? 'raised in the cluster' : `raised by ${names}`,
	};
}
