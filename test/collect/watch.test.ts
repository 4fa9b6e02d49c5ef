import { afterEach, describe, expect, it } from 'vitest';
import { distinctPrefixes } from '../../source/collect/watching.ts';
import type { WatchEvent } from '../../source/etcd/calls.ts';
import { type FakeCluster, type FakeMember, fakeCluster, fakeMember, urlOf } from '../support/fake-calls.ts';
import { optionsOf, type Reader, read, rounds, until } from './reader.ts';

let reader: Reader;
afterEach(() => reader.stop());

const event = (revision: number, name = `pod-${revision}`, patch: Partial<WatchEvent> = {}): WatchEvent => ({
	type: 'put',
	key: Buffer.from(`/registry/pods/shop/${name}`),
	modRevision: BigInt(revision),
	createRevision: 1n,
	valueBytes: 100,
	...patch,
});

const events = (...list: readonly WatchEvent[]) => ({ kind: 'events', events: list, isFragment: false }) as const;
const fragment = (...list: readonly WatchEvent[]) => ({ kind: 'events', events: list, isFragment: true }) as const;

function start(prefixes = ['/registry/']) {
	const members = [fakeMember('1'), fakeMember('2'), fakeMember('3')] as [FakeMember, FakeMember, FakeMember];
	const cluster = fakeCluster(members);
	reader = read(optionsOf(cluster, ['1', '2', '3'].map(urlOf), { watch: { prefixes } }));
	const stream = async (number: number) => {
		await until(() => expect(cluster.watches.length).toBeGreaterThanOrEqual(number));
		return cluster.watches[number - 1]!;
	};
	return { members, cluster, stream };
}

const names = () => reader.of('keys').flatMap(({ lines }) => lines.map(({ name }) => name.replace('shop/', '')));
const states = () => reader.of('watch').map(({ state }) => state);
const seen = (...wanted: readonly string[]) => until(() => expect(names()).toEqual(wanted));
const live = () => until(() => expect(states().at(-1)?.kind).toBe('live'));

