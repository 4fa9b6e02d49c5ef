import { dial } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { Fault, faultOf } from './fault.ts';
import { TlsFiles } from './tls-files.ts';

type Asked = { readonly endpoint: Endpoint; readonly files: TlsFiles; readonly signal: AbortSignal };

/** Long enough for a banner from far away; a call that waits has its own deadline. */
const probeSeconds = 0.8;

/** Who it is does not matter to the question what it speaks, and our certificate is not shown around. */
const anybody = new TlsFiles({ caFile: null, certificateFile: null, keyFile: null, skipVerify: true });

/** What an HTTP/2 client says first: its preface and empty settings. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

/** Faults that a peer of another protocol causes: it hangs up, or says what cannot be understood. */
const ambiguous: readonly string[] = ['unreachable', 'not-etcd', 'tls-other', 'tls-to-plain-port'];

/**
 * A connection ended before the other side said anything of use. Asks once more, in the other language, what listens
 * there, and gives the fault that names it; the first fault where that finds nothing better.
 */
export async function findOut(asked: Asked, first: Fault): Promise<Fault> {
	if (first.kind === 'tls-client-certificate-refused') {
		const problem = asked.files.ownCertificateProblem();
		return problem === null ? first : new Fault(first.kind, `${first.detail}: ${problem.text}`, problem.timeMs);
	}
	if (asked.signal.aborted || !ambiguous.includes(first.kind)) return first;
	const said = await firstBytes(asked);
	if (asked.endpoint.isSecure) {
		if (isHttp2(said)) return new Fault('tls-to-plain-port', 'it answers without TLS');
		if (said.startsWith('HTTP/')) return new Fault('tls-to-plain-port', `it answers without TLS: ${firstLine(said)}`);
	} else if (said.startsWith('\x15\x03') || (!isHttp2(said) && (await speaksTls(asked))))
		return new Fault('plain-to-tls-port', 'it answers to TLS');
	return said === '' || isHttp2(said) ? first : new Fault('not-etcd', `it says: ${firstLine(said)}`);
}

/** A frame of type 4, SETTINGS, is what an HTTP/2 server says first. */
const isHttp2 = (said: string) => said.length >= 9 && said[3] === '\x04';

const firstLine = (said: string) => said.split(/\r?\n/, 1)[0]!.slice(0, 60);

/** What a plain connection answers to an HTTP/2 client's first words; empty when it says nothing. */
async function firstBytes({ endpoint, files, signal }: Asked): Promise<string> {
	const plain = { ...endpoint, isSecure: false };
	const socket = await dial({ endpoint: plain, files, protocol: 'h2', timeoutSeconds: probeSeconds, signal }).catch(
		() => null,
	);
	if (socket === null) return '';
	const said = new Promise<string>(resolve => {
		socket.once('data', chunk => resolve(chunk.toString('latin1')));
		socket.once('close', () => resolve(''));
		socket.setTimeout(probeSeconds * 1000, () => resolve(''));
	});
	socket.write(preface);
	return said.finally(() => socket.destroy());
}

/** Whether a TLS handshake gets anywhere, be it only as far as a refusal for want of a certificate. */
async function speaksTls({ endpoint, signal }: Asked): Promise<boolean> {
	try {
		const secure = { ...endpoint, isSecure: true };
		const timeoutSeconds = probeSeconds;
		(await dial({ endpoint: secure, files: anybody, protocol: 'h2', timeoutSeconds, signal })).destroy();
		return true;
	} catch (error) {
		const { kind, detail } = faultOf(error);
		return kind === 'tls-client-certificate-required' || kind === 'not-etcd' || /alert/.test(detail);
	}
}
