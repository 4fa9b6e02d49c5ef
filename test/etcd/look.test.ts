import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { examineFile, factsOf, isForHost, parseCertificate } from '../../source/etcd/certificates.ts';
import { parseEndpoint } from '../../source/etcd/endpoint.ts';
import { HandshakeReader } from '../../source/etcd/handshake-reader.ts';
import { lookAtPlain, lookAtTls } from '../../source/etcd/look.ts';
import { type Certificate, type CertificateOptions, makeCertificate } from '../support/certificates.ts';

const directory = mkdtempSync(join(tmpdir(), 'etcdtop-look-'));
afterAll(() => rmSync(directory, { recursive: true }));
const make = (name: string, options: Partial<CertificateOptions> = {}) =>
	makeCertificate({ directory, name, ...options });
const ca = make('ca');
const strangers = make('strangers');
const server = make('server', { issuer: ca, hosts: ['127.0.0.1', 'm1.example.test', '::1'] });
const client = make('client', { issuer: ca });
const foreign = make('foreign', { issuer: strangers });
const nobody = { certificateFile: null, keyFile: null };
const day = 86_400_000;

async function listen(one: Server): Promise<number> {
	await new Promise<void>(resolve => one.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void one.close());
	return (one.address() as AddressInfo).port;
}

const serve = async (shown: Certificate, options: TlsOptions = {}): Promise<string> => {
	const one = createServer({ cert: readFileSync(shown.certificateFile), key: readFileSync(shown.keyFile), ...options });
	one.on('tlsClientError', () => {});
	return `https://127.0.0.1:${await listen(one)}`;
};

const strict = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(ca.certificateFile) };
const signal = () => new AbortController().signal;
const optionsFor = (url: string, timeoutSeconds = 10) => ({
	endpoint: parseEndpoint(url)!,
	timeoutSeconds,
	signal: signal(),
});
const look = (url: string, tls: { certificateFile: string | null; keyFile: string | null } = nobody, seconds = 10) =>
	lookAtTls(url, { ...optionsFor(url, seconds), tls });

describe.each([
	{ version: 'TLS 1.2 at most', options: { maxVersion: 'TLSv1.2' }, isOnlyNew: false },
	{ version: 'TLS 1.2 and 1.3', options: {}, isOnlyNew: false },
	{ version: 'TLS 1.3 only', options: { minVersion: 'TLSv1.3' }, isOnlyNew: true },
] as const)('a look at a port with $version', ({ options, isOnlyNew }) => {
	it.each([
		{ what: 'asks for nothing', demands: {}, own: nobody, asks: false, isLetIn: true },
		{ what: 'takes our certificate', demands: strict, own: client, asks: true, isLetIn: true },
		{ what: 'misses a certificate', demands: strict, own: nobody, asks: true, isLetIn: false },
		{ what: 'refuses ours', demands: strict, own: foreign, asks: true, isLetIn: false },
	])('that $what shows the certificate', async ({ demands, own, asks, isLetIn }) => {
		const seen = await look(await serve(server, { ...options, ...demands }), own);
		// A server of Node that verifies clients sends its authority along.
		expect(factsOf(seen.chain[0]!)).toMatchObject({ subject: 'CN=server', issuer: 'CN=ca' });
		// TLS 1.3 hides the question from who has the answer.
		const isHidden = isOnlyNew && own === client;
		expect(seen).toMatchObject({ asksForCertificate: isHidden ? null : asks, isOnlyNew, isLetIn });
	});

	it('shows one that has expired, is not valid yet, or has another name', async () => {
		const dates = { from: new Date(Date.now() + day), to: new Date(Date.now() + 2 * day) };
		for (const [name, change] of Object.entries({
			old: { from: new Date(0), to: new Date('2021-02-03T04:05:06Z') },
			early: dates,
			other: { hosts: ['elsewhere.test'] },
		})) {
			const { chain } = await look(await serve(make(name, { issuer: ca, ...change }), options));
			expect(factsOf(chain[0]!)).toMatchObject({ subject: `CN=${name}`, issuer: 'CN=ca' });
		}
		const old = await look(await serve(make('old', { issuer: ca, from: new Date(0), to: new Date(day) }), options));
		expect(factsOf(old.chain[0]!)).toMatchObject({ validFromMs: 0, validToMs: day });
	});

	it('shows the issuers that come along', async () => {
		const both = readFileSync(server.certificateFile, 'utf8') + readFileSync(ca.certificateFile, 'utf8');
		const { chain } = await look(await serve(server, { ...options, cert: both }));
		expect(chain.map(each => factsOf(each).subject)).toEqual(['CN=server', 'CN=ca']);
	});
});

