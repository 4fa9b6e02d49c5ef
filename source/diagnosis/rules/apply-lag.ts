import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { statusColumns } from '../../cluster/shapes.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatCount } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';

const warningEntries = 1000n;
/** From here on etcd answers `too many requests` (`maxGapBetweenApplyAndCommitIndex`). */
const refusingEntries = 5000n;
/** A burst is applied in less. */
const lastingMs = 10_000;

/** A member commits faster than it applies: its reads are old, and at 5000 entries it refuses requests. */
export const applyLag: Rule = {
	name: 'apply-lag',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => {
			const entries = leastLag(subject, member);
			if (entries === null || entries < warningEntries) return [];
			return [
				{
					severity: entries >= refusingEntries ? ('critical' as const) : ('warning' as const),
					member: idOf(member),
					title: `${nameOf(member)} applies too slowly`,
					evidence: `at least ${formatCount(entries)} committed entries not applied for ${lastingMs / 1000} s; at ${formatCount(refusingEntries)} it refuses requests`,
					advice: 'look for heavy range reads and large transactions, and for a slow disk on that member',
				},
			];
		}),
};

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
