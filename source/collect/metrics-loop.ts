import type { Failure } from '../cluster/failure.ts';
import type { MemberKey } from '../cluster/member.ts';
import type { MetricSamples, MetricsReading } from '../cluster/reading.ts';
import { CallError } from '../etcd/calls.ts';
import { nextTick, stampNow } from './clock.ts';
import type { LiveOptions } from './options.ts';

/** Rounds between two searches through all candidates, where none of them has metrics. */
const roundsBetweenSearches = 5;

export type MetricsLoop = {
	/** The row's own key, which may change while a page is being read. */
	key(): MemberKey;
	/** The endpoint at which the member answers now, and the pages to try, best first. */
	candidates(): { readonly endpoint: string; readonly pages: readonly string[] } | null;
	/** Whether the member answers its Status: when it comes back, its metrics do too. */
	isAnswering(): boolean;
	push(reading: MetricsReading): void;
};

/** Every page names its server by this family's label. */
export const identityFamily = 'etcd_server_id';

/** True when the page says that it is another member's: several members may share a host. */
function isForeign(samples: MetricSamples, key: MemberKey): boolean {
	for (const name of samples.keys()) {
		const id = /^etcd_server_id\{server_id="([0-9a-f]+)"\}$/.exec(name)?.[1];
		if (id !== undefined) return id !== key && /^[0-9a-f]+$/.test(key);
	}
	return false;
}

/** Scrapes one member's metrics until the signal aborts; stays with the page that answered while it does. */
export async function metricsLoop(options: LiveOptions, loop: MetricsLoop, signal: AbortSignal): Promise<void> {
	let found: string | null = null;
	let resting = 0;
	let wasAnswering = false;
	const { rare = { families: [], everySeconds: 0 } } = options;
	const rareTurns = Math.max(1, Math.round(rare.everySeconds / options.metricsIntervalSeconds));
	const allFamilies = new Set([...options.wantedFamilies, ...rare.families]);
	/** Pages that answered; those of failures do not count. */
	let pagesRead = 0;
	while (!signal.aborted) {
		const isAnswering = loop.isAnswering();
		if (isAnswering && !wasAnswering) resting = 0;
		wasAnswering = isAnswering;
		const candidates = loop.candidates();
		if (candidates !== null && resting === 0) {
			const pages: readonly string[] = found !== null && candidates.pages.includes(found) ? [found] : candidates.pages;
			const families = pagesRead % rareTurns === 0 ? allFamilies : options.wantedFamilies;
			const answer = await firstPage(
				{ ...options, wantedFamilies: families },
				loop.key,
				candidates.endpoint,
				pages,
				signal,
			);
			if (signal.aborted) return;
			loop.push({ ...stampNow(), kind: 'metrics', key: loop.key(), outcome: answer });
			// A page that was found and fails now is asked again at once, with all others.
			resting = answer.kind === 'failed' && found === null ? roundsBetweenSearches : 0;
			found = answer.kind === 'answered' ? answer.url : null;
			if (answer.kind === 'answered') pagesRead++;
		} else if (resting > 0) resting--;
		await nextTick(options.metricsIntervalSeconds, signal);
	}
}

/** The first page that is this member's; otherwise why the first candidate failed, the one that people expect. */
async function firstPage(
	options: LiveOptions,
	key: () => MemberKey,
	endpoint: string,
	pages: readonly string[],
	signal: AbortSignal,
): Promise<MetricsReading['outcome']> {
	let first: Failure | null = null;
	for (const url of pages) {
		try {
			const timeoutSeconds = options.profile.dialTimeoutSeconds;
			const { samples, serverTimeMs } = await options.calls
				.member(endpoint)
				.metrics(url, options.wantedFamilies, { timeoutSeconds, signal });
			if (!isForeign(samples, key())) return { kind: 'answered', url, samples, serverTimeMs };
			first ??= { kind: 'malformed', where: url, call: 'GET /metrics', detail: 'the page is of another member' };
		} catch (error) {
			if (signal.aborted) break;
			if (!(error instanceof CallError)) throw error;
			first ??= error.failure;
		}
	}
	return {
		kind: 'failed',
		failure: first ?? { kind: 'unreachable', where: endpoint, call: 'GET /metrics', detail: 'no URL to try' },
	};
}
