import type { History } from './history.ts';
import type { MemberHistory } from './member-history.ts';
import { statusColumns } from './shapes.ts';
import type { Tier } from './tier.ts';

/** How a member's store differs from another's where raft says that they are the same. */
export type Divergence = {
	/** Revisions that it is ahead by, at the same raft index; negative where it is behind. */
	readonly aheadRevisions: bigint;
	/** For how long every comparison said so. */
	readonly seconds: number;
};

/** A difference that lasts as long is none of two calls that came at two moments. */
const lastingMs = 10_000;
const longestMs = 20_000;
const fewestComparisons = 3;

type Sample = { readonly atMs: number; readonly index: bigint; readonly revision: bigint };

/**
 * Compares two stores by what they applied, not by when they were asked: a member that is merely late is at an older index.
 * The revision is a function of the applied index, so one that lies between two indexes of the other must lie between
 * their revisions. Null where they agree, or where too little was seen.
 */
export function divergenceOf(
	{ options }: History,
	member: MemberHistory,
	other: MemberHistory,
	atMs: number,
): Divergence | null {
	const spanMs = Math.max(longestMs, 5 * options.statusIntervalMs);
	const own = samplesOf(member, atMs - spanMs, atMs);
	const others = samplesOf(other, atMs - spanMs, atMs);
	let run: Run | null = null;
	for (const sample of own) {
		const ahead = aheadOf(sample, others);
		if (ahead === null) continue;
		run = ahead === 0n ? null : prolonged(run, sample.atMs, ahead);
	}
	if (run === null || run.comparisons < fewestComparisons || run.lastMs - run.firstMs < lastingMs) return null;
	return { aheadRevisions: run.ahead, seconds: (run.lastMs - run.firstMs) / 1000 };
}

/** Comparisons in a row that said the same. */
type Run = {
	readonly firstMs: number;
	readonly lastMs: number;
	readonly comparisons: number;
	readonly ahead: bigint;
};

const prolonged = (run: Run | null, atMs: number, ahead: bigint): Run =>
	run === null || run.ahead > 0n !== ahead > 0n
		? { firstMs: atMs, lastMs: atMs, comparisons: 1, ahead }
		: { ...run, lastMs: atMs, comparisons: run.comparisons + 1, ahead };

/** 0 where it fits, null where the other was never seen around that index. */
function aheadOf({ index, revision }: Sample, others: readonly Sample[]): bigint | null {
	const low = others.findLast(other => other.index <= index);
	const high = others.find(other => other.index >= index);
	if (low === undefined || high === undefined) return null;
	if (revision < low.revision) return revision - low.revision;
	return revision > high.revision ? revision - high.revision : 0n;
}

function samplesOf({ numbers }: MemberHistory, fromMs: number, toMs: number): readonly Sample[] {
	const tier: Tier = numbers.tierSince(fromMs);
	const samples: Sample[] = [];
	for (let row = tier.rowAt(toMs); row >= 0 && tier.timeAt(row) >= fromMs; row--) {
		const index = tier.bigintAt(statusColumns.raftAppliedIndex, row);
		const revision = tier.bigintAt(statusColumns.revision, row);
		// Before 3.4 a Status does not tell the applied index.
		if (index > 0n && revision > 0n) samples.unshift({ atMs: tier.timeAt(row), index, revision });
	}
	return samples;
}
