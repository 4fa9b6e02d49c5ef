import type { X509Certificate } from 'node:crypto';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { dial } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { Fault, faultOf } from './fault.ts';
import { findOut } from './probe.ts';
import type { TlsFiles } from './tls-files.ts';

/** A server that sees pings more often than every 5 s hangs up with `too_many_pings`. */
const pingIntervalMs = 10_000;
const pingTimeoutMs = 3000;
/** Missed deadlines in a row after which a connection has to prove that it is alive. */
const missesUntilDoubt = 2;
/** A connection on which nothing ever came is given up after this, doubled each time up to the longest. */
const shortestPatienceMs = 1500;
export const longestPatienceMs = 10_000;

/** How much of one stream may be under way unread, and of all streams together: a reader that stops halts only itself. */
const streamWindowBytes = 512 * 1024;
const connectionWindowBytes = 8 * 1024 * 1024;

export type LinkOptions = {
	readonly endpoint: Endpoint;
	readonly files: TlsFiles;
	readonly dialTimeoutSeconds: number;
	/** How much of one stream may be under way unread; plenty unless given. */
	readonly windowBytes?: number;
	readonly signal: AbortSignal;
	/** How long silence is borne on a connection on which nothing ever came. */
	readonly patienceMs: number;
};

/** One HTTP/2 connection from its dialling to its end. It is never revived: after its end a new one is made. */
export class Link {
	readonly session: ClientHttp2Session;
	/** Resolves when the connection is gone. */
	readonly closed: Promise<void>;
	/** Whether the server ever spoke HTTP/2 on it. */
	hasHeard = false;
	readonly #options: LinkOptions;
	readonly #socket: Socket;
	readonly #openedMs = performance.now();
	readonly #pings: NodeJS.Timeout;
	#cause: Fault | null = null;
	#isRetired = false;
	#why: Promise<Fault> | null = null;
	#misses = 0;
	#streams = 0;
	#lastPingMs = 0;

	static async open(options: LinkOptions): Promise<Link> {
		const { endpoint, files, dialTimeoutSeconds: timeoutSeconds, signal } = options;
		try {
			const socket = await dial({ endpoint, files, protocol: 'h2', timeoutSeconds, signal });
			const session = connect(`${endpoint.isSecure ? 'https' : 'http'}://${endpoint.authority}`, {
				createConnection: () => socket,
				settings: { enablePush: false, initialWindowSize: options.windowBytes ?? streamWindowBytes },
				maxSessionMemory: 64,
			});
			return new Link(options, session, socket);
		} catch (error) {
			throw signal.aborted ? error : await findOut(options, faultOf(error));
		}
	}