describe('the watch', () => {
	it('is off with a reason, and asks for nothing', async () => {
		const cluster = fakeCluster([fakeMember('1')]);
		reader = read(optionsOf(cluster, [urlOf('1')], { watch: { off: '--no-watch' } }));
		await rounds(() => reader.of('status').length, 10);
		expect(states()).toEqual([{ kind: 'off', reason: '--no-watch' }]);
		expect(cluster.watches).toEqual([]);
	});

	it('starts at the head, on a follower', async () => {
		const { stream } = start();
		const first = await stream(1);
		expect(first.request).toEqual({ prefix: '/registry/', startRevision: null });
		expect(first.endpoint).not.toBe(urlOf('1'));
		await until(() =>
			expect(states()).toEqual([
				{ kind: 'connecting' },
				{ kind: 'live', endpoint: first.endpoint, fromRevision: 101n },
			]),
		);
		first.send(
			events(
				event(101, 'a', { createRevision: 101n }),
				event(102, 'b'),
				event(103, 'c', { type: 'delete', valueBytes: 0 }),
			),
		);
		await seen('a', 'b', 'c');
		const [a, b, c] = reader.of('keys').flatMap(({ lines }) => lines);
		expect([a, b, c].map(change => change?.operation)).toEqual(['create', 'update', 'delete']);
		expect(a).toMatchObject({ resource: 'pods', name: 'shop/a', revision: 101n, sizeBytes: 100, isNoise: false });
		expect(reader.last('keys')?.revision).toBe(103n);
	});

	it('goes on after the last event that it saw, not where the store was', async () => {
		const { cluster, stream } = start();
		const first = await stream(1);
		first.send(events(event(101)));
		await seen('pod-101');
		cluster.headRevision = 900n;
		first.fail('unreachable');
		const second = await stream(2);
		expect(second.request.startRevision).toBe(102n);
		await until(() => expect(states().map(({ kind }) => kind)).toEqual(['connecting', 'live', 'interrupted', 'live']));
		second.send(events(event(102), event(103)));
		await seen('pod-101', 'pod-102', 'pod-103');
	});

	it('owes every revision after the head from the moment that it began, events or not', async () => {
		const { stream } = start();
		(await stream(1)).fail('unreachable');
		expect((await stream(2)).request.startRevision).toBe(101n);
	});

	it('needs not go back behind what the server has told to be seen', async () => {
		const { stream } = start();
		const first = await stream(1);
		await live();
		first.send({ kind: 'progress', revision: 450n });
		first.send({ kind: 'progress', revision: 400n });
		first.end();
		expect((await stream(2)).request.startRevision).toBe(451n);
	});

	it('neither loses nor doubles what a cut inside of a revision splits', async () => {
		const { stream } = start();
		const first = await stream(1);
		first.send(fragment(event(101), event(102, 'a'), event(102, 'b')));
		await seen('pod-101', 'a', 'b');
		first.fail('unreachable');
		const second = await stream(2);
		expect(second.request.startRevision).toBe(102n);
		second.send(fragment(event(102, 'a')));
		second.send(fragment(event(102, 'b'), event(102, 'c')));
		await seen('pod-101', 'a', 'b', 'c');
		second.fail('unreachable');
		const third = await stream(3);
		expect(third.request.startRevision).toBe(102n);
		third.send(events(event(102, 'a'), event(102, 'b'), event(102, 'c'), event(102, 'd'), event(103)));
		await seen('pod-101', 'a', 'b', 'c', 'd', 'pod-103');
	});

	it('skips a gap that would be heavy to replay, and says so', async () => {
		const { members, cluster, stream } = start();
		const first = await stream(1);
		first.send(events(event(101)));
		await seen('pod-101');
		for (const member of members) member.status = { revision: 9000n };
		cluster.headRevision = 9000n;
		await rounds(() => reader.of('status').length, 12);
		first.fail('unreachable');
		const second = await stream(2);
		expect(second.request.startRevision).toBe(9001n);
		await until(() =>
			expect(states()).toContainEqual({ kind: 'gap', fromRevision: 102n, toRevision: 9000n, reason: 'too-many' }),
		);
	});

	it('skips it too where only the stream itself tells how far the store is', async () => {
		const { cluster, stream } = start();
		const first = await stream(1);
		first.send(events(event(101)));
		await seen('pod-101');
		cluster.headRevision = 9000n;
		first.fail('unreachable');
		expect((await stream(2)).request.startRevision).toBe(102n);
		expect((await stream(3)).request.startRevision).toBe(9001n);
		expect((await stream(2)).signal.aborted).toBe(true);
		await until(() => expect(states().filter(({ kind }) => kind === 'gap')).toHaveLength(1));
	});

	it('says what was compacted away, and goes on behind it', async () => {
		const { stream } = start();
		const first = await stream(1);
		first.send(events(event(101)));
		await seen('pod-101');
		first.fail('unreachable');
		(await stream(2)).send({ kind: 'compacted', compactRevision: 150n });
		const third = await stream(3);
		expect(third.request.startRevision).toBe(150n);
		await until(() =>
			expect(states()).toContainEqual({ kind: 'gap', fromRevision: 102n, toRevision: 149n, reason: 'compacted' }),
		);
		await live();
		third.send(events(event(150)));
		await seen('pod-101', 'pod-150');
	});

	it('says why the server canceled it, and tries again', async () => {
		const { stream } = start();
		(await stream(1)).send({ kind: 'canceled', reason: 'etcdserver: permission denied' });
		await stream(2);
		expect(states().find(({ kind }) => kind === 'interrupted')).toMatchObject({
			failure: { kind: 'rejected', detail: 'etcdserver: permission denied' },
		});
	});

	it('tells once that it may not watch, however often it tries, and again once it has watched', async () => {
		const { members, cluster, stream } = start();
		for (const member of members) member.conductOf = { Watch: 'login-required' };
		const interruptions = () => states().filter(({ kind }) => kind === 'interrupted');
		await until(() => expect(cluster.log.filter(call => call.startsWith('Watch '))).toHaveLength(2));
		for (const member of members) member.conductOf = {};
		const open = await stream(1);
		await live();
		expect(interruptions()).toHaveLength(1);
		open.fail('login-required');
		await until(() => expect(interruptions()).toHaveLength(2));
	});

	it('shows what it saw before it was interrupted before the interruption', async () => {
		const { stream } = start();
		const first = await stream(1);
		await live();
		first.send(events(event(101)));
		first.fail('unreachable');
		await until(() => expect(states().at(-1)?.kind).toBe('live'));
		await stream(2);
		const order = reader.readings
			.filter(({ kind }) => kind === 'keys' || kind === 'watch')
			.map(reading => (reading.kind === 'watch' ? reading.state.kind : reading.kind));
		expect(order.slice(0, 4)).toEqual(['connecting', 'live', 'keys', 'interrupted']);
	});
});

