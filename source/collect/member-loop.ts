import type { MemberId, MemberKey } from '../cluster/member.ts';
import type { StatusReading } from '../cluster/reading.ts';
import { CallError } from '../etcd/calls.ts';
import { nextTick, stampNow } from './clock.ts';
import type { LiveOptions } from './options.ts';
import { statusTimeoutSeconds } from './options.ts';

/** A defragmenting member answers the moment it is done, if somebody is still waiting. */
const defragmentingTimeoutSeconds = 5;

export type MemberLoop = {
	/** The row's own key, which may change while a call is under way. */
	key(): MemberKey;
	/** Asked before each call: the endpoints may change while the loop runs. */
	candidates(): readonly string[];
	isDefragmenting(): boolean;
	/** Takes note of who answered at an endpoint; the row that the answer belongs to, or null where no row wants it. */
	answered(endpoint: string, id: MemberId, ofCluster: string): MemberKey | null;
	push(reading: StatusReading): void;
};

/**
 * Asks one member for its Status, again and again, until the signal aborts. A member that answers elsewhere or not at
 * all is asked at its next endpoint in the next round, so that one bad URL hides nothing.
 */
export async function memberLoop(options: LiveOptions, loop: MemberLoop, signal: AbortSignal): Promise<void> {
	let turn = 0;
	while (!signal.aborted) {
		const candidates = loop.candidates();
		const endpoint = candidates[turn % candidates.length];
		if (endpoint !== undefined && !(await askOnce(options, loop, endpoint, signal))) turn++;
		await nextTick(options.statusIntervalSeconds, signal);
	}
}

async function askOnce(
	options: LiveOptions,
	loop: MemberLoop,
	endpoint: string,
	signal: AbortSignal,
): Promise<boolean> {
	const timeoutSeconds = loop.isDefragmenting() ? defragmentingTimeoutSeconds : statusTimeoutSeconds(options.profile);
	const startMs = performance.now();
	try {
		const status = await options.calls.member(endpoint).status({ timeoutSeconds, signal });
		const stamp = stampNow();
		if (signal.aborted) return false;
		const key = loop.answered(endpoint, status.memberId, status.clusterId);
		if (key === null) return false;
		loop.push({
			...stamp,
			kind: 'status',
			key,
			endpoint,
			outcome: { kind: 'answered', status, latencySeconds: (stamp.atMs - startMs) / 1000 },
		});
		return key === loop.key();
	} catch (error) {
		if (signal.aborted) return false;
		if (!(error instanceof CallError)) throw error;
		loop.push({
			...stampNow(),
			kind: 'status',
			key: loop.key(),
			endpoint,
			outcome: { kind: 'failed', failure: error.failure },
		});
		return false;
	}
}
