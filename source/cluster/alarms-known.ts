import { isAnswering } from './member-state.ts';
import { ownMembers } from './own-members.ts';
import type { Snapshot } from './snapshot.ts';

/** Whether a member told of the alarms: every member knows all of them, metrics know none. */
export const areAlarmsKnown = (snapshot: Snapshot): boolean =>
	ownMembers(snapshot).some(member => isAnswering(member) && member.numbers?.source === 'status');