describe('where it watches', () => {
	const other = (cluster: FakeCluster, endpoint: string) => cluster.members.find(({ id }) => urlOf(id) === endpoint)!;

	it('moves to another member when the watched one freezes', async () => {
		const { cluster, stream } = start();
		const first = await stream(1);
		await live();
		other(cluster, first.endpoint).conduct = 'hang';
		const second = await stream(2);
		expect(second.endpoint).not.toBe(first.endpoint);
		expect(second.request.startRevision).toBe(101n);
		expect(first.signal.aborted).toBe(true);
		expect(states()).toContainEqual({
			kind: 'interrupted',
			failure: { kind: 'timeout', where: first.endpoint, call: 'Watch', detail: 'the member fell silent' },
		});
	});

	it('moves when the watched member has lost a leader that others still have', async () => {
		const { cluster, stream } = start();
		const first = await stream(1);
		await live();
		other(cluster, first.endpoint).status = { leaderId: null };
		expect((await stream(2)).endpoint).not.toBe(first.endpoint);
	});

	it('moves when the watched member is far behind', async () => {
		const { members, cluster, stream } = start();
		const first = await stream(1);
		await live();
		for (const member of members) if (urlOf(member.id) !== first.endpoint) member.status = { revision: 5000n };
		expect(other(cluster, first.endpoint).status.revision).toBeUndefined();
		expect((await stream(2)).endpoint).not.toBe(first.endpoint);
	});

	it('moves when the watched member has left', async () => {
		const { cluster, stream } = start();
		const first = await stream(1);
		await live();
		const index = cluster.members.findIndex(({ id }) => urlOf(id) === first.endpoint);
		// It still answers, but to nobody of this cluster.
		cluster.members.splice(index, 1);
		expect((await stream(2)).endpoint).not.toBe(first.endpoint);
	});

	it('stays without a leader anywhere: what is stored can still be watched', async () => {
		const { members, cluster, stream } = start();
		const first = await stream(1);
		await live();
		for (const member of members) member.status = { leaderId: null };
		await rounds(() => reader.of('status').length, 60);
		expect(cluster.watches).toHaveLength(1);
		expect(first.signal.aborted).toBe(false);
	});

	it('is never a learner, and a leader only where nobody else is left', async () => {
		const { members, stream } = start();
		members[1].conduct = 'refused';
		members[2].isLearner = true;
		expect((await stream(1)).endpoint).toBe(urlOf('1'));
	});
});

describe('several prefixes', () => {
	it('are each watched once, those inside of another left out', async () => {
		expect(distinctPrefixes(['/registry/', '/registry/pods/', '/other', '/registry/'])).toEqual([
			'/registry/',
			'/other',
		]);
		expect(distinctPrefixes(['/a', ''])).toEqual(['']);
		const { cluster } = start(['/registry/', '/registry/pods/', '/calico/']);
		await until(() =>
			expect(cluster.watches.map(({ request }) => request.prefix).sort()).toEqual(['/calico/', '/registry/']),
		);
	});

	it('are not said to be watched while one of them is not', async () => {
		const { cluster, stream } = start(['/a/', '/b/']);
		await stream(2);
		await until(() => expect(states().filter(({ kind }) => kind === 'live').length).toBe(2));
		cluster.watches[0]!.fail('permission-denied');
		await until(() => expect(states().at(-1)?.kind).toBe('interrupted'));
		cluster.watches[1]!.end();
		await until(() => expect(states().filter(({ kind }) => kind === 'live').length).toBe(3));
		await until(() =>
			expect(states().at(-1)).toMatchObject({ kind: 'interrupted', failure: { kind: 'permission-denied' } }),
		);
	});
});
