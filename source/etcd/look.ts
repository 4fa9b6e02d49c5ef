import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
	connect as connectTls,
	createSecureContext,
	type SecureContext,
	type SecureVersion,
	type TLSSocket,
} from 'node:tls';
import type { Failure } from '../cluster/failure.ts';
import { parseCertificate } from './certificates.ts';
import { withDeadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import { callError, Fault, faultOf } from './fault.ts';
import { HandshakeReader } from './handshake-reader.ts';
import type { ConnectionProfile } from './profile.ts';

export type LookOptions = {
	readonly endpoint: Endpoint;
	/** Our own certificate is shown, because etcd logs every handshake that it refuses; nothing is verified. */
	readonly tls: Pick<ConnectionProfile['tls'], 'certificateFile' | 'keyFile'>;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
	/** Spares a server of which that is known a refusal. */
	readonly isOnlyNew?: boolean;
};

/** What a handshake showed. */
export type Look = {
	/** As presented: the server's own first, never empty. */
	readonly chain: readonly X509Certificate[];
	/** Null where TLS 1.3 hides it. */
	readonly asksForCertificate: boolean | null;
	/** The server has nothing older than TLS 1.3. */
	readonly isOnlyNew: boolean;
	/** False where the server turned us away, with a line in its log. */
	readonly isLetIn: boolean;
};

const mostCertificates = 8;
const mostVersionLength = 1000;

/**
 * One handshake that only takes the server's certificates, of whatever date, name and issuer, and is closed at once;
 * nothing is sent over it. TLS 1.2 is tried first, because it shows whether a client certificate is asked for without
 * being refused for want of one. Rejects with a `CallError` that has the failure, or with the signal's reason.
 */
export async function lookAtTls(url: string, options: LookOptions): Promise<Look> {
	const { timeoutSeconds, signal } = options;
	try {
		return await withDeadline({ timeoutSeconds, signal }, async inner => {
			const asked = { ...options, signal: inner };
			return (asked.isOnlyNew === true ? null : await overhear(asked)) ?? (await take(asked));
		});
	} catch (error) {
		throw signal.aborted ? signal.reason : callError(error, url, 'TLS handshake');
	}
}

/**
 * Whether etcd answers without TLS: null, or the failure. Asks for its version, which needs no login; a connection alone
 * may have met anything.
 */
export async function lookAtPlain(url: string, options: Omit<LookOptions, 'tls'>): Promise<Failure | null> {
	const { endpoint, timeoutSeconds, signal } = options;
	try {
		await withDeadline({ timeoutSeconds, signal }, inner => askVersion(endpoint, inner));
		return null;
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		return callError(error, url, 'GET /version').failure;
	}
}

async function askVersion({ address, authority }: Endpoint, signal: AbortSignal): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<string>();
	const where = 'path' in address ? { socketPath: address.path } : address;
	const asked = get({ ...where, path: '/version', headers: { host: authority }, agent: false, signal }, response => {
		let text = '';
		response.setEncoding('latin1').on('data', chunk => {
			text = (text + chunk).slice(0, mostVersionLength);
		});
		response.once('end', () => resolve(text));
		response.once('error', reject);
	});
	asked.on('error', reject);
	try {
		if (!(await promise).includes('"etcdserver"')) throw new Fault('not-etcd', 'it tells no version of etcd');
	} finally {
		asked.destroy();
	}
}

/** By TLS 1.2; null where the server turns that away before it has shown its certificates. */
async function overhear({ endpoint, tls, signal }: LookOptions): Promise<Look | null> {
	const reader = new HandshakeReader();
	const plain = connect(endpoint.address);
	const overheard = passThrough(plain, chunk => reader.push(chunk));
	const socket = connectTls({ socket: overheard, ...handshakeOf(endpoint, contextOf(tls, 'TLSv1.2')) });
	const fault = await happening(socket, 'secureConnect', signal)
		.then(() => null, faultOf)
		.finally(() => {
			socket.destroy();
			plain.destroy();
		});
	signal.throwIfAborted();
	const { isComplete, chain, asksForCertificate } = reader;
	if (isComplete && chain.length > 0)
		return { chain: parsed(chain), asksForCertificate, isOnlyNew: false, isLetIn: fault === null };
	if (fault === null || /alert/i.test(fault.detail)) return null;
	throw fault;
}

