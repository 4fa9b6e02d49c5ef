import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import type { Remedy } from '../finding.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { voterWithBetterDisk } from './better-disk.ts';
import { commitLevels, fsyncLevels, latencyOver, slowLatency } from './latency-levels.ts';

const compareMs = 2 * 60_000;
/** A commit has two syncs in it: on the same disk it takes no less than one, give or take a bucket. */
const clearlyLess = 0.5;

/**
 * Writing the WAL to disk is slow: every write of the cluster waits for a majority of these. The backend lies on the same
 * disk unless `--wal-dir` says otherwise, so whether its commits are slow too tells the disk from the WAL's own device.
 */
export const fsyncSlow: Rule = {
	name: 'fsync-slow',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			const slow = slowLatency(subject, member, 'fsync', fsyncLevels);
			if (slow === null) return [];
			const name = nameOf(member);
			const isLeading = member.id !== null && member.id === subject.snapshot.leader?.id;
			const remedy = isLeading && slow.severity !== 'info' ? moveAway(subject, member) : null;
			return [
				{
					severity: slow.severity,
					evidence: slow.evidence,
					member: idOf(member),
					title: `${name}: disk syncs are slow`,
					advice: `${remedy === null ? '' : `move the leader off ${name}; `}give the WAL a disk of its own (SSD), and look for other programs that write to it`,
					reasoning: [...whichDisk(subject, member), whoWaits(subject, member, isLeading)],
					remedy,
					chart: { kind: 'latency' as const, latency: 'fsync' as const, member: idOf(member) },
				},
			];
		}),
};

function whoWaits({ snapshot }: Case, member: MemberView, isLeading: boolean): string {
	const name = nameOf(member);
	if (member.isLearner) return `${name} is a learner: no write waits for it.`;
	if (snapshot.voters === 1) return `${name} is the only voter: every write waits for it.`;
	return isLeading
		? `${name} leads: every write waits for it, or for a majority that is quicker.`
		: `${name} follows: writes wait for it only where it is needed for the majority.`;
}

function moveAway(subject: Case, member: MemberView): Remedy | null {
	const next = voterWithBetterDisk(subject, member, compareMs);
	return next === null ? null : { operation: 'move-leader', member: idOf(next) };
}

function whichDisk(subject: Case, member: MemberView): readonly string[] {
	const commit = latencyOver(subject, member, 'commit', compareMs);
	if (commit === null) return [];
	const words = `Backend commits take ${commit.words}`;
	if (commit.seconds < commitLevels.info)
		return [`${words}, which is fine: it is the WAL’s own device, or many small syncs that wait for each other.`];
	const sync = latencyOver(subject, member, 'fsync', compareMs);
	return sync !== null && commit.seconds < sync.seconds * clearlyLess
		? [`${words}, much less than the syncs: it is the WAL’s own device.`]
		: [`${words}, slow too: it is the disk that holds both.`];
}
