import type { Agent, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { MetricsPage } from './calls.ts';
import { orAborted } from './deadline.ts';
import { dial } from './dial.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { ExpositionScan } from './exposition.ts';
import { Fault, faultOf } from './fault.ts';
import { findOut } from './probe.ts';
import type { TlsFiles } from './tls-files.ts';

/** A page of etcd has some 160 kB; this is no page of etcd. */
const maxPageBytes = 4 * 1024 * 1024;

/** Fetched this way because an `import` of Node's HTTP touches each of its exports, one of which loads all of `fetch`. */
const http = () => process.getBuiltinModule('node:http');

/** One connection for each page, kept between scrapes. */
export class MetricsReader {
	readonly #files: TlsFiles;
	readonly #dialTimeoutSeconds: number;
	readonly #closing = new AbortController();
	readonly #agents = new Map<string, Agent>();

	constructor(files: TlsFiles, dialTimeoutSeconds: number) {
		this.#files = files;
		this.#dialTimeoutSeconds = dialTimeoutSeconds;
	}

	/** Rejects with a `Fault`, or with the signal's reason. A connection that was kept too long is replaced once. */
	async read(url: string, wanted: ReadonlySet<string>, signal: AbortSignal): Promise<MetricsPage> {
		const page = pageAt(url);
		try {
			return await orAborted(this.#get(page, wanted, signal), signal);
		} catch (error) {
			if (error !== keptTooLong) throw error;
			return orAborted(this.#get(page, wanted, signal), signal);
		}
	}

	close(): void {
		this.#closing.abort(new Fault('unreachable', 'the connection was closed by etcdtop'));
		for (const agent of this.#agents.values()) agent.destroy();
	}

	#get({ endpoint, path }: Page, wanted: ReadonlySet<string>, signal: AbortSignal): Promise<MetricsPage> {
		const { promise, resolve, reject } = Promise.withResolvers<MetricsPage>();
		const request = http().get({ agent: this.#agent(endpoint), path, headers: { host: endpoint.authority }, signal });
		let hasAnswered = false;
		const fail = async (error: unknown) => {
			if (signal.aborted) reject(signal.reason);
			else if (request.reusedSocket && !hasAnswered) reject(keptTooLong);
			else if (hasAnswered) reject(faultOf(error));
			else
				reject(
					await findOut({ endpoint, files: this.#files, signal }, faultOf(error, this.#files.hasClientCertificate)),
				);
		};
		request.on('error', fail);
		request.once('response', response => {
			hasAnswered = true;
			readPage(response, wanted).then(resolve, error => {
				request.destroy();
				return fail(error);
			});
		});
		return promise;
	}

	#agent(endpoint: Endpoint): Agent {
		const key = `${endpoint.isSecure} ${JSON.stringify(endpoint.address)}`;
		const known = this.#agents.get(key);
		if (known !== undefined) return known;
		const agent = new (http().Agent)({ keepAlive: true, maxFreeSockets: 1 });
		agent.createConnection = (_, done) => {
			const timeoutSeconds = this.#dialTimeoutSeconds;
			const { signal } = this.#closing;
			dial({ endpoint, files: this.#files, protocol: 'http/1.1', timeoutSeconds, signal }).then(
				socket => done?.(null, socket),
				error => done?.(error, new Socket()),
			);
			return undefined;
		};
		this.#agents.set(key, agent);
		return agent;
	}
}

type Page = { readonly endpoint: Endpoint; readonly path: string };

/** Internal: the server had closed a kept connection just when it was used again. */
const keptTooLong = new Error('a kept connection was closed');

/** `unix:///run/etcd.sock/metrics` is a page behind a socket; elsewhere the path is that of the URL. */
function pageAt(url: string): Page {
	const [, socketUrl] = /^(unixs?:.+)\/metrics$/.exec(url) ?? [];
	const endpoint = parseEndpoint(socketUrl ?? url);
	if (endpoint === null) throw new Fault('unreachable', 'not a URL of http, https, unix or unixs');
	if ('path' in endpoint.address) return { endpoint, path: '/metrics' };
	const { pathname, search } = new URL(url);
	return { endpoint, path: pathname === '/' ? '/metrics' : `${pathname}${search}` };
}

async function readPage(response: IncomingMessage, wanted: ReadonlySet<string>): Promise<MetricsPage> {
	if (response.statusCode !== 200) throw await statusFaultOf(response);
	const scan = new ExpositionScan(wanted);
	let bytes = 0;
	let start = '';
	for await (const chunk of response as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > maxPageBytes) throw new Fault('malformed', `the page is larger than ${maxPageBytes / 1024 / 1024} MiB`);
		if (start === '') start = firstWords(chunk);
		scan.push(chunk);
	}
	const samples = scan.end();
	if (scan.looksLikeMetrics) return { samples, serverTimeMs: dateOf(response.headers.date) };
	throw new Fault('malformed', bytes === 0 ? 'the page is empty' : `not a page of metrics, it begins: ${start}`);
}

function dateOf(text: string | undefined): number | null {
	const timeMs = Date.parse(text ?? '');
	return Number.isNaN(timeMs) ? null : timeMs;
}

/** Go answers plain HTTP on a TLS port with a page that says so. */
async function statusFaultOf(response: IncomingMessage): Promise<Fault> {
	let start = '';
	for await (const chunk of response as AsyncIterable<Buffer>) {
		start = firstWords(chunk);
		break;
	}
	if (/HTTP request to an HTTPS server/.test(start)) return new Fault('plain-to-tls-port', start);
	return new Fault('http-status', `${response.statusCode} ${response.statusMessage ?? ''}`.trim());
}

const firstWords = (chunk: Buffer) => chunk.toString('utf8', 0, 200).trim().split('\n', 1)[0]!.slice(0, 60);
