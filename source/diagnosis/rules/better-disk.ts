import { followsLeader, isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import type { Case } from '../rule.ts';
import { stallsIn } from './disk-stalls.ts';
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
	return quickest(subject, fitToLead(subject, member), windowMs, slow.seconds * clearlyBetter);
}

/** The voter with the best disk of those that did not stall, that may lead in the place of one that did. */
export function voterWithoutStalls(subject: Case, member: MemberView, windowMs: number): MemberView | null {
	const steady = fitToLead(subject, member).filter(
		voter => stallsIn(subject, voter, subject.atMs, windowMs)?.count === 0,
	);
	return quickest(subject, steady, windowMs, Number.POSITIVE_INFINITY);
}

function fitToLead(subject: Case, instead: MemberView): readonly MemberView[] {
	const isolated = isolations(subject).map(isolation => isolation.member.key);
	const voters = ownMembers(subject.snapshot).filter(
		voter => voter.key !== instead.key && !voter.isLearner && followsLeader(voter) && !isolated.includes(voter.key),
	);
	const indexes = voters.map(indexOf);
	const furthest = indexes.reduce((most, index) => (index > most ? index : most), 0n);
	return voters.filter((voter, place) => {
		// Measured by the others where the leader waits for its disk and does not say how far it is.
		const lag = voter.lagEntries ?? (isAnswering(instead) ? null : furthest - indexes[place]!);
		return lag !== null && lag <= mostLagEntries;
	});
}

const indexOf = ({ numbers }: MemberView): bigint => numbers?.raftIndex ?? 0n;

function quickest(subject: Case, voters: readonly MemberView[], windowMs: number, most: number): MemberView | null {
	const measured = voters.flatMap(voter => {
		const fsync = latencyOver(subject, voter, 'fsync', windowMs);
		return fsync !== null && fsync.seconds <= most ? [{ voter, seconds: fsync.seconds }] : [];
	});
	return measured.sort((a, b) => a.seconds - b.seconds)[0]?.voter ?? null;
}
