import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Endpoint } from './endpoint.ts';
import { Fault, faultOf } from './fault.ts';
import type { TlsFiles } from './tls-files.ts';

export type DialOptions = {
	readonly endpoint: Endpoint;
	readonly files: TlsFiles;
	/** Offered by ALPN: etcd's TLS port serves gRPC only to who asks for `h2`. */
	readonly protocol: 'h2' | 'http/1.1';
	/** For the connection and the handshake together. */
	readonly timeoutSeconds: number;
	/** Ends the attempt. */
	readonly signal: AbortSignal;
};

/** A connected socket, its TLS handshake done and the server's certificate checked. Rejects with a `Fault`. */
export async function dial(options: DialOptions): Promise<Socket> {
	const { endpoint, files, timeoutSeconds, signal } = options;
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const stop = () => reject(signal.reason);
	let socket: Socket | null = null;
	let awaited = 'connection';
	const timer = setTimeout(
		() => reject(new Fault('timeout', `no ${awaited} in ${timeoutSeconds} s`)),
		timeoutSeconds * 1000,
	);
	signal.addEventListener('abort', stop, { once: true });
	try {
		signal.throwIfAborted();
		socket = endpoint.isSecure ? startTls(options) : connect({ ...endpoint.address, noDelay: true });
		socket.once(endpoint.isSecure ? 'secureConnect' : 'connect', () => resolve());
		socket.once('connect', () => {
			awaited = 'TLS handshake';
		});
		// Stays for the life of the socket: an 'error' without a listener would end the program.
		socket.on('error', reject);
		socket.once('close', () => reject(new Fault('unreachable', 'the connection was closed')));
		await promise;
		// A server that wants another certificate says so in the same breath as it ends the handshake.
		if (socket.destroyed) throw socket.errored ?? new Fault('unreachable', 'the connection was closed');
		if (socket instanceof TLSSocket) checkServer(socket, options);
		return socket;
	} catch (error) {
		socket?.destroy();
		throw signal.aborted ? error : faultOf(error, files.hasClientCertificate);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', stop);
	}
}

function startTls({ endpoint, files, protocol }: DialOptions): TLSSocket {
	const { address, serverName } = endpoint;
	return connectTls({
		...address,
		secureContext: files.context(),
		ALPNProtocols: [protocol],
		// Checked by `checkServer` before the first byte is sent, which keeps the certificate in reach for its dates.
		rejectUnauthorized: false,
		checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
		...(isIP(serverName) === 0 ? { servername: serverName } : {}),
	}).setNoDelay(true);
}

function checkServer(socket: TLSSocket, { files, protocol }: DialOptions): void {
	if (!files.skipVerify) checkCertificate(socket);
	if (protocol === 'h2' && socket.alpnProtocol !== 'h2') throw new Fault('not-etcd', 'its TLS does not offer HTTP/2');
}

function checkCertificate(socket: TLSSocket): void {
	if (socket.authorized) return;
	// Typed as an error, documented as a text, and the code of the failed check in fact.
	const code = String(socket.authorizationError);
	const certificate = socket.getPeerCertificate(true);
	const fault = faultOf(Object.assign(new Error(code), { code }));
	if (fault.kind === 'tls-wrong-name')
		throw new Fault(
			'tls-wrong-name',
			`the certificate is for ${certificate.subjectaltname ?? certificate.subject?.CN ?? 'no name'}`,
		);
	if (fault.kind === 'tls-expired')
		throw new Fault(
			'tls-expired',
			code,
			decisiveTime(certificate, 'valid_to', time => time < Date.now()),
		);
	if (fault.kind === 'tls-not-yet-valid')
		throw new Fault(
			'tls-not-yet-valid',
			code,
			decisiveTime(certificate, 'valid_from', time => time > Date.now()),
		);
	// Every answer of the check that has no kind of its own means that the chain does not lead to a trusted authority.
	throw new Fault(
		fault.kind === 'unreachable' ? 'tls-untrusted' : fault.kind,
		`${code}, issued by ${certificate.issuer?.CN ?? 'unknown'}`,
	);
}

/** The date of the first certificate in the chain that fails; undefined when the chain does not show it. */
function decisiveTime(
	leaf: DetailedPeerCertificate,
	field: 'valid_from' | 'valid_to',
	isWrong: (timeMs: number) => boolean,
): number | undefined {
	const seen = new Set<DetailedPeerCertificate>();
	for (
		let certificate = leaf;
		certificate !== undefined && !seen.has(certificate);
		certificate = certificate.issuerCertificate
	) {
		seen.add(certificate);
		const timeMs = Date.parse(certificate[field]);
		if (isWrong(timeMs)) return timeMs;
	}
	return undefined;
}
