import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';

/** A member that was added to the list and has not started yet has no name there. */
export const hasNeverStarted = ({ list }: Snapshot, { id }: MemberView): boolean =>
	list.some(member => member.id === id && member.name === '');
