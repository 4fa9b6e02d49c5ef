import { formatBytes } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { safeText } from '../../format/safe.ts';
import { listNames } from '../members.ts';
import { isAlreadyCompacted, mayHaveHappened } from '../rejections.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { failureIn, troubleOf } from '../trouble.ts';
import { servingVoters } from '../voter-to-ask.ts';
import { callsOf, type Look } from '../world.ts';
import { inState, type Sinking, type Sinkings, sink } from './sinking.ts';

export type SettleOptions = {
	/** What was compacted to, and what the last few revisions lead up to once the members are through with it. */
	readonly first: bigint;
	readonly revision: bigint;
	/** Read before the compaction. */
	readonly before: () => Look;
	/** Why the compaction that it follows was not needed; null where it was. */
	readonly skipped: () => string | null;
};

/**
 * Follows the in-use size of every member until it falls no more: the answer to a compaction speaks only for the member
 * that was asked. Then compacts the last revisions, and follows again.
 */
export function settleSizesStep(options: SettleOptions): Step {
	return {
		title: `wait until every member has freed the space${options.first === options.revision ? '' : ', then compact the rest'}`,
		memberId: null,
		isAbortable: true,
		warnings: [],
		async *run(context) {
			const why = options.skipped();
			return why === null ? yield* settle(options, context) : { end: 'skipped', text: why };
		},
	};
}

async function* settle(
	{ first, revision, before }: SettleOptions,
	context: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const main = yield* follow(first, before(), context);
	if (main.end !== 'done' || first === revision) return main;
	const trouble = await compactLast(first, revision, context);
	if (trouble !== null) return trouble;
	return { ...(yield* follow(revision, before(), context)), facts: { revision: String(revision) } };
}

const againAdvice = 'look at why; compacting again does what is left';

/** One revision at a time; null once all are gone. Somebody who has compacted further meanwhile has done it for us. */
async function compactLast(first: bigint, last: bigint, { world }: StepContext): Promise<StepResult | null> {
	const options = { timeoutSeconds: world.patience.longCallSeconds };
	for (let revision = first + 1n; revision <= last; revision++) {
		const stand = `compacted to ${formatCount(revision - 1n)}, but not to ${formatCount(last)}`;
		const asked = servingVoters(await world.look())[0];
		if (asked === undefined) return { end: 'failed', text: `${stand}: no voter serves now`, advice: againAdvice };
		try {
			await callsOf(world, asked).compact({ revision, isPhysical: true }, options);
		} catch (error) {
			const trouble = troubleOf(error);
			if (trouble === null) throw error;
			const failure = failureIn(error);
			if (isAlreadyCompacted(failure)) continue;
			const end = mayHaveHappened(failure) ? 'unknown' : 'failed';
			return { end, text: `${stand}: ${trouble.text}`, advice: trouble.advice };
		}
	}
	return null;
}

async function* follow(
	revision: bigint,
	before: Look,
	{ world, signal }: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const { longCallSeconds, lostSeconds, lookEveryMs } = world.patience;
	const startMs = world.nowMs();
	let sinkings: Sinkings = new Map();
	for (;;) {
		if (signal.aborted)
			return {
				end: 'left',
				text: `compacted to ${formatCount(revision)}; the members go on freeing the space by themselves`,
			};
		sinkings = sink(sinkings, { before, now: await world.look(signal), revision, nowMs: world.nowMs() });
		const isOver = ({ state, sinceMs }: Sinking) =>
			state === 'settled' || (state === 'silent' && world.nowMs() - sinceMs >= lostSeconds * 1000);
		if ([...sinkings.values()].every(isOver)) return { end: 'done', text: wordsOf(sinkings, revision) };
		if (world.nowMs() - startMs > longCallSeconds * 1000) return unsettled(sinkings, revision, longCallSeconds);
		yield { text: wordsOf(sinkings, revision), fraction: null };
		await world.pause(lookEveryMs, signal);
	}
}

const sizeText = ({ name, lowestBytes }: Sinking) =>
	`${safeText(name, 80)} ${lowestBytes === null ? '?' : formatBytes(lowestBytes)}`;

/** `compacted to 12,345; in use: m1 16 kB, m2 13 MB; not compacted yet: m3`. */
function wordsOf(sinkings: Sinkings, revision: bigint): string {
	const told = [...sinkings.values()].filter(({ state }) => state === 'sinking' || state === 'settled');
	const [behind, silent] = (['behind', 'silent'] as const).map(state =>
		listNames(inState(sinkings, state).map(({ name }) => name)),
	);
	return [
		`compacted to ${formatCount(revision)}`,
		told.length === 0 ? '' : `in use: ${told.map(sizeText).join(', ')}`,
		behind === '' ? '' : `not compacted yet: ${behind}`,
		silent === '' ? '' : `no answer from ${silent}`,
	]
		.filter(part => part !== '')
		.join('; ');
}

const unsettled = (sinkings: Sinkings, revision: bigint, seconds: number): StepResult => ({
	end: 'unknown',
	text: `not settled after ${formatDuration(seconds)}; ${wordsOf(sinkings, revision)}`,
	advice:
		'the members go on freeing the space by themselves: look at their in-use sizes, and at the lag of the late ones',
});
