import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { counterIncrease } from '../../cluster/rate.ts';
import { statusColumns } from '../../cluster/shapes.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatCount } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { commitLevels, latencyOver } from './latency-levels.ts';

const warningEntries = 1000n;
/** From here on etcd answers `too many requests` (`maxGapBetweenApplyAndCommitIndex`). */
const refusingEntries = 5000n;
/** A burst is applied in less. */
const lastingMs = 10_000;
const compareMs = 60_000;

/** A member commits faster than it applies: its reads are old, and at 5000 entries it refuses requests. */
export const applyLag: Rule = {
	name: 'apply-lag',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			const entries = leastLag(subject, member);
			if (entries === null || entries < warningEntries) return [];
			const isRefusing = entries >= refusingEntries;
			const name = nameOf(member);
			return [
				{
					severity: isRefusing ? ('critical' as const) : ('warning' as const),
					member: idOf(member),
					title: isRefusing ? `${name} refuses requests: it applies too slowly` : `${name} applies too slowly`,
					evidence: `at least ${formatCount(entries)} committed entries not applied for ${lastingMs / 1000} s; ${isRefusing ? `above` : `at`} ${formatCount(refusingEntries)} etcd answers “too many requests”`,
					advice: 'look for heavy range reads and large transactions, and for a slow disk on that member',
					reasoning: causes(subject, member),
					chart: { kind: 'latency' as const, latency: 'commit' as const, member: idOf(member) },
				},
			];
		}),
};

/** The disk, the requests, or a member that was away and catches up. */
function causes(subject: Case, member: MemberView): readonly string[] {
	const commit = latencyOver(subject, member, 'commit', compareMs);
	const slow = slowApplies(subject, member);
	return [
		...(commit === null
			? []
			: commit.seconds >= commitLevels.info
				? [`Backend commits take ${commit.words}: what is applied waits for the disk.`]
				: [`Backend commits take ${commit.words}, which is fine: it is not the disk.`]),
		...(slow === null
			? []
			: slow > 0
				? [`${formatCount(slow)} requests took more than 0.1 s in the last minute: heavy ones hold the others up.`]
				: ['No request took more than 0.1 s in the last minute: there are just many of them.']),
	];
}

function slowApplies({ history, atMs }: Case, { key }: MemberView): number | null {
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined) return null;
	const sample = 'etcd_server_slow_apply_total';
	const found = counterIncrease(metrics, history.options.metricsIntervalMs, sample, atMs, compareMs);
	return found === null ? null : Math.round(found.increase);
}

/** The smallest lag of the last seconds, which all of them had; null where they were not all seen. */
function leastLag({ history, atMs }: Case, member: MemberView): bigint | null {
	const numbers = history.rows.get(member.key)?.numbers;
	if (numbers === undefined || !isAnswering(member)) return null;
	const tier = numbers.tierSince(atMs - lastingMs);
	const first = tier.rowAt(atMs - lastingMs);
	const last = tier.rowAt(atMs);
	if (first < 0 || last <= first) return null;
	let least: bigint | null = null;
	for (let row = first; row <= last; row++) {
		const lag = tier.bigintAt(statusColumns.raftIndex, row) - tier.bigintAt(statusColumns.raftAppliedIndex, row);
		if (least === null || lag < least) least = lag;
	}
	return least;
}
