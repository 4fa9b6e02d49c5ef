import { followsLeader } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import type { Case } from '../rule.ts';
import { isolations } from './isolation.ts';
import { latencyOver } from './latency-levels.ts';

/** A leader must know what was committed: further behind it would hold writes up until it has caught up. */
const mostLagEntries = 100n;
/** To move the leader for less is not worth the moment without one. */
const clearlyBetter = 0.5;

/** The voter with the best disk, that may lead in the place of this one; null where none is clearly better. */
export function voterWithBetterDisk(subject: Case, member: MemberView, windowMs: number): MemberView | null {
	const slow = latencyOver(subject, member, 'fsync', windowMs);
	if (slow === null) return null;
	const isolated = isolations(subject).map(isolation => isolation.member.key);
	const fit = ownMembers(subject.snapshot).flatMap(voter => {
		const isFit =
			voter.key !== member.key &&
			!voter.isLearner &&
			followsLeader(voter) &&
			!isolated.includes(voter.key) &&
			voter.lagEntries !== null &&
			voter.lagEntries <= mostLagEntries;
		const fsync = isFit ? latencyOver(subject, voter, 'fsync', windowMs) : null;
		return fsync !== null && fsync.seconds <= slow.seconds * clearlyBetter ? [{ voter, seconds: fsync.seconds }] : [];
	});
	return fit.sort((a, b) => a.seconds - b.seconds)[0]?.voter ?? null;
}
