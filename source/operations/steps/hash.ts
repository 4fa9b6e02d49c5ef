import type { MemberView } from '../../cluster/snapshot.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import type { MemberHash } from '../hash-verdict.ts';
import { isAlreadyCompacted, isFutureRevision } from '../rejections.ts';
import type { StepReport } from '../step.ts';
import { failureIn } from '../trouble.ts';
import { callsOf, type World } from '../world.ts';

/** What a member said to being hashed. */
export type HashEnd =
	| { readonly kind: 'hashed'; readonly hash: MemberHash }
	/** The revision is compacted there already, or not there yet: another one may do. */
	| { readonly kind: 'other-revision'; readonly text: string }
	/** It was not done in time. It only reads: nothing is left behind. */
	| { readonly kind: 'late'; readonly text: string };

/**
 * The newest revision of whichever member is asked. At the revision that was compacted to, 3.4 refuses and 3.5 answers
 * from memory what it hashed during the compaction; this is what reads the database even then.
 */
export const newest = 0n;

/** Hashes one member at a revision, or at its `newest`. Throws the wire's error for every failure that another try would not mend. */
export async function* hashMember(
	member: MemberView,
	revision: bigint,
	world: World,
	signal: AbortSignal,
): AsyncGenerator<StepReport, HashEnd, undefined> {
	const name = safeText(member.name, 80);
	const size = member.numbers === null ? '' : `, ${formatBytes(member.numbers.dbInUseBytes)} in use`;
	const startMs = world.nowMs();
	const elapsed = () => formatDuration((world.nowMs() - startMs) / 1000);
	const ended = new AbortController();
	const answer = callsOf(world, member)
		.hashKv(revision, { timeoutSeconds: world.patience.longCallSeconds, signal })
		.finally(() => ended.abort());
	// It is awaited below, but only after a pause.
	answer.catch(() => {});
	while (!ended.signal.aborted) {
		yield { text: `hashing ${name}${size}: ${elapsed()}`, fraction: null };
		await world.pause(world.patience.lookEveryMs, ended.signal);
	}
	try {
		const { hash, compactRevision, hashRevision: told, revision: head } = await answer;
		const hashRevision = told ?? (revision === newest ? head : revision);
		return { kind: 'hashed', hash: { name, hash, compactRevision, hashRevision } };
	} catch (error) {
		const failure = failureIn(error);
		if (isAlreadyCompacted(failure))
			return { kind: 'other-revision', text: `revision ${revision} is compacted on ${name} already` };
		if (isFutureRevision(failure))
			return { kind: 'other-revision', text: `${name} has not come to revision ${revision} yet` };
		if (failure?.kind === 'timeout') return { kind: 'late', text: `${name} has not answered in ${elapsed()}` };
		throw error;
	}
}
