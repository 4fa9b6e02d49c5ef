import type { MemberKey } from '../../cluster/member.ts';
import { followsLeader } from '../../cluster/member-state.ts';
import type { PlainMetric } from '../../cluster/metric-names.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { compactedOf } from '../history-of-revisions.ts';
import { metricOf } from '../metrics.ts';
import type { Look } from '../world.ts';

/** How far a member has come with freeing what a compaction gave up. */
export type Sinking = {
	readonly name: string;
	/** The least that was in use in any look; null until it told. */
	readonly lowestBytes: number | null;
	/** Looks since that was undercut. */
	readonly quietLooks: number;
	/** `behind`: it has not applied the compaction yet. `silent`: it does not answer. */
	readonly state: 'silent' | 'behind' | 'sinking' | 'settled';
	/** Since when it is in this state, on the world's clock. */
	readonly sinceMs: number;
};

export type Sinkings = ReadonlyMap<MemberKey, Sinking>;

/** What a busy member's in-use size goes up and down by is no sinking. */
const jitterBytes = 64 * 1024;
const jitterPart = 0.005;
/** A member that has said itself that it is through needs only time to write it down. */
const quietLooksWhenThrough = 3;
/** Without such a word; etcd pauses for 10 to 100 ms between its batches. */
const quietLooksOtherwise = 10;

/** What rises when a member has gone through the keys of a compaction: 3.5 and newer note the time, all count keys. */
const marks: readonly PlainMetric[] = [
	'etcd_debugging_mvcc_db_compaction_last',
	'etcd_debugging_mvcc_db_compaction_keys_total',
];

const isThrough = ({ before, now }: Sight, member: MemberView): boolean =>
	marks.some(mark => (metricOf(now, member, mark) ?? 0) > (metricOf(before, member, mark) ?? Number.POSITIVE_INFINITY));

type Sight = {
	/** Read before the compaction. */
	readonly before: Look;
	readonly now: Look;
	readonly revision: bigint;
	readonly nowMs: number;
};

/** What one more look tells of every member. */
export const sink = (previous: Sinkings, sight: Sight): Sinkings =>
	new Map(
		ownMembers(sight.now.snapshot).map(member => [member.key, sinkMember(member, previous.get(member.key), sight)]),
	);

function sinkMember(member: MemberView, previous: Sinking | undefined, sight: Sight): Sinking {
	const { name } = member;
	const lowestBytes = previous?.lowestBytes ?? null;
	const waiting = (state: 'silent' | 'behind'): Sinking => {
		const sinceMs = previous?.state === state ? previous.sinceMs : sight.nowMs;
		return { name, lowestBytes, quietLooks: 0, state, sinceMs };
	};
	const inUseBytes = followsLeader(member) ? member.numbers?.dbInUseBytes : undefined;
	if (inUseBytes === undefined) return waiting('silent');
	const compacted = compactedOf(sight.now, member);
	if (compacted !== null && compacted < sight.revision) return waiting('behind');
	const isLower = lowestBytes === null || inUseBytes < lowestBytes - Math.max(jitterBytes, jitterPart * lowestBytes);
	const quietLooks = isLower ? 0 : (previous?.quietLooks ?? 0) + 1;
	const enough = isThrough(sight, member) ? quietLooksWhenThrough : quietLooksOtherwise;
	const state = quietLooks >= enough ? 'settled' : 'sinking';
	const sinceMs = previous?.state === state ? previous.sinceMs : sight.nowMs;
	return { name, lowestBytes: isLower ? inUseBytes : lowestBytes, quietLooks, state, sinceMs };
}

export const inState = (sinkings: Sinkings, state: Sinking['state']): readonly Sinking[] =>
	[...sinkings.values()].filter(sinking => sinking.state === state);
