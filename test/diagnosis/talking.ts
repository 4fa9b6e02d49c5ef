import type { MemberStatus } from '../../source/cluster/member.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';

export type Talk = {
	readonly members?: number;
	readonly learners?: readonly string[];
	readonly seconds?: number;
	/** From when on what `of` sends does not reach `by`, written `by<of`. */
	readonly lost?: Readonly<Record<string, number>>;
	/** From when on all of it passes again; never without it. */
	readonly healed?: number;
	/** From when on `by` has no connection to `of`, written `by<of`. */
	readonly disconnected?: Readonly<Record<string, number>>;
	/** What is different about a member's Status in a second; null: it does not answer. */
	readonly statusOf?: (id: string, second: number) => Partial<MemberStatus> | null;
	/** Further samples of a member. */
	readonly samplesOf?: (id: string, second: number) => Iterable<readonly [string, number]>;
	/** Whose metrics are not read. */
	readonly withoutMetrics?: readonly string[];
	/** Whose votes others hear though it is no leader. */
	readonly campaigns?: readonly string[];
};

/**
 * A cluster led by m1 that is read once a second: heartbeats and their answers pass between the leader and everybody else,
 * except where they are lost.
 */
export function talking(talk: Talk = {}): Story {
	const { members: count = 3, learners = [], seconds = 20, lost = {}, disconnected = {}, campaigns = [] } = talk;
	const { healed = Number.POSITIVE_INFINITY } = talk;
	/** Seconds in which what is sent from one to the other has arrived. */
	const heardFor = (way: string, second: number) =>
		Math.min(second, lost[way] ?? second) + (way in lost ? Math.max(0, second - healed) : 0);
	const ids = Array.from({ length: count }, (_, index) => `${index + 1}`);
	const told = story();
	told.list(
		0,
		ids.map(id => memberOf(id, { isLearner: learners.includes(id) })),
	);
	const speaks = (by: string, of: string) => by === '1' || of === '1' || campaigns.includes(of);
	for (let second = 0; second <= seconds; second++) {
		for (const id of ids) {
			const patch = talk.statusOf === undefined ? {} : talk.statusOf(id, second);
			if (patch === null) {
				told.fail(second * 1000, id, 'timeout');
				continue;
			}
			told.answer(second * 1000, id, { isLearner: learners.includes(id), ...patch });
			if (talk.withoutMetrics?.includes(id)) continue;
			const links = ids
				.filter(of => of !== id)
				.flatMap((of): [string, number][] => [
					[
						`etcd_network_peer_received_bytes_total{From="${of}"}`,
						speaks(id, of) ? 500 * heardFor(`${id}<${of}`, second) : 7,
					],
					[
						`etcd_network_active_peers{Local="${id}",Remote="${of}"}`,
						second >= (disconnected[`${id}<${of}`] ?? Number.POSITIVE_INFINITY) ? 0 : 1,
					],
				]);
			told.scrape(second * 1000, id, [
				['process_start_time_seconds', 1],
				...links,
				...(talk.samplesOf?.(id, second) ?? []),
			]);
		}
	}
	return told;
}
