import type { Reading, WatchState } from '../cluster/reading.ts';
import { pause, stampNow } from './clock.ts';
import type { LiveOptions } from './options.ts';
import { createTally } from './tally.ts';
import { watchLoop } from './watch-loop.ts';
import type { WatchPost } from './watch-post.ts';

/** Events are handed on in batches this far apart: a person cannot read faster. */
const tallyMs = 100;

/** A prefix inside another would count its events twice. */
export const distinctPrefixes = (prefixes: readonly string[]): readonly string[] =>
	[...new Set(prefixes)].filter(prefix => !prefixes.some(other => other !== prefix && prefix.startsWith(other)));

/** Watches every prefix, or says why not, until the signal aborts. */
export async function watching(
	options: LiveOptions,
	post: WatchPost,
	push: (reading: Reading) => void,
	signal: AbortSignal,
): Promise<void> {
	if ('off' in options.watch) {
		push({ ...stampNow(), kind: 'watch', state: { kind: 'off', reason: options.watch.off } });
		return;
	}
	const tally = createTally();
	const flush = () => {
		const reading = tally.take(stampNow());
		if (reading !== null) push(reading);
	};
	const flushing = async () => {
		while (!signal.aborted) {
			await pause(tallyMs, signal);
			flush();
		}
	};
	const states = new Map<string, WatchState>();
	const tell = (prefix: string, state: WatchState) => {
		// What was seen before the change stands before it on the screen.
		flush();
		states.set(prefix, state);
		push({ ...stampNow(), kind: 'watch', state });
		// The last word must not be that all is well while another prefix is not watched.
		const broken = [...states.values()].find(({ kind }) => kind === 'interrupted');
		if (state.kind === 'live' && broken !== undefined) push({ ...stampNow(), kind: 'watch', state: broken });
	};
	const loops = distinctPrefixes(options.watch.prefixes).map(prefix =>
		watchLoop(
			options,
			{
				prefix,
				chooseEndpoint: post.choose,
				untilUnfit: post.untilUnfit,
				state: state => tell(prefix, state),
				events: events => tally.add(events, Date.now()),
			},
			signal,
		),
	);
	await Promise.all([...loops, flushing()]);
}
