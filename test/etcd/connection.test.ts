import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectEtcd } from '../../source/etcd/connect.ts';
import { encodeHeader, encodeStatus, type FakeEtcd, healthyStatus, startFakeEtcd } from '../support/fake-etcd.ts';
import { plainProfile } from '../support/profile.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function fake(): Promise<FakeEtcd> {
	const etcd = await startFakeEtcd();
	cleanups.push(() => etcd.close());
	etcd.answer('Status', () => ({ messages: [encodeStatus(healthyStatus)] }));
	return etcd;
}

function member(endpoint: string, profile = plainProfile) {
	const calls = connectEtcd(profile);
	cleanups.push(() => calls.close());
	return calls.member(endpoint);
}

const soon = { timeoutSeconds: 0.2 };
const patient = { timeoutSeconds: 10 };
const created = () => new BinaryWriter().tag(1, 2).bytes(encodeHeader({})).tag(3, 0).bool(true).finish();

describe('a connection', () => {
	it('is made once for all calls, and anew after it was lost', async () => {
		const etcd = await fake();
		const { status } = member(etcd.endpoint);
		expect(await Promise.all([status(patient), status(patient)])).toEqual([healthyStatus, healthyStatus]);
		expect(etcd.connections).toBe(1);
		for (const session of etcd.sessions) session.destroy();
		await vi.waitFor(async () => expect(await status(patient)).toEqual(healthyStatus));
		expect(etcd.connections).toBe(2);
	});

	it('is replaced after GOAWAY, while a watch on it goes on', async () => {
		const etcd = await fake();
		etcd.answer('Watch', () => ({ messages: [created()], staysOpen: true }));
		const { status, watch } = member(etcd.endpoint);
		const messages = watch({ prefix: '/', startRevision: null }, new AbortController().signal)[Symbol.asyncIterator]();
		expect((await messages.next()).value).toEqual({ kind: 'created', revision: 1n });
		const [session] = etcd.sessions;
		session!.goaway(0, 2 ** 31 - 1);
		await vi.waitFor(async () => {
			await status(patient);
			expect(etcd.connections).toBe(2);
		});
		expect(session!.destroyed).toBe(false);
		session!.destroy();
		await expect(messages.next()).rejects.toMatchObject({ failure: { kind: 'unreachable', call: 'Watch' } });
	});

	it('survives calls that miss their deadline as long as the server answers pings', async () => {
		const etcd = await fake();
		const { status } = member(etcd.endpoint);
		await status(patient);
		etcd.answer('Status', () => ({ staysOpen: true }));
		const failure = { kind: 'timeout', where: etcd.endpoint, call: 'Status', detail: 'no answer in 0.2 s' };
		for (let miss = 0; miss < 4; miss++) await expect(status(soon)).rejects.toMatchObject({ failure });
		etcd.answer('Status', () => ({ messages: [encodeStatus(healthyStatus)] }));
		await status(patient);
		expect(etcd.connections).toBe(1);
	});

	it('is given up when nothing ever came on it', async () => {
		const sockets: Socket[] = [];
		const server: Server = createServer(socket => {
			sockets.push(socket);
			socket.on('error', () => {});
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		cleanups.push(() => {
			for (const socket of sockets) socket.destroy();
			return new Promise(resolve => server.close(resolve));
		});
		const { status } = member(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
		await vi.waitFor(
			async () => {
				await expect(status(soon)).rejects.toMatchObject({ failure: { kind: 'timeout' } });
				expect(sockets.length).toBeGreaterThan(1);
			},
			{ timeout: 20_000 },
		);
	});

	it('ends a call with its own signal', async () => {
		const etcd = await fake();
		etcd.answer('Status', () => ({ staysOpen: true }));
		const { status, watch } = member(etcd.endpoint);
		const controller = new AbortController();
		const call = status({ ...patient, signal: controller.signal });
		await vi.waitFor(() => expect(etcd.calls).toContain('Status'));
		controller.abort(new Error('enough'));
		await expect(call).rejects.toThrow('enough');
		await expect(status({ ...patient, signal: controller.signal })).rejects.toThrow('enough');
		await expect(
			watch({ prefix: '', startRevision: null }, controller.signal)[Symbol.asyncIterator]().next(),
		).rejects.toThrow('enough');
	});
});

describe('answers that are not as they should be', () => {
	it.each([
		[{ code: 14, text: 'etcdserver: no leader' }, 'rejected'],
		[{ code: 7, text: 'etcdserver: permission denied' }, 'permission-denied'],
		[{ code: 12, text: 'unknown service etcdserverpb.Maintenance' }, 'not-etcd'],
		[{ code: 16, text: 'etcdserver: invalid auth token' }, 'login-required'],
		[{ messages: [Buffer.from('garbage')] }, 'malformed'],
		[{ messages: [] }, 'malformed'],
	] as const)('%j is %s', async (answer, kind) => {
		const etcd = await fake();
		etcd.answer('Status', () => answer);
		await expect(member(etcd.endpoint).status(patient)).rejects.toMatchObject({ failure: { kind, call: 'Status' } });
	});
});

describe('a login', () => {
	const profile = { ...plainProfile, login: { user: 'root', password: 'hunter2' } };
	const token = (text: string) => new BinaryWriter().tag(2, 2).string(text).finish();

	it('is made when a call needs it, renewed once when its token is refused, and shared', async () => {
		const etcd = await fake();
		let good = 't1';
		etcd.answer('Authenticate', () => ({ messages: [token(good)] }));
		etcd.answer('Status', (_, headers) =>
			headers.token === good
				? { messages: [encodeStatus(healthyStatus)] }
				: { code: 16, text: 'etcdserver: invalid auth token' },
		);
		const { status } = member(etcd.endpoint, profile);
		await status(patient);
		await status(patient);
		good = 't2';
		await status(patient);
		expect(etcd.calls).toEqual(['Status', 'Authenticate', 'Status', 'Status', 'Status', 'Authenticate', 'Status']);
	});

	it('with a wrong password is not tried again at once, and never shows it', async () => {
		const etcd = await fake();
		etcd.answer('Status', () => ({ code: 3, text: 'etcdserver: user name is empty' }));
		etcd.answer('Authenticate', () => ({
			code: 3,
			text: 'etcdserver: authentication failed, invalid user ID or password',
		}));
		const { status } = member(etcd.endpoint, profile);
		for (let attempt = 0; attempt < 3; attempt++) {
			const error = await status(patient).catch(caught => caught);
			expect(error).toMatchObject({ failure: { kind: 'wrong-password', call: 'Status' } });
			expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('hunter2');
		}
		expect(etcd.calls.filter(call => call === 'Authenticate')).toHaveLength(1);
	});

	it('comes first for a watch, and again when the watch is refused for it', async () => {
		const etcd = await fake();
		const refused = new BinaryWriter()
			.tag(3, 0)
			.bool(true)
			.tag(4, 0)
			.bool(true)
			.tag(6, 2)
			.string('etcdserver: invalid auth token')
			.finish();
		let logins = 0;
		etcd.answer('Authenticate', () => ({ messages: [token(`t${++logins}`)] }));
		etcd.answer('Watch', (_, headers) => ({
			messages: [headers.token === 't2' ? created() : refused],
			staysOpen: true,
		}));
		const messages = member(etcd.endpoint, profile).watch(
			{ prefix: '', startRevision: null },
			new AbortController().signal,
		);
		for await (const message of messages) {
			expect(message.kind).toBe('created');
			break;
		}
		expect(etcd.calls).toEqual(['Authenticate', 'Watch', 'Authenticate', 'Watch']);
	});
});
