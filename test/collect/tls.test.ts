import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TlsExamination } from '../../source/cluster/examinations/tls.ts';
import type { Member } from '../../source/cluster/member.ts';
import type { ExaminedCluster } from '../../source/collect/examiner.ts';
import { tlsExaminer } from '../../source/collect/examiners/tls.ts';
import { portsOf } from '../../source/collect/examiners/tls-ports.ts';
import type { ConnectionProfile } from '../../source/etcd/profile.ts';
import { type Certificate, type CertificateOptions, makeCertificate } from '../support/certificates.ts';
import { fakeCluster, fakeMember } from '../support/fake-calls.ts';
import { optionsOf, profileOf } from './reader.ts';

const directory = mkdtempSync(join(tmpdir(), 'etcdtop-examined-'));
afterAll(() => rmSync(directory, { recursive: true }));
const make = (name: string, options: Partial<CertificateOptions> = {}) =>
	makeCertificate({ directory, name, ...options });
const ca = make('ca');
const server = make('server', { issuer: ca, hosts: ['127.0.0.1'] });
const client = make('client', { issuer: ca });

type Listening = { readonly port: number; readonly connections: () => number; stop(): Promise<void> };

async function listen(one: Server, port = 0): Promise<Listening> {
	let connections = 0;
	one.on('connection', () => {
		connections++;
	});
	await new Promise<void>(resolve => one.listen(port, '127.0.0.1', resolve));
	onTestFinished(() => void one.close());
	const stop = () => new Promise<void>(resolve => one.close(() => resolve()));
	return { port: (one.address() as AddressInfo).port, connections: () => connections, stop };
}

function tlsServer(shown: Certificate, options: TlsOptions = {}): Server {
	const one = createServer({ cert: readFileSync(shown.certificateFile), key: readFileSync(shown.keyFile), ...options });
	return one.on('tlsClientError', () => {});
}

const strict = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(ca.certificateFile) };
const etcdLike = () => createPlainServer((_, answer) => answer.end('{"etcdserver":"3.5.30"}'));

type Row = ExaminedCluster['rows'][number];
const rowOf = (endpoint: string, peerUrls: readonly string[] = [], patch: Partial<Row> = {}): Row => {
	const member: Member = { id: '1', name: 'm1', peerUrls, clientUrls: [endpoint], isLearner: false };
	return { key: '1', endpoint, isAnswering: true, member, ...patch };
};

const noFiles = { caFile: null, certificateFile: null, keyFile: null, skipVerify: false };

/** An examiner and its scripted cluster; each call is one of its turns. */
function examination(profile: Partial<ConnectionProfile> = {}) {
	const cluster = fakeCluster([fakeMember('1')]);
	const examiner = tlsExaminer();
	const options = optionsOf(cluster, [], { profile: profileOf([], { dialTimeoutSeconds: 10, ...profile }) });
	const look = async (...rows: readonly Row[]) => {
		const found = await examiner.examine({ options, rows }, new AbortController().signal);
		expect(found?.topic).toBe('tls');
		return found as TlsExamination;
	};
	return { cluster, look };
}

