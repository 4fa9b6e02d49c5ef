import type { Failure } from '../../cluster/failure.ts';
import { failureText } from '../../cluster/failure-text.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatDuration, formatLatency } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import { memberIn } from '../member-in.ts';
import type { StepReport, StepResult } from '../step.ts';
import type { Look } from '../world.ts';
import type { Defragmenting } from './defragment.ts';
import { type FollowEnd, sightOf, toldSeconds } from './defragment-sight.ts';

/** It is done; waits until the member tells its new size. */
export async function* finishDefragmentation(work: Defragmenting): AsyncGenerator<StepReport, StepResult, undefined> {
	const { name, target, context } = work;
	const { world } = context;
	const endMs = world.nowMs();
	for (;;) {
		const look = await world.look();
		const member = memberIn(look, target);
		if (member !== null && isAnswering(member)) return doneResult(work, look, endMs);
		if (world.nowMs() - endMs > world.patience.lostSeconds * 1000)
			return {
				end: 'failed',
				text: `${name} has defragmented, but it has not answered since then`,
				advice: `look at the log of ${name}: it should serve at once`,
			};
		yield { text: `${name} has defragmented; waiting for its answer`, fraction: 1 };
		await world.pause(world.patience.lookEveryMs, new AbortController().signal);
	}
}

function doneResult({ name, target, before, startMs, pace }: Defragmenting, look: Look, endMs: number): StepResult {
	const numbers = memberIn(look, target)!.numbers!;
	const seconds = toldSeconds(before, sightOf(look, target)) ?? (endMs - startMs) / 1000;
	pace.learn(numbers.dbInUseBytes, seconds);
	const from = before.sizeBytes === null ? '' : `${formatBytes(before.sizeBytes)} → `;
	return {
		end: 'done',
		text: `${name}: ${from}${formatBytes(numbers.dbSizeBytes)} in ${spanOf(seconds)}`,
		facts: {
			[`${name}.dbSizeBytesBefore`]: before.sizeBytes,
			[sizeFact(name)]: numbers.dbSizeBytes,
			[`${name}.seconds`]: Math.round(seconds * 1000) / 1000,
		},
	};
}

/** Under which the outcome's facts tell a member's size after its defragmentation. */
const sizeFact = (name: string) => `${name}.dbSizeBytes`;

/** Whether this is what came of a member's defragmentation. */
export const hasDefragmented = ({ facts }: StepResult, { name }: MemberView): boolean =>
	facts?.[sizeFact(safeText(name, 80))] !== undefined;

/** Seconds are too coarse for what takes less than some of them. */
export const spanOf = (seconds: number): string => (seconds < 10 ? formatLatency(seconds) : formatDuration(seconds));

/** It was not done, or nobody knows. `failure` is how its call ended. */
export function notDone(
	{ name, target, before, startMs, context }: Defragmenting,
	end: Exclude<FollowEnd, 'done'>,
	failure: Failure,
	look: Look,
): StepResult {
	const elapsed = spanOf((context.world.nowMs() - startMs) / 1000);
	const { line } = failureText(failure, name);
	switch (end) {
		case 'restarted':
			return {
				end: 'failed',
				text: `${name} was started anew in the middle of its defragmentation (${sizesOf(before.sizeBytes, look, target)})`,
				advice: `its log says why; its database is whole. Check the consistency, then defragment ${name} again`,
			};
		case 'died':
			return {
				end: 'failed',
				text: `${name} died during its defragmentation, after ${elapsed}: connection refused again and again`,
				advice: `start etcd on ${name} again: its database is whole, because the copy takes its place only at the end (the unfinished db.tmp… goes at the start); its log says why it died`,
			};
		case 'idle':
			return before.metrics?.count == null || sightOf(look, target).metrics?.count == null
				? unknown(
						`${name} serves and its size is as before, so whether it was defragmented is not known (${line})`,
						name,
					)
				: {
						end: 'failed',
						text: `${name} was not defragmented: it serves, and its metrics count none (${line})`,
						advice: `the log of ${name} says why; a full disk is the likeliest reason`,
					};
		case 'lost':
			return unknown(`${name} is out of sight since its defragmentation began ${elapsed} ago (${line})`, name);
	}
}

const unknown = (text: string, name: string): StepResult => ({
	end: 'unknown',
	text,
	advice: `it may still be at it: look at etcd_disk_defrag_inflight on ${name}, and defragment nothing before it answers`,
});

function sizesOf(beforeBytes: number | null, look: Look, target: Defragmenting['target']): string {
	const now = sightOf(look, target).sizeBytes;
	const text = (bytes: number | null) => (bytes === null ? 'unknown' : formatBytes(bytes));
	return `size before ${text(beforeBytes)}, now ${text(now)}`;
}
