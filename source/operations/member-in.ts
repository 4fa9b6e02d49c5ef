import type { MemberView } from '../cluster/snapshot.ts';
import type { Look } from './world.ts';

/** A member of an earlier look as it is now; null where it is not in the cluster any more. */
export const memberIn = ({ snapshot }: Look, { id, key }: Pick<MemberView, 'id' | 'key'>): MemberView | null =>
	snapshot.members.find(member => (id === null ? member.key === key : member.id === id)) ?? null;