describe('a port that cannot be looked at', () => {
	it('says why: nobody there, no TLS, silence', async () => {
		const gone = createTcpServer();
		const port = await listen(gone);
		await new Promise(resolve => gone.close(resolve));
		await expect(look(`https://127.0.0.1:${port}`)).rejects.toMatchObject({ failure: { kind: 'refused' } });
		const plain = await listen(createPlainServer((_, answer) => answer.end('hello')));
		await expect(look(`https://127.0.0.1:${plain}`)).rejects.toMatchObject({ failure: { kind: 'tls-to-plain-port' } });
		const silent = await listen(createTcpServer(() => {}));
		const failure = { kind: 'timeout', call: 'TLS handshake', where: `https://127.0.0.1:${silent}` };
		await expect(look(`https://127.0.0.1:${silent}`, nobody, 0.05)).rejects.toMatchObject({ failure });
	});

	it('ends with its signal', async () => {
		const silent = await listen(createTcpServer(() => {}));
		const ending = new AbortController();
		const url = `https://127.0.0.1:${silent}`;
		const looking = lookAtTls(url, { ...optionsFor(url), tls: nobody, signal: ending.signal });
		ending.abort(new Error('left'));
		await expect(looking).rejects.toThrow('left');
	});

	it('is looked at without our certificate where that is broken', async () => {
		const broken = join(directory, 'broken.crt');
		writeFileSync(broken, 'no certificate');
		const url = await serve(server);
		expect(await look(url, { certificateFile: broken, keyFile: client.keyFile })).toMatchObject({ isLetIn: true });
	});
});

describe('a port without TLS', () => {
	it('is etcd where it tells etcd’s version, and nothing else is', async () => {
		const ports = {
			etcd: await listen(createPlainServer((_, answer) => answer.end('{"etcdserver":"3.5.30"}'))),
			other: await listen(createPlainServer((_, answer) => answer.end('it works'.repeat(1000)))),
			tls: Number(new URL(await serve(server)).port),
		};
		const asked = (port: number) => lookAtPlain(`http://127.0.0.1:${port}`, optionsFor(`http://127.0.0.1:${port}`));
		expect(await asked(ports.etcd)).toBeNull();
		expect(await asked(ports.other)).toMatchObject({ kind: 'not-etcd' });
		expect(await asked(ports.tls)).not.toBeNull();
	});
});

