import { isIP, connect as netConnect, type Socket } from 'node:net';
import { type DetailedPeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls';
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
	let phase = 'no connection';
	const sockets: Socket[] = [];
	const { promise: stopped, reject } = Promise.withResolvers<never>();
	const stop = () => reject(signal.reason);
	const timer = setTimeout(
		() => reject(new Fault('timeout', `${phase} in ${timeoutSeconds} s`)),
		timeoutSeconds * 1000,
	);
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	const open = async () => {
		const plain = netConnect({ ...endpoint.address, noDelay: true });
		sockets.push(plain);
		await becomes(plain, 'connect');
		if (!endpoint.isSecure) return plain;
		phase = 'no TLS handshake';
		const secure = startTls(plain, options);
		sockets.push(secure);
		await becomes(secure, 'secureConnect');
		checkCertificate(secure, files);
		if (options.protocol === 'h2' && secure.alpnProtocol !== 'h2')
			throw new Fault('not-etcd', 'its TLS does not offer HTTP/2');
		return secure;
	};
	try {
		return await Promise.race([open(), stopped]);
	} catch (error) {
		for (const socket of sockets) socket.destroy();
		throw signal.aborted ? error : faultOf(error, files.hasClientCertificate);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', stop);
	}
}

function startTls(socket: Socket, { endpoint, files, protocol }: DialOptions): TLSSocket {
	return tlsConnect({
		socket,
		secureContext: files.context(),
		ALPNProtocols: [protocol],
		// Checked by `checkCertificate` before the first byte is sent, which keeps the certificate in reach for its dates.
		rejectUnauthorized: false,
		host: endpoint.serverName,
		...(isIP(endpoint.serverName) === 0 ? { servername: endpoint.serverName } : {}),
	});
}

function checkCertificate(socket: TLSSocket, files: TlsFiles): void {
	if (files.skipVerify || socket.authorized) return;
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

function becomes(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
	return new Promise((resolve, reject) => {
		socket.once(event, () => resolve());
		// Stays for the life of the socket: an 'error' without a listener would end the program.
		socket.on('error', reject);
		socket.once('close', () => reject(new Fault('unreachable', 'the connection was closed')));
	});
}
