import { ownMembers } from '../../cluster/own-members.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { safeText } from '../../format/safe.ts';
import { notCorrupt } from '../checks.ts';
import { compactedRevision } from '../history-of-revisions.ts';
import { listNames } from '../members.ts';
import { isAlreadyCompacted, mayHaveHappened } from '../rejections.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { failureIn, troubleOf } from '../trouble.ts';
import { warningsFor } from '../version-warnings.ts';
import { majorityServes, servingVoters } from '../voter-to-ask.ts';
import { callsOf, type Look, type World } from '../world.ts';
import { type CallEnd, meanwhile } from './meanwhile.ts';
import { settleSizesStep } from './settle-sizes.ts';

export type CompactOptions = {
	/** Where history is gone already; null where no member tells. */
	readonly compacted: bigint | null;
	/** As planned. */
	readonly look: Look;
	/** Why it is not needed after all, looked at when its turn comes; null where it is. */
	readonly needless?: (look: Look) => string | null;
	/** In the title: `compact to revision 12,345, the head`. */
	readonly note?: string;
};

/**
 * How many revisions are left for the end. etcd counts pages as free one to three commits after it has freed them, so in
 * a cluster that nobody writes to, such as one out of space, the members would go on telling the old sizes. Compacting one
 * revision makes such a commit.
 */
const lastRevisions = 3n;

/** Whether the members will tell their true sizes afterwards even if nobody writes. */
export const countsAfter = (revision: bigint, compacted: bigint | null): boolean =>
	revision - lastRevisions > (compacted ?? 0n);

/** Drops the history before a revision on every member, and follows all of them until they have freed the space. */
export function compactSteps(revision: bigint, options: CompactOptions): readonly Step[] {
	const { compacted, look, needless, note } = options;
	const first = countsAfter(revision, compacted) ? revision - lastRevisions : revision;
	// What is done of it must not be called all of it where the wait for the members ends before the rest.
	const rest = first === revision ? '' : `, all but the last ${formatCount(lastRevisions)}`;
	let skipped: string | null = null;
	let before = look;
	const compactStep: Step = {
		title: `compact to revision ${formatCount(revision)}${note === undefined ? '' : `, ${note}`}${rest}`,
		memberId: null,
		isAbortable: false,
		warnings: warningsOf(look),
		recheck: now => [majorityServes(now), notCorrupt(now)],
		async *run(context) {
			skipped = needless?.(context.look) ?? null;
			if (skipped !== null) return { end: 'skipped', text: skipped };
			before = context.look;
			const result = yield* compact(first, context);
			return first === revision || result.end !== 'done' ? result : withRest(result);
		},
	};
	return [compactStep, settleSizesStep({ first, revision, before: () => before, skipped: () => skipped })];
}

const withRest = (result: StepResult): StepResult => ({
	...result,
	text: `${result.text}; the last ${formatCount(lastRevisions)} follow once the members are through`,
});

/** `m1 and m2: etcd 3.4.23: watchers may miss events …`. */
function warningsOf({ snapshot }: Look): readonly string[] {
	const names = new Map<string, string[]>();
	for (const { name, numbers } of ownMembers(snapshot))
		for (const warning of warningsFor('compact', numbers?.version ?? null))
			names.set(warning, [...(names.get(warning) ?? []), name]);
	return [...names].map(([warning, of]) => `${listNames(of)}: ${warning}`);
}

/**
 * Asked for once. Whether it happened is then told by the members, and never tried again: it goes through raft and cannot
 * be called back.
 */
async function* compact(
	revision: bigint,
	{ world, look, signal }: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const asked = servingVoters(look)[0];
	if (asked === undefined) return { end: 'failed', text: 'no voter serves, so nobody was asked' };
	const startMs = world.nowMs();
	const options = { timeoutSeconds: world.patience.longCallSeconds };
	const name = safeText(asked.name, 80);
	const call = () => callsOf(world, asked).compact({ revision, isPhysical: true }, options);
	const end = yield* meanwhile(world, call, now => {
		const isAgreed = hasCompacted(now, revision);
		if (isAgreed && signal.aborted) return null;
		const stands = isAgreed ? `${name} is freeing the space` : `${name} is asked; it cannot be stopped`;
		return { text: `${stands}, ${formatDuration((world.nowMs() - startMs) / 1000)}`, fraction: null };
	});
	return yield* resultOf(end, revision, world);
}

const hasCompacted = (look: Look, revision: bigint): boolean => (compactedRevision(look) ?? -1n) >= revision;

const done = (revision: bigint, text: string): StepResult => ({
	end: 'done',
	text: `compacted to ${formatCount(revision)}${text}`,
	facts: { revision: String(revision) },
});

async function* resultOf(
	end: CallEnd,
	revision: bigint,
	world: World,
): AsyncGenerator<StepReport, StepResult, undefined> {
	if (end.kind === 'answered') return done(revision, '');
	if (end.kind === 'left-alone') return done(revision, '; the members go on freeing the space by themselves');
	const failure = failureIn(end.error);
	if (isAlreadyCompacted(failure)) return done(revision, ' or further, by somebody else meanwhile');
	if (!mayHaveHappened(failure)) throw end.error;
	return yield* find(end.error, revision, world);
}

/** The answer did not come: the members tell whether it happened. */
async function* find(
	error: unknown,
	revision: bigint,
	world: World,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const why = troubleOf(error)!.text;
	const untilMs = world.nowMs() + world.patience.lostSeconds * 1000;
	const never = new AbortController().signal;
	for (;;) {
		if (hasCompacted(await world.look(), revision)) return done(revision, `, though no answer came (${why})`);
		if (world.nowMs() >= untilMs)
			return {
				end: 'unknown',
				text: `whether it was compacted is not known: ${why}, and no member tells of it`,
				advice: 'compact again: what has happened already counts as done',
			};
		yield { text: `no answer (${why}); asking the members whether it happened`, fraction: null };
		await world.pause(world.patience.lookEveryMs, never);
	}
}
