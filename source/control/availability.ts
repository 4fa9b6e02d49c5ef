import { isAnswering } from '../cluster/member-state.ts';
import { isLed, ownMembers } from '../cluster/own-members.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import type { OperationId } from '../operations/plan.ts';
import { isInFront } from './in-front.ts';
import { isTooSmall, smallestSize } from './layout.ts';
import type { Availability } from './operating.ts';
import { isRunning } from './running.ts';
import type { State } from './state.ts';

/** What the cluster is now, wherever the cursor stands: operations are about nothing else. */
export const presentOf = ({ history, now }: State): Snapshot => snapshotAt(history, now.atMs);

/** The screen cannot show what would be confirmed. */
export const tooSmallReason = (state: State): string | null =>
	isTooSmall(state.size)
		? `the screen is too small to show a plan; it takes ${smallestSize.columns}x${smallestSize.rows}`
		: null;

type Reason = (snapshot: Snapshot) => string | null;

const needsLeader: Reason = snapshot =>
	isLed(snapshot) ? null : 'nobody leads: there is no quorum, or an election is under way';

const needsList: Reason = snapshot =>
	snapshot.list.length === 0 ? 'the member list is not known' : needsLeader(snapshot);

const needsAlarm: Reason = snapshot => (snapshot.alarms.length === 0 ? 'no alarm is raised' : needsLeader(snapshot));

/** What each operation needs beyond a cluster that answers. A snapshot is worth having most where there is no leader. */
const needs: Readonly<Record<OperationId, Reason>> = {
	compact: needsLeader,
	'defragment-member': needsLeader,
	'defragment-cluster': needsLeader,
	snapshot: () => null,
	'recover-space': snapshot =>
		needsAlarm(snapshot) ?? (snapshot.alarms.some(({ type }) => type === 'NOSPACE') ? null : 'NOSPACE is not raised'),
	'disarm-alarm': needsAlarm,
	'move-leader': snapshot =>
		snapshot.voters === 1 ? 'a single voter has nobody to hand over to' : needsLeader(snapshot),
	'member-add': needsList,
	'member-promote': snapshot =>
		needsList(snapshot) ?? (snapshot.list.some(({ isLearner }) => isLearner) ? null : 'there is no learner'),
	'member-update': needsList,
	'member-remove': needsList,
	'check-hash': () => null,
};

/** Why no operation at all can be had. */
function generalReason(state: State, snapshot: Snapshot): string | null {
	if (state.readOnly) return 'etcdtop was started read-only';
	if (isRunning(state)) return `“${state.operation!.plan.title}” is running; one operation at a time`;
	if (state.cursor.kind === 'paused')
		return isInFront(state) ? 'paused; Esc, then Space goes live' : 'the screen is paused; Space goes live';
	if (!ownMembers(snapshot).some(isAnswering)) return 'no member of the cluster answers';
	return tooSmallReason(state);
}

/** Why each operation cannot be had now, as a sentence; the cluster is looked at once, and only if somebody asks. */
export function availabilityOf(state: State): Availability {
	let snapshot: Snapshot | null = null;
	let general: string | null = null;
	return id => {
		if (snapshot === null) {
			snapshot = presentOf(state);
			general = generalReason(state, snapshot);
		}
		return general ?? needs[id](snapshot);
	};
}

/** Why none of these operations, which share a key, can be had. */
export function noneAvailable(state: State, ids: readonly OperationId[]): string | null {
	const availability = availabilityOf(state);
	const reasons = ids.map(availability);
	return reasons.includes(null) ? null : (reasons[0] ?? null);
}
