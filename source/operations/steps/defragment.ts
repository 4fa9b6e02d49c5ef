import type { Failure } from '../../cluster/failure.ts';
import { failureText } from '../../cluster/failure-text.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatDuration } from '../../format/duration.ts';
import { safeText } from '../../format/safe.ts';
import { memberIn } from '../member-in.ts';
import type { Pace } from '../pace.ts';
import { isLearnerRefusal } from '../rejections.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { failureIn } from '../trouble.ts';
import { warningsFor } from '../version-warnings.ts';
import { callsOf, type Look } from '../world.ts';
import { finishDefragmentation, notDone } from './defragment-end.ts';
import { follow, followFrom, meaningOf, type Sight, sightOf } from './defragment-sight.ts';
import { meanwhile } from './meanwhile.ts';
import { othersText } from './others.ts';

export type DefragmentStepOptions = {
	readonly pace: Pace;
	/** It leads, and nobody can lead in its place. */
	readonly isLeading: boolean;
	/** Why it is not needed, looked at when its turn comes; null where it is. */
	readonly needless?: ((member: MemberView) => string | null) | undefined;
	readonly recheck?: Step['recheck'];
	readonly adviceOnStop?: string;
};

/** A defragmentation that goes on. */
export type Defragmenting = {
	readonly target: MemberView;
	/** Safe to show. */
	readonly name: string;
	readonly before: Sight;
	readonly startMs: number;
	readonly expectedSeconds: number | null;
	readonly pace: Pace;
	readonly context: StepContext;
};

/**
 * Defragments one member. It is asked once and never again; where its answer does not come, its metrics tell how it ends,
 * because etcd goes on whoever waits.
 */
export function defragmentStep(target: MemberView, options: DefragmentStepOptions): Step {
	const { recheck, adviceOnStop, isLeading, needless, pace } = options;
	const version = target.numbers?.version ?? null;
	return {
		title: `defragment ${safeText(target.name, 80)}`,
		memberId: target.id,
		isAbortable: false,
		warnings: [...warningsFor('defragment', version), ...(isLeading ? warningsFor('defragment-leader', version) : [])],
		...(recheck === undefined ? {} : { recheck }),
		...(adviceOnStop === undefined ? {} : { adviceOnStop }),
		async *run(context) {
			const now = memberIn(context.look, target);
			if (now === null)
				return {
					end: 'failed',
					text: `${safeText(target.name, 80)} is not in the cluster any more: nothing was asked`,
				};
			const skipped = needless?.(now) ?? null;
			return skipped === null ? yield* defragment(now, pace, context) : { end: 'skipped', text: skipped };
		},
	};
}

async function* defragment(
	target: MemberView,
	pace: Pace,
	context: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	const { world, look } = context;
	const work: Defragmenting = {
		target,
		name: safeText(target.name, 80),
		before: sightOf(look, target),
		startMs: world.nowMs(),
		expectedSeconds: pace.secondsFor(look, target),
		pace,
		context,
	};
	yield { text: `${work.name} is asked to defragment`, fraction: null };
	const call = () => callsOf(world, target).defragment({ timeoutSeconds: world.patience.longCallSeconds });
	const end = yield* meanwhile(world, call, now => report(work, now, null));
	if (end.kind !== 'failed') return yield* finishDefragmentation(work);
	const failure = failureIn(end.error);
	if (failure === null) throw end.error;
	return neverBegan(failure) ? refused(work, failure) : yield* followOn(work, failure);
}

/** Failures after which nothing goes on: no connection was made, or etcd itself would not. */
const neverBegan = (failure: Failure): boolean => harmless.has(failure.kind) || isLearnerRefusal(failure);
const harmless: ReadonlySet<Failure['kind']> = new Set([
	'refused',
	'name-not-found',
	'tls-untrusted',
	'tls-expired',
	'tls-not-yet-valid',
	'tls-wrong-name',
	'tls-client-certificate-required',
	'tls-client-certificate-refused',
	'tls-to-plain-port',
	'plain-to-tls-port',
	'wrong-password',
	'login-required',
	'permission-denied',
]);

function refused({ name }: Defragmenting, failure: Failure): StepResult {
	const { line, advice } = failureText(failure, name);
	return { end: 'failed', text: `${line}; it was not defragmented`, advice };
}

/** No answer came: the member may be at it, or done, or gone. */
async function* followOn(work: Defragmenting, failure: Failure): AsyncGenerator<StepReport, StepResult, undefined> {
	const { context, target, before } = work;
	const { world } = context;
	// What etcd has answered with an error it is not at any more, once its metrics agree.
	const quietSeconds = failure.kind === 'rejected' ? 0 : world.patience.callSeconds;
	const patience = { ...world.patience, quietSeconds };
	let following = followFrom(world.nowMs());
	for (;;) {
		const look = await world.look();
		const next = follow(following, meaningOf(before, sightOf(look, target)), world.nowMs(), patience);
		if (next === 'done') return yield* finishDefragmentation(work);
		if (typeof next === 'string') return notDone(work, next, failure, look);
		following = next;
		yield report(work, look, failure);
		await world.pause(world.patience.lookEveryMs, new AbortController().signal);
	}
}

/** `m2 is defragmenting, 12s of about 17s; others: m1 0.8 ms, m3 1.1 ms`. */
function report(work: Defragmenting, look: Look, failure: Failure | null): StepReport {
	const { target, context, startMs, expectedSeconds } = work;
	const elapsedSeconds = (context.world.nowMs() - startMs) / 1000;
	const expected = expectedSeconds === null ? '' : ` of about ${formatDuration(Math.ceil(expectedSeconds))}`;
	const followed =
		failure === null ? '' : ` (${whyFollowed[failure.kind] ?? 'its answer was lost'}: followed by its metrics)`;
	const parts = [
		`${stateWords(work, look)}, ${formatDuration(elapsedSeconds)}${expected}${followed}`,
		othersText(look, target),
		context.signal.aborted ? 'etcd cannot stop it: it is followed to its end, then nothing more is begun' : '',
	];
	return {
		text: parts.filter(part => part !== '').join('; '),
		fraction: expectedSeconds === null ? null : Math.min(0.99, elapsedSeconds / Math.max(expectedSeconds, 0.001)),
	};
}

const whyFollowed: Partial<Record<Failure['kind'], string>> = {
	timeout: 'its answer did not come in time',
	rejected: 'it answered with an error',
};

function stateWords({ name, target, before }: Defragmenting, look: Look): string {
	switch (meaningOf(before, sightOf(look, target))) {
		case 'running':
			return `${name} is defragmenting`;
		case 'done':
			return `${name} has defragmented`;
		case 'busy':
			return `${name} does not answer, as while it defragments`;
		case 'idle':
			return `${name} serves, its metrics tell of no defragmentation`;
		case 'restarted':
			return `${name} was started anew`;
		case 'refused':
			return `${name} is gone: connection refused`;
		case 'silent':
			return `${name} does not answer, nor do its metrics`;
	}
}
