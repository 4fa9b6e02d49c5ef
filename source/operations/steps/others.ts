import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatLatency } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import type { Look } from '../world.ts';

/** How the rest of the cluster does while one member is busy: `others: m1 0.8 ms, m3 no answer`; empty without others. */
export function othersText({ snapshot }: Look, { id, key }: Pick<MemberView, 'id' | 'key'>): string {
	const others = ownMembers(snapshot).filter(member => (id === null ? member.key !== key : member.id !== id));
	return others.length === 0 ? '' : `others: ${others.map(othersWord).join(', ')}`;
}

function othersWord(member: MemberView): string {
	const latency = member.numbers?.latencySeconds ?? null;
	const name = safeText(member.name, 80);
	if (!isAnswering(member)) return `${name} ${member.state.kind === 'defragmenting' ? 'defragmenting' : 'no answer'}`;
	return `${name} ${latency === null ? 'answers' : formatLatency(latency)}`;
}
