import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchEtcd, type ReleaseLine } from '../../source/demo/binaries.ts';
import { type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import type { WatchMessage } from '../../source/etcd/calls.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import type { ConnectionProfile } from '../../source/etcd/profile.ts';
import { type Certificate, makeCertificate } from '../support/certificates.ts';
import { plainProfile } from '../support/profile.ts';

const lines: readonly ReleaseLine[] = ['3.4', '3.5'];
const patient = { timeoutSeconds: 10 };
const families = new Set(['etcd_server_has_leader', 'etcd_disk_wal_fsync_duration_seconds']);

function member(endpoint: string, changes: Partial<ConnectionProfile> = {}) {
	const calls = connectEtcd({ ...plainProfile, ...changes });
	onTestFinished(() => calls.close());
	return calls.member(endpoint);
}

/** Writes through etcd's own JSON gateway, so that the wire under test is not its own witness. */
async function gateway(
	url: string,
	path: string,
	body: Record<string, unknown>,
): Promise<{ header: { revision: string } }> {
	const response = await fetch(`${url}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
	expect(response.status).toBe(200);
	return (await response.json()) as { header: { revision: string } };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const put = (url: string, key: string, value: string) =>
	gateway(url, 'put', { key: base64(key), value: base64(value) });

describe.each(lines)('etcd %s', line => {
	let cluster: LocalCluster;
	beforeAll(async () => {
		cluster = await startCluster({ binaries: await fetchEtcd(line), members: 1, fast: line !== '3.4' });
	});
	afterAll(() => cluster.stop());

	it('answers all calls, and agrees with itself', async () => {
		const wire = member(cluster.endpoints[0]!);
		const { header } = await put(cluster.endpoints[0]!, '/calls', 'x');
		const status = await wire.status(patient);
		expect(status).toMatchObject({ version: cluster.binaries.version, revision: BigInt(header.revision), errors: [] });
		expect(status).toMatchObject({ leaderId: status.memberId, isLearner: false, dbSizeQuotaBytes: null });
		const list = await wire.memberList(patient);
		expect(list).toMatchObject({ clusterId: status.clusterId, answeredBy: status.memberId });
		expect(list.members).toMatchObject([{ id: status.memberId, name: 'm1', clientUrls: [cluster.endpoints[0]] }]);
		expect(await wire.alarms(patient)).toEqual([]);
		expect(await wire.hashKv(0n, patient)).toMatchObject({ revision: status.revision, hashRevision: null });
		const { samples } = await wire.metrics(`${cluster.endpoints[0]}/metrics`, families, patient);
		expect(samples.get('etcd_server_has_leader')).toBe(1);
		expect(samples.has('etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"}')).toBe(true);
		let bytes = 0;
		for await (const { blob } of wire.snapshot(new AbortController().signal)) bytes += blob.length;
		// Pages of the backend, and the SHA-256 of them.
		expect(bytes % 4096).toBe(32);
	});

	it('is watched from the head, from a revision, and told when that is compacted', async () => {
		const url = cluster.endpoints[0]!;
		const wire = member(url);
		const first = BigInt((await put(url, '/w/a', 'x'.repeat(5000))).header.revision);
		await gateway(url, 'deleterange', { key: base64('/w/a') });
		await put(url, '/other', 'x');
		const read = async (startRevision: bigint, count: number) => {
			const seen: WatchMessage[] = [];
			for await (const message of wire.watch({ prefix: '/w/', startRevision }, new AbortController().signal)) {
				seen.push(message);
				if (seen.flatMap(each => (each.kind === 'events' ? each.events : [])).length === count) break;
			}
			return seen;
		};
		const seen = await read(first, 2);
		expect(seen[0]).toMatchObject({ kind: 'created' });
		expect(seen.flatMap(each => (each.kind === 'events' ? each.events : []))).toEqual([
			{ type: 'put', key: Buffer.from('/w/a'), createRevision: first, modRevision: first, valueBytes: 5000 },
			{ type: 'delete', key: Buffer.from('/w/a'), createRevision: 0n, modRevision: first + 1n, valueBytes: 0 },
		]);
		await gateway(url, 'compaction', { revision: String(first + 1n), physical: true });
		expect((await read(first, 1)).at(-1)).toEqual({ kind: 'compacted', compactRevision: first + 1n });
		const fromHead = wire
			.watch({ prefix: '/w/', startRevision: null }, new AbortController().signal)
			[Symbol.asyncIterator]();
		expect((await fromHead.next()).value).toEqual({ kind: 'created', revision: first + 2n });
		await put(url, '/w/b', '');
		expect((await fromHead.next()).value).toMatchObject({
			kind: 'events',
			events: [{ modRevision: first + 3n, valueBytes: 0 }],
		});
		await fromHead.return?.();
	});

	it('is reached through a Unix socket, IPv6 and a name', async () => {
		const { hostname: host, port } = new URL(cluster.endpoints[0]!);
		const path = join(cluster.directory, 'client.sock');
		const listen = async (where: { path: string } | { host: string; port: number }) => {
			const server = createServer(socket => {
				const other = connect({ host, port: Number(port) });
				socket.pipe(other).pipe(socket);
				for (const each of [socket, other])
					each.on('error', () => {}).on('close', () => [socket, other].forEach(s => void s.destroy()));
			});
			await new Promise<void>(resolve => server.listen(where, resolve));
			onTestFinished(() => void server.close());
			return server.address();
		};
		await listen({ path });
		const v6 = await listen({ host: '::1', port: 0 });
		const v6Port = typeof v6 === 'object' ? v6?.port : 0;
		for (const endpoint of [`unix://${path}`, `http://[::1]:${v6Port}`, `http://localhost:${port}`]) {
			const wire = member(endpoint);
			expect((await wire.status(patient)).version).toBe(cluster.binaries.version);
			expect((await wire.metrics(`${endpoint}/metrics`, families, patient)).samples.size).toBeGreaterThan(1);
		}
	});

	it('times out while it is frozen, is refused while it is dead, and is back by itself', async () => {
		const wire = member(cluster.endpoints[0]!);
		await wire.status(patient);
		const m1 = cluster.member('m1');
		await m1.freeze();
		const frozen = { kind: 'timeout', where: m1.clientUrl, call: 'Status' };
		for (let miss = 0; miss < 3; miss++)
			await expect(wire.status({ timeoutSeconds: 0.2 })).rejects.toMatchObject({ failure: frozen });
		await m1.thaw();
		await vi.waitFor(() => wire.status({ timeoutSeconds: 1 }), { timeout: 20_000 });
		await m1.kill();
		await vi.waitFor(async () => {
			await expect(wire.status(patient)).rejects.toMatchObject({ failure: { kind: 'refused' } });
		});
		await m1.start();
		await vi.waitFor(() => wire.status({ timeoutSeconds: 1 }), { timeout: 20_000 });
	});
});