	private constructor(options: LinkOptions, session: ClientHttp2Session, socket: Socket) {
		this.#options = options;
		this.#socket = socket;
		this.session = session;
		this.closed = new Promise(resolve => {
			session.once('close', () => resolve());
			socket.once('close', () => resolve());
		});
		// A TLS alert after the handshake reaches the socket only: the session dies of it without closing either.
		socket.on('error', error => this.destroy(faultOf(error, options.files.hasClientCertificate)));
		session.setLocalWindowSize(connectionWindowBytes);
		session.once('remoteSettings', () => {
			this.hasHeard = true;
		});
		session.on('error', error => {
			this.#cause ??= faultOf(error, options.files.hasClientCertificate);
		});
		session.on('goaway', code => {
			this.#isRetired = true;
			if (code !== constants.NGHTTP2_NO_ERROR)
				this.#cause ??= new Fault('unreachable', `the server hung up (code ${code})`);
		});
		this.#pings = setInterval(() => {
			// A server counts pings on a connection without calls as abuse.
			if (this.#streams > 0) this.#ping();
		}, pingIntervalMs).unref();
		void this.closed.then(() => clearInterval(this.#pings));
	}

	get isUsable(): boolean {
		return !this.#isRetired && !this.session.closed && !this.session.destroyed;
	}

	/** What the server showed of itself; undefined without TLS. */
	get certificate(): X509Certificate | undefined {
		return this.#socket instanceof TLSSocket ? this.#socket.getPeerX509Certificate() : undefined;
	}

	/** A connection that was told to go away is no longer usable, but not gone while a stream on it lives. */
	get isGone(): boolean {
		return this.session.destroyed || this.#socket.destroyed;
	}

	/** Counts a stream that stays open; the function that is returned ends it. */
	holdStream(): () => void {
		this.#streams++;
		return () => {
			this.#streams--;
		};
	}

	answered(): void {
		this.#misses = 0;
	}

	/** One missed deadline may be the server's business; after several the connection itself is in question. */
	missedDeadline(): void {
		this.#misses++;
		if (this.#misses < missesUntilDoubt) return;
		const silentMs = performance.now() - this.#openedMs;
		if (this.hasHeard) this.#ping();
		else if (silentMs >= this.#options.patienceMs)
			this.destroy(new Fault('timeout', `connected, but silent for ${Math.round(silentMs / 1000)} s`));
	}

	destroy(cause: Fault): void {
		this.#isRetired = true;
		this.#cause ??= cause;
		this.session.destroy();
		this.#socket.destroy();
	}

	/** Why the connection ended. Only to be asked when it has, or is about to. */
	why(): Promise<Fault> {
		this.#why ??= this.closed.then(() => {
			const fault = this.#cause ?? new Fault('unreachable', 'the connection was closed');
			return this.hasHeard ? fault : findOut(this.#options, fault);
		});
		return this.#why;
	}

	#ping(): void {
		const nowMs = performance.now();
		if (!this.isUsable || nowMs - this.#lastPingMs < pingIntervalMs * 0.9) return;
		this.#lastPingMs = nowMs;
		const timer = setTimeout(
			() => this.destroy(new Fault('timeout', `no answer to a ping in ${pingTimeoutMs / 1000} s`)),
			pingTimeoutMs,
		).unref();
		const isSent = this.session.ping(() => clearTimeout(timer));
		if (!isSent) clearTimeout(timer);
	}
}

/** `endpoint` is null where the text that was given is none. */
export type LineOptions = Omit<LinkOptions, 'patienceMs' | 'signal' | 'endpoint'> & {
	readonly endpoint: Endpoint | null;
};

/** The connection to one endpoint: made when it is asked for, shared by all calls, made anew after its end. */
export class Line {
	readonly #options: LineOptions;
	readonly #closing = new AbortController();
	#link: Promise<Link> | null = null;
	#open: Link | null = null;
	#patienceMs = shortestPatienceMs;

	constructor(options: LineOptions) {
		this.#options = options;
	}

	/** Rejects with a `Fault`; the next call then dials again. */
	open(): Promise<Link> {
		if (this.#open !== null && !this.#open.isUsable) this.#forget();
		this.#link ??= this.#dial();
		return this.#link;
	}

	/** The server's certificate on the connection that is open; undefined where there is none. */
	get certificate(): X509Certificate | undefined {
		return this.#open?.certificate;
	}

	close(): void {
		const fault = new Fault('unreachable', 'the connection was closed by etcdtop');
		this.#closing.abort(fault);
		this.#open?.destroy(fault);
	}

	#forget(): void {
		this.#link = null;
		this.#open = null;
	}

	async #dial(): Promise<Link> {
		try {
			const { endpoint } = this.#options;
			const { signal } = this.#closing;
			signal.throwIfAborted();
			if (endpoint === null) throw new Fault('unreachable', 'not a URL of http, https, unix or unixs');
			const link = await Link.open({ ...this.#options, endpoint, signal, patienceMs: this.#patienceMs });
			this.#open = link;
			void link.closed.then(() => {
				this.#patienceMs = link.hasHeard ? shortestPatienceMs : Math.min(this.#patienceMs * 2, longestPatienceMs);
				if (this.#open === link) this.#forget();
			});
			return link;
		} catch (error) {
			this.#forget();
			throw error;
		}
	}
}