describe('what is overheard of a handshake', () => {
	const message = (type: number, body: Buffer) =>
		Buffer.concat([Buffer.from([type, 0, body.length >> 8, body.length & 255]), body]);
	const record = (type: number, content: Buffer) =>
		Buffer.concat([Buffer.from([type, 3, 3, content.length >> 8, content.length & 255]), content]);
	const der = [Buffer.from('first'), Buffer.from('second certificate')];
	const list = Buffer.concat(der.flatMap(each => [Buffer.from([0, 0, each.length]), each]));
	const flight = Buffer.concat([
		message(2, Buffer.alloc(70)),
		message(11, Buffer.concat([Buffer.from([0, 0, list.length]), list])),
		message(13, Buffer.alloc(9)),
		message(14, Buffer.alloc(0)),
	]);

	it('does not depend on how it is cut into records and chunks', () => {
		for (let cut = 1; cut < flight.length; cut++) {
			const bytes = Buffer.concat([record(22, flight.subarray(0, cut)), record(22, flight.subarray(cut))]);
			for (const step of [1, 7, bytes.length]) {
				const reader = new HandshakeReader();
				for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
				expect(reader).toMatchObject({ chain: der, asksForCertificate: true, isComplete: true });
			}
		}
	});

	it('is nothing where it is no handshake, too long, or torn', () => {
		const alert = new HandshakeReader();
		alert.push(record(21, Buffer.from([2, 70])));
		alert.push(record(22, flight));
		expect(alert).toMatchObject({ chain: [], isComplete: false });
		const endless = new HandshakeReader();
		for (let part = 0; part < 100; part++) endless.push(record(22, Buffer.alloc(4000, 0xff)));
		endless.push(record(22, flight));
		expect(endless).toMatchObject({ chain: [], isComplete: false });
		const lying = new HandshakeReader();
		lying.push(record(22, message(11, Buffer.from([0, 0, 200, 0, 0, 200, 1, 2, 3]))));
		expect(lying).toMatchObject({ chain: [], isComplete: false });
	});
});

describe('certificates', () => {
	const read = ({ certificateFile }: Certificate) => parseCertificate(readFileSync(certificateFile));

	it('are for the hosts that they list, not for a common name alone', () => {
		const fits = (certificate: Certificate, serverName: string, role: 'client' | 'peer' = 'client') =>
			isForHost(read(certificate), { serverName }, role);
		expect(fits(server, '127.0.0.1')).toBe(true);
		expect(fits(server, '::1')).toBe(true);
		expect(fits(server, 'm1.example.test')).toBe(true);
		expect(fits(server, '127.0.0.2')).toBe(false);
		expect(fits(server, 'server')).toBe(false);
		const bare = make('bare.test', { issuer: ca });
		expect(fits(bare, 'bare.test')).toBe(false);
		const domain = make('domain', { issuer: ca, hosts: ['example.test', 'test'] });
		expect(fits(domain, 'm1.example.test')).toBe(false);
		expect(fits(domain, 'm1.example.test', 'peer')).toBe(true);
		expect(fits(domain, 'm1.elsewhere.test', 'peer')).toBe(false);
	});

	it('say what they are in bounded lines', () => {
		const hosts = Array.from({ length: 30 }, (_, index) => `host-${index}.test`);
		const facts = factsOf(read(make('many', { issuer: ca, hosts: ['10.0.0.1', ...hosts] })));
		expect(facts.names.slice(0, 2)).toEqual(['10.0.0.1', 'host-0.test']);
		expect(facts.names).toHaveLength(8);
		expect(factsOf(read(make('long', { hosts: ['x'.repeat(2000)] }))).names[0]!.length).toBeLessThanOrEqual(128);
	});

	it('are read from files, each of a bundle, with what they signed', () => {
		const bundle = join(directory, 'bundle.crt');
		writeFileSync(bundle, `a comment\n${readFileSync(ca.certificateFile)}${readFileSync(strangers.certificateFile)}`);
		const { outcome } = examineFile(bundle, 'authority', [read(server)]);
		expect(outcome).toMatchObject({
			kind: 'read',
			certificates: [
				{ subject: 'CN=ca', isInUse: true },
				{ subject: 'CN=strangers', isInUse: false },
			],
		});
		const cases = { 'gone.crt': 'there is no such file', 'broken.pem': 'a certificate in it is broken' };
		writeFileSync(join(directory, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
		for (const [name, reason] of Object.entries(cases))
			expect(examineFile(join(directory, name), 'client', []).outcome).toEqual({ kind: 'unreadable', reason });
		expect(examineFile(client.keyFile, 'client', []).outcome).toEqual({
			kind: 'unreadable',
			reason: 'there is no certificate in it',
		});
	});
});
