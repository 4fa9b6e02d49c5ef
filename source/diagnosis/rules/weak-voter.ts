import type { MemberView } from '../../cluster/snapshot.ts';
import { formatCount } from '../../format/number.ts';
import type { Case } from '../rule.ts';
import { fsyncLevels, latencyOver } from './latency-levels.ts';

const windowMs = 60_000;
/** A second's worth of a busy cluster: its acknowledgements come late. */
const farBehindEntries = 1000n;

/** What makes a voter that serves a likely next loss, in words; null where nothing does, or nothing is known of it. */
export function weaknessOf(subject: Case, member: MemberView): string | null {
	const fsync = latencyOver(subject, member, 'fsync', windowMs);
	if (fsync !== null && fsync.seconds >= fsyncLevels.warning) return `its disk syncs take ${fsync.words}`;
	if (member.lagEntries !== null && member.lagEntries >= farBehindEntries)
		return `it is ${formatCount(member.lagEntries)} entries behind`;
	return null;
}
