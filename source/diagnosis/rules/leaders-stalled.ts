import type { MemberView } from '../../cluster/snapshot.ts';
import type { Remedy } from '../finding.ts';
import { type Case, idOf, listNames, nameOf } from '../rule.ts';
import { voterWithoutStalls } from './better-disk.ts';
import { type ChangeCause, type Changes, leadersIn, lossesOfLead, timesWords } from './changing-leaders.ts';
import { stallsIn } from './disk-stalls.ts';
import { latencyOver } from './latency-levels.ts';

/** A stall has begun when its leader is replaced, and is counted when it ends, which may be much later. */
const beforeMs = 5_000;
const afterMs = 15_000;

type Stalled = { readonly member: MemberView; readonly times: number; readonly words: string };

/** Leaders that waited for one sync until they were replaced, the most often first. */
function stalledLeaders(subject: Case, changes: Changes): readonly Stalled[] {
	return leadersIn(subject, changes)
		.flatMap(member => {
			const all = stallsIn(subject, member, subject.atMs, changes.windowMs);
			if (all === null || all.count === 0) return [];
			const lost = lossesOfLead(subject, member, changes).filter(atMs => hasStalledAt(subject, member, atMs));
			const times = Math.min(lost.length, all.count);
			return times === 0 ? [] : [{ member, times, words: all.words }];
		})
		.sort((a, b) => b.times - a.times);
}

function hasStalledAt(subject: Case, member: MemberView, lostMs: number): boolean {
	const endMs = Math.min(subject.atMs, lostMs + afterMs);
	return (stallsIn(subject, member, endMs, endMs - lostMs + beforeMs)?.count ?? 0) > 0;
}

/** Disks that are quick but for single syncs, each of which costs a leader its lead. */
export function stallingDisks(subject: Case, changes: Changes): ChangeCause | null {
	const stalled = stalledLeaders(subject, changes);
	const times = stalled.reduce((sum, each) => sum + each.times, 0);
	// Who lost the lead may get it back: that is a change too.
	if (times === 0 || times * 2 < changes.count - 1) return null;
	const members = stalled.map(({ member }) => member);
	const names = listNames(members);
	const [first] = stalled;
	const isOne = members.length === 1;
	const leading = members.find(({ id }) => id === subject.snapshot.leader?.id) ?? null;
	return {
		member: isOne ? first!.member : null,
		title: `the leader changes often: ${isOne ? `${names}’s disk stalls` : `the disks of ${names} stall`}`,
		evidence: stalled
			.map(
				each =>
					`${nameOf(each.member)} lost the lead ${timesWords(each.times)} while a disk sync took over a second (the longest ${each.words})`,
			)
			.join(', '),
		reasoning: [
			'A leader that waits for its disk sends no heartbeats: after a second, by default, the others elect another.',
			...(isOne ? otherSyncs(subject, first!.member, changes) : []),
		],
		advice: `${leading === null ? `keep the leader away from ${names}` : `move the leader off ${nameOf(leading)}`}; find what stops ${isOne ? 'that disk' : 'those disks'} for seconds: snapshots, backups, neighbours, a limit on its throughput`,
		remedy: leading === null ? null : movedAway(subject, leading, changes),
		chart: { kind: 'latency', latency: 'fsync', member: isOne ? idOf(first!.member) : null },
	};
}

function otherSyncs(subject: Case, member: MemberView, { windowMs }: Changes): readonly string[] {
	const fsync = latencyOver(subject, member, 'fsync', windowMs);
	return fsync === null || fsync.seconds >= 1
		? []
		: [`Its other syncs take ${fsync.words}: it is not slow, it stalls.`];
}

function movedAway(subject: Case, member: MemberView, { windowMs }: Changes): Remedy | null {
	const next = voterWithoutStalls(subject, member, windowMs);
	return next === null ? null : { operation: 'move-leader', member: idOf(next) };
}