describe('an examination of TLS', () => {
	it('tells what each port shows, and what our files hold', async () => {
		const clients = await listen(tlsServer(server));
		const expired = make('peer', { issuer: ca, hosts: ['elsewhere.test'], from: new Date(0), to: new Date(1000) });
		const peers = await listen(tlsServer(expired));
		const tls = {
			caFile: ca.certificateFile,
			certificateFile: client.certificateFile,
			keyFile: client.keyFile,
			skipVerify: false,
		};
		const { look, cluster } = examination({ tls });
		const found = await look(rowOf(`https://127.0.0.1:${clients.port}`, [`https://127.0.0.1:${peers.port}`]));
		expect(found.ports).toMatchObject([
			{
				key: '1',
				role: 'client',
				isAdvertised: true,
				isLocal: true,
				outcome: { kind: 'tls', isForHost: true, asksForCertificate: false, isRemembered: false },
			},
			{
				role: 'peer',
				outcome: { chain: [{ subject: 'CN=peer', validToMs: 1000 }], isForHost: false },
			},
		]);
		expect(found.files).toMatchObject([
			{ role: 'client', outcome: { certificates: [{ subject: 'CN=client', isInUse: true }] } },
			{ role: 'authority', outcome: { certificates: [{ subject: 'CN=ca', isInUse: true }] } },
		]);
		expect(found.authentication).toBe('off');
		expect(cluster.count('Range')).toBe(1);
		// Nothing of it changes while nothing changes: history keeps it once.
		expect(await look(rowOf(`https://127.0.0.1:${clients.port}`, [`https://127.0.0.1:${peers.port}`]))).toEqual(found);
	});

	it('remembers a certificate while its port does not answer, and says so', async () => {
		const listening = await listen(tlsServer(server));
		const url = `https://127.0.0.1:${listening.port}`;
		const { look } = examination();
		const unseen = await examination().look(rowOf('https://127.0.0.1:1'));
		expect(unseen.ports).toMatchObject([{ outcome: { kind: 'unseen', failure: { kind: 'refused' } } }]);
		await look(rowOf(url));
		await listening.stop();
		const { ports } = await look(rowOf(url, [], { isAnswering: false }));
		expect(ports).toMatchObject([{ outcome: { kind: 'tls', chain: [{ subject: 'CN=server' }], isRemembered: true } }]);
		await look();
		expect((await look(rowOf(url))).ports).toMatchObject([{ outcome: { kind: 'unseen' } }]);
	});

	it('does not soon look again where it was turned away, which is a line in a log', async () => {
		const refusing = await listen(tlsServer(server, strict));
		const welcoming = await listen(tlsServer(server));
		const { look } = examination();
		const row = rowOf(`https://127.0.0.1:${welcoming.port}`, [`https://127.0.0.1:${refusing.port}`]);
		const first = await look(row);
		expect(first.ports[1]).toMatchObject({ outcome: { kind: 'tls', asksForCertificate: true, isRemembered: false } });
		const before = refusing.connections();
		expect(await look(row)).toEqual(first);
		expect(refusing.connections()).toBe(before);
		expect(welcoming.connections()).toBeGreaterThan(1);
	});

	it('spares a server that has only TLS 1.3 a second refusal', async () => {
		const refused: Error[] = [];
		const one = tlsServer(server, { minVersion: 'TLSv1.3' }).on('tlsClientError', error => refused.push(error));
		const url = `https://127.0.0.1:${(await listen(one)).port}`;
		const { look } = examination();
		expect((await look(rowOf(url))).ports).toMatchObject([{ outcome: { kind: 'tls', asksForCertificate: false } }]);
		await look(rowOf(url));
		expect(refused.map(error => 'code' in error && error.code)).toEqual(['ERR_SSL_UNSUPPORTED_PROTOCOL']);
	});

	it('calls plain what answers as etcd without TLS, and peers that are told http://', async () => {
		const open = await listen(etcdLike());
		const other = await listen(createPlainServer((_, answer) => answer.end('hello')));
		const url = `http://127.0.0.1:${open.port}`;
		const member = { id: '1', name: 'm1', clientUrls: [url, `http://127.0.0.1:${other.port}`], isLearner: false };
		const row = rowOf('unix:///run/etcd.sock', [], { member: { ...member, peerUrls: ['http://10.0.0.1:2380'] } });
		const { ports } = await examination().look(row);
		expect(ports).toMatchObject([
			{ url: 'unix:///run/etcd.sock', isLocal: true, isAdvertised: false, outcome: { kind: 'plain' } },
			{ url, isLocal: true, outcome: { kind: 'plain' } },
			{ outcome: { kind: 'unseen', failure: { kind: 'not-etcd' } } },
			{ role: 'peer', isLocal: false, outcome: { kind: 'plain' } },
		]);
	});

	it('asks for authentication only where no certificate could be taken for a login', async () => {
		const refusing = await listen(tlsServer(server, strict));
		const closed = examination({ tls: { ...noFiles, ...client } });
		expect((await closed.look(rowOf(`https://127.0.0.1:${refusing.port}`))).authentication).toBe('unknown');
		expect(closed.cluster.count('Range')).toBe(0);
		const open = examination();
		open.cluster.needsLogin = true;
		expect((await open.look(rowOf('http://127.0.0.1:1'))).authentication).toBe('on');
		open.cluster.needsLogin = false;
		expect((await open.look(rowOf('http://127.0.0.1:1'))).authentication).toBe('off');
		const silent = rowOf('http://127.0.0.1:1', [], { isAnswering: false });
		expect((await open.look(silent)).authentication).toBe('unknown');
	});
});

describe('the ports of a member', () => {
	const member: Member = {
		id: '1',
		name: 'm1',
		clientUrls: ['https://10.0.0.1:2379', 'https://[::1]:2379', 'nonsense'],
		peerUrls: ['https://10.0.0.1:2380'],
		isLearner: false,
	};
	const urls = (hasDiscovery: boolean, endpoint: string) =>
		portsOf([rowOf(endpoint, [], { member })], hasDiscovery).map(({ role, url, isLocal }) => ({ role, url, isLocal }));

	it('are those that it tells others, and the one that we use, each once', () => {
		expect(urls(true, 'https://10.0.0.1:2379')).toEqual([
			{ role: 'client', url: 'https://10.0.0.1:2379', isLocal: false },
			{ role: 'client', url: 'https://[::1]:2379', isLocal: true },
			{ role: 'peer', url: 'https://10.0.0.1:2380', isLocal: false },
		]);
		expect(urls(true, 'https://localhost:12379')[0]).toMatchObject({ url: 'https://localhost:12379', isLocal: true });
	});

	it('are only the given endpoint where discovery is off, and few whatever a member claims', () => {
		expect(urls(false, 'https://tunnel.test:2379')).toHaveLength(1);
		const many = Array.from({ length: 100 }, (_, index) => `https://10.0.1.${index}:2379`);
		const rows = many.map(url => rowOf(url, many, { member: { ...member, clientUrls: many, peerUrls: many } }));
		expect(portsOf(rows, true).length).toBeLessThanOrEqual(64);
	});
});
