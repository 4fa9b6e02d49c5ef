import { isAnswering } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import {
	type Case,
	isPathInDoubt,
	listNamesSince,
	missingVoters,
	nameOf,
	type Rule,
	secondsSince,
	type Verdict,
} from '../rule.ts';
import { earOf, isolations, leaderOf } from './isolation.ts';
import { fsyncLevels, isBehindItsMetrics, slowLatency } from './latency-levels.ts';
import { hasNeverStarted } from './never-started.ts';
import { weaknessOf } from './weak-voter.ts';

/** An election takes one or two. */
const electionSeconds = 5;

/**
 * Voters are missing and no other may be lost. A voter that the leader does not hear is missing too, however well it
 * looks. A cluster that never had one to spare is `no-spare-voter`'s.
 */
export const quorumAtRisk: Rule = {
	name: 'quorum-at-risk',
	judge(subject) {
		const missing = missingVoters(subject.snapshot);
		const late = missing.filter(member => isElecting(subject, member) || isOnlySlow(subject, member));
		if (isPathInDoubt(subject.snapshot)) return late.length > 0 ? [] : [outOfSight(subject, missing)];
		const mute = isolations(subject).filter(({ kind, member }) => kind === 'mute' && !member.isLearner);
		const counting = subject.snapshot.reachableVoters - mute.length + late.length;
		if (!isOneAway(subject, counting)) return [];
		const away = [...missing.filter(member => !late.includes(member)), ...mute.map(({ member }) => member)];
		const words = mute.length > 0 ? ['A voter that the leader does not hear gives no vote.'] : [];
		return [{ ...noneToSpare(subject, counting, away), reasoning: [...weakOf(subject, away), ...words] }];
	},
};

const outOfSight = (subject: Case, missing: readonly MemberView[]): Verdict => {
	const { reachableVoters, voters, quorum } = subject.snapshot;
	return {
		severity: 'warning',
		member: null,
		title: `only ${reachableVoters} of ${voters} voters can be read`,
		evidence: `those have a leader, so ${quorum} voters see each other; missing here: ${listNamesSince(subject, missing)}`,
		advice:
			'give addresses that work from here with --endpoints, or keep to the given ones with --no-discovery; else check the network of this machine',
	};
};

function noneToSpare(subject: Case, counting: number, away: readonly MemberView[]): Verdict {
	const { voters, quorum } = subject.snapshot;
	const isMaintenance = away.length > 0 && away.every(({ state }) => state.kind === 'defragmenting');
	return {
		severity: isMaintenance ? 'info' : 'warning',
		member: null,
		title: 'no voter to spare',
		evidence: `${counting} of ${voters} voters serve, ${quorum} are needed; missing: ${listNamesSince(subject, away)}`,
		advice: isMaintenance
			? 'wait for the defragmentation to end before anything else'
			: `bring the missing ${away.length > 1 ? 'voters' : 'voter'} back before any maintenance: the next loss stops all writes`,
	};
}

/** At a change of the leader the members come to the new one one after the other. Who was never seen with one is not in it. */
function isElecting(subject: Case, { key, state }: MemberView): boolean {
	const seen = subject.history.rows.get(key)?.states.countAt(subject.atMs) ?? 0;
	return state.kind === 'no-leader' && seen > 1 && secondsSince(subject, state.sinceMs) < electionSeconds;
}

/**
 * A disk that hangs, which `fsync-slow` tells, holds up what a member answers us, and its votes too; but it gives them.
 * Measured on 3.5.30 with syncs of 0.8 s: it goes on to lead, and every other Status comes too late for us.
 */
function isOnlySlow(subject: Case, member: MemberView): boolean {
	if (!isBehindItsMetrics(member)) return false;
	if (slowLatency(subject, member, 'fsync', fsyncLevels)?.severity !== 'critical') return false;
	if (member.id !== null && member.id === subject.snapshot.leader?.id) return true;
	const leader = leaderOf(subject);
	return leader !== null && earOf(subject, leader, member)?.isHeard === true;
}

/** Whether the next loss stops writes. A voter that never started is not seen to be away, and is. */
function isOneAway({ snapshot }: Case, counting: number): boolean {
	const { canLose, reachableVoters, voters, quorum } = snapshot;
	if (counting === voters) return false;
	if (canLose !== null) return canLose + counting - reachableVoters === 0;
	const unstarted = missingVoters(snapshot).filter(member => hasNeverStarted(snapshot, member));
	return isLed(snapshot) && counting === quorum && unstarted.length === voters - counting;
}

/** Those among the rest that may be lost next. */
const weakOf = (subject: Case, away: readonly MemberView[]): readonly string[] =>
	ownMembers(subject.snapshot)
		.filter(member => !member.isLearner && isAnswering(member) && !away.includes(member))
		.flatMap(member => {
			const weakness = weaknessOf(subject, member);
			return weakness === null ? [] : [`${nameOf(member)} is weak: ${weakness}.`];
		});
