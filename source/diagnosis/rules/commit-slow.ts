import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatBytes } from '../../format/bytes.ts';
import { severities } from '../finding.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { commitLevels, fsyncLevels, latencyOver, type SlowLatency, slowLatency } from './latency-levels.ts';

const compareMs = 2 * 60_000;
/**
 * bbolt syncs twice for a commit, its pages and then its root, and both numbers may be off by the width of a bucket.
 * Measured on 3.5.30 with each sync delayed by 0.3 s: syncs 509 ms and commits 1.02 s (both p99, as their buckets tell).
 */
const syncsOfCommit = 4;

/**
 * Committing the backend is slow: large transactions, a large database or memory pressure. Where syncs of the WAL are as
 * grave, or commits take no more than their own syncs, it is the disk, and `fsync-slow` has said it.
 */
export const commitSlow: Rule = {
	name: 'commit-slow',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			const slow = slowLatency(subject, member, 'commit', commitLevels);
			if (slow === null) return [];
			const disk = slowLatency(subject, member, 'fsync', fsyncLevels);
			if (disk !== null && isTheDisk(disk, slow)) return [];
			return [
				{
					severity: slow.severity,
					evidence: slow.evidence,
					member: idOf(member),
					title: `${nameOf(member)}: backend commits are slow`,
					advice: 'look for large transactions and values, for memory pressure, and at the size of the database',
					reasoning: whyNotDisk(subject, member),
					chart: { kind: 'latency' as const, latency: 'commit' as const, member: idOf(member) },
				},
			];
		}),
};

const isTheDisk = (disk: SlowLatency, commit: SlowLatency): boolean =>
	severities.indexOf(disk.severity) <= severities.indexOf(commit.severity) ||
	commit.seconds <= syncsOfCommit * disk.seconds;

function whyNotDisk(subject: Case, member: MemberView): readonly string[] {
	const fsync = latencyOver(subject, member, 'fsync', compareMs);
	const size = member.numbers === null ? [] : [`The database has ${formatBytes(member.numbers.dbSizeBytes)}.`];
	if (fsync === null) return size;
	const words = `Disk syncs of the WAL take ${fsync.words}`;
	return fsync.seconds < fsyncLevels.info
		? [`${words}, which is fine: it is what is committed, not the disk.`, ...size]
		: [`${words}, slow but less so: what is committed adds to a slow disk.`, ...size];
}
