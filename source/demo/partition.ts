import type { PartitionDirection } from './member.ts';
import type { LinkModes } from './proxy.ts';

export type Partitions = ReadonlyMap<string, PartitionDirection>;

/** The modes of the connections that `from` makes to `member`. */
export type LinkPlan = { readonly member: string; readonly from: string | null; readonly modes: LinkModes };

/**
 * Which bytes between members are held when these members are cut off. Raft's messages travel both ways on connections
 * of either side, so one direction between two members is one direction of two links.
 */
export function linkPlans(members: readonly string[], partitions: Partitions): LinkPlan[] {
	const cannotSend = (name: string) => partitions.has(name) && partitions.get(name) !== 'incoming';
	const cannotReceive = (name: string) => partitions.has(name) && partitions.get(name) !== 'outgoing';
	const mode = (isHeld: boolean) => (isHeld ? 'swallow' : 'pass');
	return members.flatMap(member =>
		[null, ...members.filter(name => name !== member)].map(from => ({
			member,
			from,
			modes: {
				toServer: mode(cannotReceive(member) || (from !== null && cannotSend(from))),
				toClient: mode(cannotSend(member) || (from !== null && cannotReceive(from))),
			},
		})),
	);
}
