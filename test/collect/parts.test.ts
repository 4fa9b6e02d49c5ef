import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChannel } from '../../source/collect/channel.ts';
import { nextTick, pause } from '../../source/collect/clock.ts';
import { gapTooLong, longestReplayRevisions } from '../../source/collect/resume.ts';
import { createTally } from '../../source/collect/tally.ts';
import { type Identities, strayEndpoints, targetsOf } from '../../source/collect/targets.ts';
import type { WatchEvent } from '../../source/etcd/calls.ts';

const stamp = { atMs: 1, timeMs: 2 };

const put = (key: string, revision = 1): WatchEvent => ({
	type: 'put',
	key: Buffer.from(key),
	modRevision: BigInt(revision),
	createRevision: 1n,
	valueBytes: 10,
});

describe('the tally', () => {
	it('is empty until something came, and again after it was taken', () => {
		const tally = createTally();
		expect(tally.take(stamp)).toBeNull();
		tally.add([put('/registry/pods/a/b')], 5);
		expect(tally.take(stamp)).toMatchObject({ unlisted: 0, lines: [{ timeMs: 5, name: 'a/b' }] });
		expect(tally.take(stamp)).toBeNull();
		tally.add([], 5);
		expect(tally.take(stamp)).toBeNull();
	});

	it('counts every event and lists the newest ones, however they come', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(400), { maxLength: 6 }), batches => {
				const tally = createTally();
				let revision = 0;
				for (const size of batches)
					tally.add(
						Array.from({ length: size }, () =>
							put(`/registry/${revision % 2 === 0 ? 'pods' : 'leases'}/a/b`, ++revision),
						),
						0,
					);
				const reading = tally.take(stamp);
				if (revision === 0) return reading === null;
				const counted = [...reading!.changes.values()].reduce((sum, counts) => sum + counts.put, 0);
				const bytes = [...reading!.changes.values()].reduce((sum, counts) => sum + counts.bytes, 0);
				const { lines, unlisted } = reading!;
				expect([counted, bytes, lines.length + unlisted]).toEqual([revision, 10 * revision, revision]);
				expect(lines.length).toBe(Math.min(120, revision));
				expect(lines.map(line => Number(line.revision))).toEqual(
					Array.from({ length: lines.length }, (_, index) => revision - lines.length + 1 + index),
				);
				return reading!.revision === BigInt(revision);
			}),
		);
	});

	it('tells puts from deletes, and noise from news', () => {
		const tally = createTally();
		tally.add(
			[put('/registry/leases/kube-node-lease/n1'), { ...put('/registry/pods/a/b'), type: 'delete', valueBytes: 0 }],
			0,
		);
		const reading = tally.take(stamp)!;
		expect(reading.changes).toEqual(
			new Map([
				['leases', { put: 1, delete: 0, bytes: 10 }],
				['pods', { put: 0, delete: 1, bytes: 0 }],
			]),
		);
		expect(reading.lines.map(({ isNoise }) => isNoise)).toEqual([true, false]);
	});
});

describe('a channel', () => {
	it('gives everything in order, then ends', async () => {
		const channel = createChannel<number>();
		channel.push(1);
		setImmediate(() => {
			channel.push(2);
			channel.push(3);
			channel.close();
			channel.push(4);
		});
		const taken: number[] = [];
		for await (const item of channel.items()) taken.push(item);
		expect(taken).toEqual([1, 2, 3]);
	});

	it('gives what was pushed before it gives the error', async () => {
		const channel = createChannel<number>();
		channel.push(1);
		channel.fail(new Error('a bug'));
		channel.fail(new Error('another'));
		const items = channel.items();
		expect((await items.next()).value).toBe(1);
		await expect(items.next()).rejects.toThrow('a bug');
	});

	it('takes what is pushed while it is read', async () => {
		const channel = createChannel<number>();
		channel.push(0);
		const seen: number[] = [];
		for await (const item of channel.items()) {
			seen.push(item);
			if (item < 50) channel.push(item + 1);
			else channel.close();
		}
		expect(seen).toHaveLength(51);
	});
});

describe('the clock', () => {
	it('lets loops of one interval wake together', async () => {
		const never = new AbortController().signal;
		const woke: number[] = [];
		const wake = async () => {
			await nextTick(0.05, never);
			woke.push(Math.floor((performance.now() + 1) / 50));
		};
		await Promise.all([wake(), pause(1, never).then(wake), pause(2, never).then(wake)]);
		expect(woke).toHaveLength(3);
	});

	it('waits no longer than the signal', async () => {
		await pause(1_000_000, AbortSignal.abort());
		const end = new AbortController();
		setImmediate(() => end.abort());
		await nextTick(1000, end.signal);
	});
});

describe('a gap', () => {
	it('is too long from a number of revisions on', () => {
		const from = (fromRevision: bigint | null) => ({ fromRevision, countedInFirst: 0 });
		expect(gapTooLong(from(null), 1_000_000n)).toBeNull();
		expect(gapTooLong(from(10n), 10n + longestReplayRevisions - 1n)).toBeNull();
		expect(gapTooLong(from(10n), 10n + longestReplayRevisions)).toEqual({
			fromRevision: 10n,
			toRevision: 10n + longestReplayRevisions,
		});
	});
});

describe('targets', () => {
	const member = (id: string, ...clientUrls: string[]) => ({
		id,
		name: id,
		isLearner: false,
		peerUrls: [],
		clientUrls,
	});
	const known = (patch: Partial<Identities>): Identities => ({
		endpoints: ['http://given'],
		discovery: true,
		answeredBy: new Map(),
		foreign: new Set(),
		members: [member('a', 'http://a'), member('b', 'http://b')],
		...patch,
	});

	it('are the members, at the given endpoint that is their own first', () => {
		expect(targetsOf(known({ answeredBy: new Map([['http://given', 'b']]) }))).toEqual([
			{ key: 'a', candidates: ['http://a'] },
			{ key: 'b', candidates: ['http://given', 'http://b'] },
		]);
	});

	it('put last what another member answered at', () => {
		const members = [member('a', 'http://wrong', 'http://a')];
		expect(targetsOf(known({ members, answeredBy: new Map([['http://wrong', 'b']]) }))).toEqual([
			{ key: 'a', candidates: ['http://a', 'http://wrong'] },
		]);
	});

	it('leave nobody’s endpoint unasked until somebody answered there', () => {
		const targets = targetsOf(known({}));
		expect(strayEndpoints(known({}), targets)).toEqual(['http://given']);
		const answered = known({ answeredBy: new Map([['http://given', null]]) });
		expect(strayEndpoints(answered, targetsOf(answered))).toEqual([]);
	});

	it('are the given endpoints without a list or without discovery, two of one member as one', () => {
		const answeredBy = new Map([
			['http://x', 'a'],
			['http://y', 'a'],
		]);
		const endpoints = ['http://x', 'http://y', 'http://z'];
		const rows = [
			{ key: 'a', candidates: ['http://x', 'http://y'] },
			{ key: 'http://z', candidates: ['http://z'] },
		];
		expect(targetsOf(known({ endpoints, answeredBy, members: [] }))).toEqual(rows);
		expect(targetsOf(known({ endpoints, answeredBy, discovery: false }))).toEqual(rows);
	});
});
