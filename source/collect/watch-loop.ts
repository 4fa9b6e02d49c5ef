import { type Failure, type FailureKind, isDenial } from '../cluster/failure.ts';
import type { WatchState } from '../cluster/reading.ts';
import type { WatchEvent } from '../etcd/calls.ts';
import { CallError } from '../etcd/calls.ts';
import { pause } from './clock.ts';
import type { LiveOptions } from './options.ts';
import { atHead, dropRepeated, gapTooLong, type ResumePoint, resumeAfter } from './resume.ts';

/** Between two attempts: long enough to be no burden, short enough that a person does not notice. */
const retryMs = 300;
/** Who may not watch is not let in by asking three times a second; etcd logs each attempt. */
const deniedRetryMs = 2000;
/** While no member has answered yet: a place to watch from is a matter of milliseconds. */
const noPlaceMs = 50;

export type WatchLoop = {
	readonly prefix: string;
	/** The endpoint of a member that serves and is not behind, other than `except` where there is a choice; null for none. */
	chooseEndpoint(except: string | null): { readonly endpoint: string; readonly headRevision: bigint } | null;
	/** Aborts when the member at this endpoint stops being a good place to watch from. */
	untilUnfit(endpoint: string): AbortSignal;
	state(state: WatchState): void;
	events(events: readonly WatchEvent[]): void;
};

type Outcome = { readonly point: ResumePoint; readonly failure: Failure | null };

/**
 * Watches one prefix until the signal aborts: from the head, and after each break from the revision after the last
 * event that was seen. A gap that would be heavy to replay is skipped, and said.
 */
export async function watchLoop(options: LiveOptions, given: WatchLoop, signal: AbortSignal): Promise<void> {
	const loop = { ...given, state: toldOnce(given.state) };
	let point = atHead;
	let previous: string | null = null;
	loop.state({ kind: 'connecting' });
	while (!signal.aborted) {
		const choice = loop.chooseEndpoint(previous);
		if (choice === null) await pause(noPlaceMs, signal);
		else {
			previous = choice.endpoint;
			point = skipGap(loop, point, choice.headRevision);
			const outcome = await watchOnce(options, loop, choice.endpoint, point, signal);
			point = outcome.point;
			if (outcome.failure !== null && !signal.aborted) loop.state({ kind: 'interrupted', failure: outcome.failure });
			await pause(isDenied(outcome.failure) ? deniedRetryMs : retryMs, signal);
		}
	}
}

/** A watch is refused in the stream itself, in etcd's own words. */
const isDenied = (failure: Failure | null): boolean =>
	failure !== null && (isDenial(failure.kind) || /permission denied/i.test(failure.detail));

/** Attempts that fail one after the other for the same reason are one interruption, wherever they were made. */
function toldOnce(tell: (state: WatchState) => void): (state: WatchState) => void {
	let reason: FailureKind | null = null;
	return state => {
		const isRepeated = state.kind === 'interrupted' && state.failure.kind === reason;
		reason = state.kind === 'interrupted' ? state.failure.kind : null;
		if (!isRepeated) tell(state);
	};
}

function skipGap(loop: WatchLoop, point: ResumePoint, headRevision: bigint): ResumePoint {
	const gap = gapTooLong(point, headRevision);
	if (gap === null) return point;
	loop.state({ kind: 'gap', ...gap, reason: 'too-many' });
	return { fromRevision: gap.toRevision + 1n, countedInFirst: 0 };
}

/** One stream, from its creation to its end. */
async function watchOnce(
	options: LiveOptions,
	loop: WatchLoop,
	endpoint: string,
	start: ResumePoint,
	signal: AbortSignal,
): Promise<Outcome> {
	const unfit = loop.untilUnfit(endpoint);
	const streamEnd = new AbortController();
	const ended = AbortSignal.any([signal, unfit, streamEnd.signal]);
	let point = start;
	let repeated = start.countedInFirst;
	try {
		const messages = options.calls
			.member(endpoint)
			.watch({ prefix: loop.prefix, startRevision: start.fromRevision }, ended);
		for await (const message of messages) {
			switch (message.kind) {
				case 'created': {
					const skipped = skipGap(loop, point, message.revision);
					if (skipped !== point) return { point: skipped, failure: null };
					// From here on the stream owes every revision after the head, events or not.
					if (point.fromRevision === null) point = { fromRevision: message.revision + 1n, countedInFirst: 0 };
					loop.state({ kind: 'live', endpoint, fromRevision: point.fromRevision! });
					break;
				}
				case 'events': {
					const { fresh, left } = dropRepeated(message.events, start.fromRevision, repeated);
					repeated = left;
					loop.events(fresh);
					point = resumeAfter(point, fresh, message.isFragment);
					break;
				}
				case 'progress':
					if (point.fromRevision !== null && message.revision >= point.fromRevision)
						point = { fromRevision: message.revision + 1n, countedInFirst: 0 };
					break;
				case 'compacted':
					if (point.fromRevision !== null)
						loop.state({
							kind: 'gap',
							fromRevision: point.fromRevision,
							toRevision: message.compactRevision - 1n,
							reason: 'compacted',
						});
					return { point: { fromRevision: message.compactRevision, countedInFirst: 0 }, failure: null };
				case 'canceled':
					return { point, failure: { kind: 'rejected', where: endpoint, call: 'Watch', detail: message.reason } };
			}
		}
		return { point, failure: { kind: 'unreachable', where: endpoint, call: 'Watch', detail: 'the stream ended' } };
	} catch (error) {
		if (unfit.aborted && !signal.aborted)
			return { point, failure: { kind: 'timeout', where: endpoint, call: 'Watch', detail: 'the member fell silent' } };
		if (signal.aborted) return { point, failure: null };
		if (!(error instanceof CallError)) throw error;
		return { point, failure: error.failure };
	} finally {
		streamEnd.abort();
	}
}
