import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { WatchState } from '../../source/cluster/reading.ts';
import { watchLoop } from '../../source/collect/watch-loop.ts';
import { CallError, type WatchEvent, type WatchMessage, type WatchRequest } from '../../source/etcd/calls.ts';
import { fakeCluster } from '../support/fake-calls.ts';
import { optionsOf } from './reader.ts';

// The loop waits between two attempts; here a turn of the event loop is enough.
vi.mock('../../source/collect/clock.ts', async original => ({
	...(await original<typeof import('../../source/collect/clock.ts')>()),
	pause: () => new Promise(resolve => setImmediate(resolve)),
}));

const headRevision = 10n;

/** A store after its head: so many events in each revision. */
const eventsOf = (revisions: readonly number[]): WatchEvent[] =>
	revisions.flatMap((count, index) =>
		Array.from({ length: count }, (_, number) => ({
			type: 'put' as const,
			key: Buffer.from(`${index}/${number}`),
			modRevision: headRevision + 1n + BigInt(index),
			createRevision: 1n,
			valueBytes: 1,
		})),
	);

type Stream = { readonly sizes: readonly number[]; readonly messages: number };

/**
 * Messages as etcd makes them: a message holds whole revisions, a fragment of one may end anywhere.
 */
function* messagesFrom(all: readonly WatchEvent[], from: bigint, sizes: readonly number[]): Generator<WatchMessage> {
	const left = all.filter(({ modRevision }) => modRevision >= from);
	for (let at = 0, turn = 0; at < left.length; turn++) {
		const events = left.slice(at, at + sizes[turn % sizes.length]!);
		at += events.length;
		const next = left[at];
		const isFragment = next !== undefined && (next.modRevision === events.at(-1)!.modRevision || turn % 2 === 0);
		yield { kind: 'events', events, isFragment };
	}
}

/** Watches through streams that are cut after so many messages; the last one is not cut. */
async function watchThrough(all: readonly WatchEvent[], streams: readonly Stream[]) {
	const end = new AbortController();
	const requests: WatchRequest[] = [];
	const seen: WatchEvent[] = [];
	const states: WatchState[] = [];
	const cluster = fakeCluster([]);
	async function* watch(request: WatchRequest): AsyncGenerator<WatchMessage> {
		const stream = streams[requests.length] ?? { sizes: [3], messages: Number.POSITIVE_INFINITY };
		requests.push(request);
		yield { kind: 'created', revision: headRevision };
		let sent = 0;
		for (const message of messagesFrom(all, request.startRevision ?? headRevision + 1n, stream.sizes)) {
			if (sent++ === stream.messages) break;
			yield message;
		}
		if (sent <= stream.messages && stream.messages === Number.POSITIVE_INFINITY) end.abort();
		throw new CallError({ kind: 'unreachable', where: 'http://a', call: 'Watch', detail: '' });
	}
	const calls = { ...cluster.calls, member: () => ({ ...cluster.calls.member('http://a'), watch }) };
	await watchLoop(
		optionsOf({ ...cluster, calls }, ['http://a']),
		{
			prefix: '/',
			chooseEndpoint: () => ({ endpoint: 'http://a', headRevision }),
			untilUnfit: () => new AbortController().signal,
			state: state => void states.push(state),
			events: events => void seen.push(...events),
		},
		end.signal,
	);
	return { seen, states, requests };
}

describe('a watch that is cut', () => {
	it('sees every event once and in order, wherever the cuts are', async () => {
		const stream = fc.record({
			sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
			messages: fc.nat(6),
		});
		const revisions = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
		await fc.assert(
			fc.asyncProperty(revisions, fc.array(stream, { maxLength: 8 }), async (counts, streams) => {
				const all = eventsOf(counts);
				const { seen, states } = await watchThrough(all, streams);
				expect(seen.map(({ key }) => String(key))).toEqual(all.map(({ key }) => String(key)));
				expect(states.filter(({ kind }) => kind === 'gap')).toEqual([]);
			}),
			{ numRuns: 200 },
		);
	});

	it('never asks for more than it has to see again', async () => {
		const all = eventsOf([2, 3, 1]);
		const { requests } = await watchThrough(all, [
			{ sizes: [4], messages: 1 },
			{ sizes: [1], messages: 0 },
		]);
		expect(requests.map(({ startRevision }) => startRevision)).toEqual([null, 12n, 12n]);
	});
});
