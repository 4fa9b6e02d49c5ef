import type { MemberView, Snapshot } from './snapshot.ts';

/** The rows that belong to the cluster: what those of another one say must not be counted here. */
export const ownMembers = ({ members, foreignKeys }: Snapshot): readonly MemberView[] =>
	foreignKeys.length === 0 ? members : members.filter(({ key }) => !foreignKeys.includes(key));

/** Somebody leads, even where only metrics tell so and nobody says who. */
export const isLed = (snapshot: Snapshot): boolean =>
	snapshot.leader !== null ||
	ownMembers(snapshot).some(({ state }) => state.kind === 'status-denied' && state.hasLeader);
