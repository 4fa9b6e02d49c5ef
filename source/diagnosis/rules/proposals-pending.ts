import { leastOver } from '../../cluster/least.ts';
import { followsLeader } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import { counterIncrease } from '../../cluster/rate.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatCount } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { isolations } from './isolation.ts';
import { fsyncLevels, latencyOver } from './latency-levels.ts';

const lastingMs = 30_000;
/** A busy member has some tens at any moment; those of a few seconds' work wait visibly. */
const manyProposals = 1000;

/** Writes queue up: more are asked for than are committed, or none is. Without a leader that is no news. */
export const proposalsPending: Rule = {
	name: 'proposals-pending',
	judge(subject) {
		if (!isLed(subject.snapshot)) return [];
		const isolated = isolations(subject).map(({ member }) => member.key);
		return ownMembers(subject.snapshot).flatMap(member => {
			if (!followsLeader(member) || isolated.includes(member.key)) return [];
			const lasting = { atMs: subject.atMs, spanMs: lastingMs, atLeast: 1 };
			const least = leastOver(subject.history, member.key, ['etcd_server_proposals_pending'], lasting);
			if (least === null) return [];
			const isStuck = hasCommittedNothing(subject, member);
			if (!isStuck && least < manyProposals) return [];
			return [
				{
					severity: 'warning' as const,
					member: idOf(member),
					title: isStuck ? `${nameOf(member)}: writes are stuck` : `${nameOf(member)}: writes queue up`,
					evidence: `at least ${formatCount(least)} proposals wait for ${lastingMs / 1000} s${isStuck ? ', and nothing was committed meanwhile' : ''}`,
					advice: isStuck
						? 'a majority does not answer the leader: look at the disks of the voters and at the ways between them'
						: 'find who writes so much, and look at the disk syncs of all voters',
					reasoning: disk(subject, member),
				},
			];
		});
	},
};

/** `proposals_committed_total` is a gauge that only rises. */
function hasCommittedNothing({ history, atMs }: Case, { key }: MemberView): boolean {
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined) return false;
	const sample = 'etcd_server_proposals_committed_total';
	return counterIncrease(metrics, history.options.metricsIntervalMs, sample, atMs, lastingMs)?.increase === 0;
}

function disk(subject: Case, member: MemberView): readonly string[] {
	const fsync = latencyOver(subject, member, 'fsync', 2 * lastingMs);
	if (fsync === null) return [];
	const words = `Its disk syncs take ${fsync.words}`;
	return [
		fsync.seconds < fsyncLevels.info ? `${words}: it is not its own disk.` : `${words}: its disk has its part in it.`,
	];
}
