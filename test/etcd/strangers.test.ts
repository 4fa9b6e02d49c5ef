import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { FailureKind } from '../../source/cluster/failure.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import { normalizeEndpoint } from '../../source/etcd/endpoint.ts';
import { checkTlsFiles } from '../../source/etcd/tls-files.ts';
import { makeCertificate } from '../support/certificates.ts';
import { plainProfile } from '../support/profile.ts';

const sockets = new Set<Socket>();
const servers: { close(): unknown }[] = [];
afterEach(() => {
	for (const socket of sockets) socket.destroy();
	for (const server of servers.splice(0)) server.close();
});

async function listen(server: Pick<Server, 'listen' | 'address' | 'close' | 'on'>): Promise<number> {
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
	});
	servers.push(server);
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as AddressInfo).port;
}

const strangers: Readonly<Record<string, () => Pick<Server, 'listen' | 'address' | 'close' | 'on'>>> = {
	'an SSH server': () => createServer(socket => socket.write('SSH-2.0-OpenSSH_9.2\r\n')),
	'a web server': () => createHttp((_, response) => response.end('<html>')),
	'a web server of HTTP/2': () => createHttp2((_, response) => response.end('<html>')),
	'one that hangs up': () => createServer(socket => socket.destroy()),
	'one that is silent': () => createServer(),
};

async function failureOf(endpoint: string) {
	const calls = connectEtcd(plainProfile);
	const error = await calls
		.member(endpoint)
		.status({ timeoutSeconds: 1.5 })
		.catch(caught => caught);
	calls.close();
	return error.failure;
}

describe('who is no etcd', () => {
	it.each<[string, string, FailureKind, string]>([
		['an SSH server', 'http', 'not-etcd', 'it says: SSH-2.0-OpenSSH_9.2'],
		['an SSH server', 'https', 'not-etcd', 'it says: SSH-2.0-OpenSSH_9.2'],
		['a web server', 'http', 'not-etcd', 'it says: HTTP/1.1 400 Bad Request'],
		['a web server', 'https', 'tls-to-plain-port', 'it answers without TLS: HTTP/1.1 400 Bad Request'],
		['a web server of HTTP/2', 'http', 'not-etcd', 'it answers with HTTP status 200'],
		['a web server of HTTP/2', 'https', 'tls-to-plain-port', 'it answers without TLS'],
		['one that hangs up', 'http', 'unreachable', ''],
		['one that hangs up', 'https', 'unreachable', ''],
		['one that is silent', 'http', 'timeout', 'no answer in 1.5 s'],
		['one that is silent', 'https', 'timeout', 'no answer in 1.5 s'],
	])('%s asked by %s is %s', async (who, scheme, kind, detail) => {
		const endpoint = `${scheme}://127.0.0.1:${await listen(strangers[who]!())}`;
		const failure = await failureOf(endpoint);
		expect(failure).toMatchObject({ kind, where: endpoint, call: 'Status' });
		expect(failure.detail).toContain(detail);
	});

	it.each<[string, FailureKind]>([
		['http://nobody.invalid:2379', 'name-not-found'],
		['unix:///nowhere/etcd.sock', 'unreachable'],
		['gopher://127.0.0.1:1', 'unreachable'],
	])('%s is %s', async (endpoint, kind) => {
		expect(await failureOf(endpoint)).toMatchObject({ kind, where: endpoint });
	});
});

describe('an endpoint', () => {
	it.each([
		['10.0.0.1:2379', false, 'http://10.0.0.1:2379'],
		['10.0.0.1:2379', true, 'https://10.0.0.1:2379'],
		['http://10.0.0.1:2379', true, 'http://10.0.0.1:2379'],
		['etcd.example', false, 'http://etcd.example:2379'],
		['https://etcd.example:443/', false, 'https://etcd.example:443'],
		['http://etcd.example:80', false, 'http://etcd.example:80'],
		['::1', false, 'http://[::1]:2379'],
		['[::1]:4001', true, 'https://[::1]:4001'],
		['unix:///run/etcd.sock', false, 'unix:///run/etcd.sock'],
		['unixs:/run/etcd.sock', false, 'unixs:///run/etcd.sock'],
	])('%s with TLS %s is %s', (given, wantsTls, expected) => {
		expect(normalizeEndpoint(given, wantsTls)).toBe(expected);
		expect(normalizeEndpoint(expected, !wantsTls)).toBe(expected);
	});

	it.each(['', 'ftp://host:1', 'http://', 'host:99999', 'two words'])('is not %j', text => {
		expect(() => normalizeEndpoint(text, false)).toThrow(/is not an endpoint/);
	});
});

describe('certificate files', () => {
	const directory = mkdtempSync(join(tmpdir(), 'etcdtop-files-'));
	afterAll(() => rmSync(directory, { recursive: true }));
	const ca = makeCertificate({ directory, name: 'ca' });
	const one = makeCertificate({ directory, name: 'one', issuer: ca });
	const other = makeCertificate({ directory, name: 'other', issuer: ca, passphrase: 'secret' });
	const garbage = join(directory, 'garbage.pem');
	writeFileSync(garbage, 'not a certificate');
	const good = {
		caFile: ca.certificateFile,
		certificateFile: one.certificateFile,
		keyFile: one.keyFile,
		skipVerify: false,
	};

	it('that fit together are fine', () => {
		expect(() => checkTlsFiles(good)).not.toThrow();
	});

	it.each([
		[{ keyFile: ca.keyFile }, /the key does not belong to the certificate/],
		[{ keyFile: other.keyFile }, /protected by a passphrase/],
		[{ keyFile: null }, /the key is missing/],
		[
			{ certificateFile: join(directory, 'none.crt') },
			/cannot read the certificate .*none\.crt: there is no such file/,
		],
		[{ caFile: directory }, /cannot read the CA file .*: it is a folder/],
		[{ caFile: garbage }, /the CA file .*garbage\.pem cannot be used/],
		[{ certificateFile: garbage }, /garbage\.pem .* cannot be used/],
	])('%j is one line', (changes, message) => {
		expect(() => checkTlsFiles({ ...good, ...changes })).toThrow(message);
		expect(() => checkTlsFiles({ ...good, ...changes })).toThrow(
			expect.objectContaining({ name: 'ProfileError', message: expect.not.stringContaining('\n') }),
		);
	});
});