/** By TLS 1.3 where the server has nothing older. What it thinks of our certificate it says when we are done. */
async function take({ endpoint, tls, signal }: LookOptions): Promise<Look> {
	const socket = connectTls({ ...endpoint.address, ...handshakeOf(endpoint, contextOf(tls, 'TLSv1.3')) });
	const verdict = Promise.race([
		happening(socket, 'session', signal).then(
			() => 'let in' as const,
			() => 'refused' as const,
		),
		delay(verdictMs, 'none' as const, { ref: false }),
	]);
	try {
		await happening(socket, 'secureConnect', signal);
		const chain = chainOf(socket);
		if (chain.length === 0) throw new Fault('tls-other', 'it shows no certificate');
		const told = await verdict;
		const isProof = told === 'refused' || (told === 'let in' && tls.certificateFile === null);
		return {
			chain,
			asksForCertificate: isProof ? told === 'refused' : null,
			isOnlyNew: true,
			isLetIn: told !== 'refused',
		};
	} finally {
		socket.destroy();
	}
}

/** A server that lets us in gives a session ticket at once, one that does not an alert; after this it did neither. */
const verdictMs = 500;

function chainOf(socket: TLSSocket): readonly X509Certificate[] {
	const chain: X509Certificate[] = [];
	let next = socket.getPeerX509Certificate();
	while (next !== undefined && chain.length < mostCertificates) {
		chain.push(next);
		next = next.issuerCertificate;
	}
	return chain;
}

function parsed(chain: readonly Buffer[]): readonly X509Certificate[] {
	try {
		return chain.map(parseCertificate);
	} catch {
		throw new Fault('tls-other', 'its certificate is broken');
	}
}

const handshakeOf = ({ serverName }: Endpoint, secureContext: SecureContext) => ({
	secureContext,
	// Whoever it is, we only look; nothing is sent or believed.
	rejectUnauthorized: false,
	...(isIP(serverName) === 0 ? { servername: serverName } : {}),
});

/** With our own certificate where it can be used; a look goes on without it. */
function contextOf({ certificateFile, keyFile }: LookOptions['tls'], version: SecureVersion): SecureContext {
	const versions = { minVersion: version, maxVersion: version };
	if (certificateFile === null || keyFile === null) return createSecureContext(versions);
	try {
		return createSecureContext({ ...versions, cert: readFileSync(certificateFile), key: readFileSync(keyFile) });
	} catch {
		return createSecureContext(versions);
	}
}

/** The same stream, while somebody sees what comes. */
function passThrough(socket: Socket, see: (chunk: Buffer) => void): Duplex {
	const seen = new Duplex({
		read: () => void socket.resume(),
		write: (chunk, _, done) => void socket.write(chunk, () => done()),
		final: done => void socket.end(done),
		destroy(error, done) {
			socket.destroy();
			done(error);
		},
	});
	socket.on('data', (chunk: Buffer) => {
		see(chunk);
		if (!seen.push(chunk)) socket.pause();
	});
	socket.once('end', () => seen.push(null));
	socket.on('error', error => seen.destroy(error));
	return seen;
}

/** Waits for an event of a socket. Rejects with its error, its end or the signal's reason. */
function happening(socket: Socket, event: 'connect' | 'secureConnect' | 'session', signal: AbortSignal): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const stop = () => reject(signal.reason);
	signal.addEventListener('abort', stop, { once: true });
	socket.once(event, () => resolve());
	// Stays for the life of the socket: an 'error' without a listener would end the program.
	socket.on('error', reject);
	socket.once('close', () => reject(new Fault('unreachable', 'the connection was closed')));
	if (signal.aborted) stop();
	return promise.finally(() => signal.removeEventListener('abort', stop));
}
