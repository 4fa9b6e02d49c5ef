import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import type { MemberName, Request } from '../operations/request.ts';
import type { State } from './state.ts';

/** How a member is asked for: by its name where only it has that name, else by its id. */
export function nameFor(
	snapshot: Snapshot,
	{ name, id }: { readonly name: string; readonly id: string | null },
): MemberName {
	const namesakes = new Set(
		[...snapshot.members, ...snapshot.list].filter(other => other.name === name).map(other => other.id),
	);
	return id !== null && (name === '' || namesakes.size > 1) ? id : name;
}

/** The member that the operator has chosen among the rows; null where it is all of them. */
export const selectedMember = (snapshot: Snapshot, { selectedKey }: State): MemberView | null =>
	ownMembers(snapshot).find(({ key }) => key === selectedKey) ?? null;

/** What is asked of a snapshot that is saved to a path; the chosen member gives it, else the healthiest follower. */
export function snapshotRequest(snapshot: Snapshot, state: State, path: string | null): Request {
	const member = selectedMember(snapshot, state);
	return {
		operation: 'snapshot',
		member: member === null ? null : nameFor(snapshot, member),
		path,
		overwrite: false,
		retention: { keepLast: null, keepForSeconds: null },
	};
}