describe.each(lines)('TLS of etcd %s', line => {
	const directory = mkdtempSync(join(tmpdir(), 'etcdtop-tls-'));
	const ca = makeCertificate({ directory, name: 'ca' });
	const otherCa = makeCertificate({ directory, name: 'other-ca' });
	const hosts = ['127.0.0.1', 'localhost'];
	const client = makeCertificate({ directory, name: 'client', issuer: ca });
	const foreign = makeCertificate({ directory, name: 'foreign', issuer: otherCa });
	const expired = makeCertificate({
		directory,
		name: 'old-client',
		issuer: ca,
		to: new Date('2020-01-01T00:00:00Z'),
		from: new Date(0),
	});
	afterAll(() => rmSync(directory, { recursive: true }));

	const serve = async (server: Certificate, requireClientCertificate: boolean) => {
		const files = { caFile: ca.certificateFile, certificateFile: server.certificateFile, keyFile: server.keyFile };
		const cluster = await startCluster({
			binaries: await fetchEtcd(line),
			members: 1,
			fast: line !== '3.4',
			waitHealthy: false,
			tls: { ...files, requireClientCertificate },
		});
		onTestFinished(() => cluster.stop());
		return cluster.endpoints[0]!;
	};
	const tls = (authority: Certificate | null, own: Certificate | null = null, skipVerify = false) => ({
		caFile: authority?.certificateFile ?? null,
		certificateFile: own?.certificateFile ?? null,
		keyFile: own?.keyFile ?? null,
		skipVerify,
	});
	const outcome = (endpoint: string, files: ConnectionProfile['tls']) =>
		member(endpoint, { tls: files })
			.status(patient)
			.then(
				({ version }) => ({ version }),
				error => error.failure,
			);
	/** The server may still be starting. */
	const expectSoon = (endpoint: string, files: ConnectionProfile['tls'], what: object) =>
		vi.waitFor(async () => expect(await outcome(endpoint, files)).toMatchObject(what), { timeout: 20_000 });

	it('is served to who trusts its authority, under each of its names', async () => {
		const endpoint = await serve(makeCertificate({ directory, name: 'server', issuer: ca, hosts }), false);
		await expectSoon(endpoint, tls(ca), { version: expect.any(String) });
		await expectSoon(endpoint.replace('127.0.0.1', 'localhost'), tls(ca), { version: expect.any(String) });
		await expectSoon(endpoint, tls(null, null, true), { version: expect.any(String) });
		await expectSoon(endpoint, tls(otherCa), { kind: 'tls-untrusted' });
		await expectSoon(endpoint, tls(null), { kind: 'tls-untrusted' });
		await expectSoon(endpoint.replace('https', 'http'), tls(null), { kind: 'plain-to-tls-port' });
		const { samples } = await member(endpoint, { tls: tls(ca) }).metrics(`${endpoint}/metrics`, families, patient);
		expect(samples.get('etcd_server_has_leader')).toBe(1);
	});

	it('wants a client certificate, and takes a new one without a restart', async () => {
		const endpoint = await serve(makeCertificate({ directory, name: 'server', issuer: ca, hosts }), true);
		await expectSoon(endpoint, tls(ca, client), { version: expect.any(String) });
		await expectSoon(endpoint, tls(ca), { kind: 'tls-client-certificate-required' });
		await expectSoon(endpoint, tls(ca, foreign), { kind: 'tls-client-certificate-refused' });
		const oldMs = Date.parse('2020-01-01T00:00:00Z');
		await expectSoon(endpoint, tls(ca, expired), { kind: 'tls-client-certificate-refused', certificateTimeMs: oldMs });
		const rotated = makeCertificate({ directory, name: 'rotated', issuer: otherCa });
		const wire = member(endpoint, { tls: tls(ca, rotated) });
		await expect(wire.status(patient)).rejects.toMatchObject({ failure: { kind: 'tls-client-certificate-refused' } });
		const good = makeCertificate({ directory, name: 'good', issuer: ca });
		renameSync(good.certificateFile, rotated.certificateFile);
		renameSync(good.keyFile, rotated.keyFile);
		expect((await wire.status(patient)).raftTerm).toBeGreaterThan(0n);
	});

	it.each([
		[
			'expired',
			{ from: new Date(0), to: new Date('2021-02-03T04:05:06Z') },
			{ kind: 'tls-expired', certificateTimeMs: Date.parse('2021-02-03T04:05:06Z') },
		],
		[
			'not valid yet',
			{ from: new Date('2048-02-03T04:05:06Z'), to: new Date('2049-01-01T00:00:00Z') },
			{ kind: 'tls-not-yet-valid', certificateTimeMs: Date.parse('2048-02-03T04:05:06Z') },
		],
		[
			'of another name',
			{ hosts: ['example.test'] },
			{ kind: 'tls-wrong-name', detail: 'the certificate is for DNS:example.test' },
		],
	] as const)('is refused with a certificate that is %s', async (_, changes, failure) => {
		const endpoint = await serve(makeCertificate({ directory, name: 'server', issuer: ca, hosts, ...changes }), false);
		await expectSoon(endpoint, tls(ca), failure);
	});
});
