import type { Member, MemberId, MemberKey } from '../cluster/member.ts';
import type { MetricsReading, Reading, StatusReading } from '../cluster/reading.ts';
import { createAlarmReader } from './alarm-reader.ts';
import { createChannel } from './channel.ts';
import { examining } from './examining.ts';
import { listLoop } from './list-loop.ts';
import { memberLoop } from './member-loop.ts';
import { createMembership } from './membership.ts';
import { identityFamily, metricsLoop } from './metrics-loop.ts';
import type { LiveOptions } from './options.ts';
import { metricsCandidates } from './targets.ts';
import { createWatchPost } from './watch-post.ts';
import { watching } from './watching.ts';

/**
 * Reads a cluster over time: every member on its own loops with its own deadlines, the member list, and the watch.
 * Ends when the signal aborts; throws only on a bug.
 */
export async function* live(options: LiveOptions, signal: AbortSignal): AsyncGenerator<Reading, void, undefined> {
	const channel = createChannel<Reading>();
	const stopped = new AbortController();
	const whole = AbortSignal.any([signal, stopped.signal]);
	if (whole.aborted) return;
	whole.addEventListener('abort', () => channel.close(), { once: true });
	try {
		startLoops(
			options,
			reading => channel.push(reading),
			loop => void loop.catch(error => channel.fail(error)),
			whole,
		);
		yield* channel.items();
	} finally {
		stopped.abort();
	}
}

type MetricsPages = { readonly endpoint: string; readonly member: Member | null; readonly pages: readonly string[] };

function startLoops(
	options: LiveOptions,
	push: (reading: Reading) => void,
	run: (loop: Promise<void>) => void,
	signal: AbortSignal,
): void {
	const { endpoints, discovery, metricsUrls } = options.profile;
	const scraping = { ...options, wantedFamilies: new Set([...options.wantedFamilies, identityFamily]) };
	const { learnersAt = new Set<string>() } = options;
	const answeringAt = new Map<MemberKey, string>();
	const defragmenting = new Set<MemberKey>();
	const post = createWatchPost();
	const alarms = createAlarmReader(options, push, run, signal);

	const pushStatus = (reading: StatusReading) => {
		const { key, endpoint, outcome } = reading;
		if (outcome.kind === 'answered') {
			answeringAt.set(key, endpoint);
			if (outcome.status.isLearner) learnersAt.add(endpoint);
			else learnersAt.delete(endpoint);
		} else answeringAt.delete(key);
		push(reading);
		// Neither the watch nor the alarms may be read from another cluster.
		if (membership.isForeign(reading.endpoint)) {
			post.forget(reading.key);
			alarms.forget(reading.key);
			return;
		}
		post.status(reading);
		alarms.status(reading);
	};
	const pushMetrics = (reading: MetricsReading) => {
		const { outcome } = reading;
		if (outcome.kind === 'answered' && outcome.samples.get('etcd_disk_defrag_inflight') === 1)
			defragmenting.add(reading.key);
		else defragmenting.delete(reading.key);
		push(reading);
	};
	/** Made anew only when the list was read again or the member answers elsewhere: taking URLs apart is slow. */
	const pagesByKey = new Map<MemberKey, MetricsPages>();
	const metricsPages = (key: MemberKey) => {
		const endpoint = answeringAt.get(key) ?? membership.candidates(key)[0];
		if (endpoint === undefined) return null;
		const member = membership.member(key);
		const known = pagesByKey.get(key);
		if (known?.endpoint === endpoint && known.member === member) return known;
		const made = { endpoint, member, pages: metricsCandidates(endpoint, member, metricsUrls) };
		pagesByKey.set(key, made);
		return made;
	};

	const membership = createMembership({
		endpoints,
		discovery,
		signal,
		announce: push,
		startRow(row, rowSignal) {
			const key = () => row.key;
			const status = {
				key,
				candidates: () => membership.candidates(row.key),
				isDefragmenting: () => defragmenting.has(row.key),
				answered: membership.identify,
				push: pushStatus,
			};
			run(memberLoop(options, status, rowSignal));
			const metrics = {
				key,
				candidates: () => metricsPages(row.key),
				isAnswering: () => answeringAt.has(row.key),
				push: pushMetrics,
			};
			run(metricsLoop(scraping, metrics, rowSignal));
		},
		forgetKey(key) {
			answeringAt.delete(key);
			pagesByKey.delete(key);
			defragmenting.delete(key);
			post.forget(key);
			alarms.forget(key);
		},
		startStray(endpoint, straySignal) {
			const stray = {
				key: () => endpoint,
				candidates: () => [endpoint],
				isDefragmenting: () => false,
				answered: (where: string, id: MemberId, ofCluster: string) => {
					membership.identify(where, id, ofCluster);
					return null;
				},
				push: () => {},
			};
			run(memberLoop(options, stray, straySignal));
		},
	});
	membership.begin();
	const list = {
		endpoints() {
			const all = [...new Set([...answeringAt.values(), ...endpoints])].filter(each => !membership.isForeign(each));
			const voters = all.filter(each => !learnersAt.has(each));
			// One that was promoted meanwhile may be all that there is.
			return voters.length > 0 ? voters : all;
		},
		listed: membership.listed,
		notListed: membership.notListed,
	};
	run(listLoop(options, list, signal));
	run(watching(options, post, push, signal));
	const rows = () =>
		membership.keys().flatMap(key => {
			const endpoint = answeringAt.get(key) ?? membership.candidates(key)[0];
			if (endpoint === undefined || membership.isForeign(endpoint)) return [];
			return [{ key, endpoint, isAnswering: answeringAt.has(key), member: membership.member(key) }];
		});
	run(examining(options.examiners ?? [], () => ({ options, rows: rows() }), push, signal));
}
