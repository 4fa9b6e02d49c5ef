import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * What happens to bytes of one direction. `cut` resets connections, old and new. `swallow` is a black hole as TCP sees
 * one: nothing arrives, nothing is refused, and what was held is delivered once it passes again.
 */
export type LinkMode = 'pass' | 'cut' | 'swallow' | { readonly delaySeconds: number };

export type LinkModes = { readonly toServer: LinkMode; readonly toClient: LinkMode };

export type ProxyOptions = {
	readonly targetHost?: string;
	readonly targetPort: number;
	/** 0, the default, takes a free one. */
	readonly listenPort?: number;
	/** Who has connected; asked anew, less and less often, while it is not known. Lets modes differ by client. */
	readonly identify?: (client: Socket, proxyPort: number) => Promise<string | null>;
};

export type TcpProxy = {
	/** On 127.0.0.1. */
	readonly port: number;
	/** Connections that are open now, held ones included. */
	readonly connections: number;
	/** For one direction or both, for one identified client or for all that have no mode of their own. */
	setMode(mode: LinkMode, scope?: { readonly direction?: 'toServer' | 'toClient'; readonly client?: string }): void;
	close(): Promise<void>;
};

const firstPauseMs = 100;
const longestPauseMs = 5000;

const passing: LinkModes = { toServer: 'pass', toClient: 'pass' };

/** Moves bytes one way under a mode that may change at any time. `refresh` is called after it did. */
function pump(from: Socket, to: Socket, mode: () => LinkMode): { refresh(): void } {
	/** What is delayed, in order; timers alone would let a later one overtake. */
	const queue: { readonly dueAt: number; readonly action: () => void }[] = [];
	/** What has happened to the sender and is still to be passed on. */
	let news: 'none' | 'ended' | 'closed' = 'none';
	const isHeld = () => mode() === 'swallow';
	const drain = () => {
		while (queue[0] !== undefined && queue[0].dueAt <= performance.now()) queue.shift()!.action();
		if (queue[0] !== undefined) setTimeout(drain, queue[0].dueAt - performance.now());
	};
	const later = (action: () => void) => {
		const current = mode();
		const delayMs = typeof current === 'object' ? current.delaySeconds * 1000 : 0;
		const dueAt = Math.max(queue.at(-1)?.dueAt ?? 0, performance.now() + delayMs);
		if (queue.length === 0 && delayMs === 0) return action();
		queue.push({ dueAt, action });
		if (queue.length === 1) drain();
	};
	from.on('data', chunk =>
		later(() => {
			if (!to.write(chunk)) from.pause();
		}),
	);
	to.on('drain', () => {
		if (!isHeld()) from.resume();
	});
	const passOn = () => {
		if (isHeld() || news === 'none') return;
		const isClosed = news === 'closed';
		news = 'none';
		later(() => (isClosed ? to.destroySoon() : to.end()));
	};
	// An end is reported of a paused socket too.
	from.on('end', () => {
		news = 'ended';
		passOn();
	});
	from.on('error', () => {});
	from.on('close', () => {
		news = 'closed';
		passOn();
	});
	return {
		refresh() {
			if (isHeld()) from.pause();
			else from.resume();
			passOn();
		},
	};
}

type Link = { refresh(): void; destroy(): void };

function openLink(client: Socket, options: ProxyOptions, modes: () => LinkModes, closed: () => void): Link {
	const server = connect({
		host: options.targetHost ?? '127.0.0.1',
		port: options.targetPort,
		allowHalfOpen: true,
		noDelay: true,
	});
	const pumps = [pump(client, server, () => modes().toServer), pump(server, client, () => modes().toClient)];
	const isCut = () => modes().toServer === 'cut' || modes().toClient === 'cut';
	const destroy = () => {
		client.resetAndDestroy();
		server.destroy();
	};
	let open = 2;
	for (const socket of [client, server])
		socket.once('close', () => {
			open -= 1;
			if (open === 0) closed();
		});
	return {
		refresh() {
			if (isCut()) destroy();
			else for (const each of pumps) each.refresh();
		},
		destroy,
	};
}

/** A TCP proxy on loopback that can be told to misbehave while it runs. */
export async function startProxy(options: ProxyOptions): Promise<TcpProxy> {
	const modesOf = new Map<string | null, LinkModes>([[null, passing]]);
	const links = new Set<Link>();
	const unidentified = new Set<Socket>();
	const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, async client => {
		client.on('error', () => {});
		unidentified.add(client);
		const identify = async () => (await options.identify?.(client, port).catch(() => null)) ?? null;
		let name = await identify();
		if (!unidentified.delete(client) || client.destroyed) return;
		const modes = () => modesOf.get(name) ?? modesOf.get(null)!;
		const link = openLink(client, options, modes, () => links.delete(link));
		links.add(link);
		link.refresh();
		// On a busy machine the owner may not be found in time, or not be told of yet: no mode of its own would ever reach it.
		for (let pauseMs = firstPauseMs; name === null && options.identify !== undefined; pauseMs *= 2) {
			await wait(Math.min(pauseMs, longestPauseMs), undefined, { ref: false });
			if (!links.has(link)) return;
			name = await identify();
			link.refresh();
		}
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen({ host: '127.0.0.1', port: options.listenPort ?? 0 }, resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		port,
		get connections() {
			return links.size + unidentified.size;
		},
		setMode(mode, scope = {}) {
			const before = modesOf.get(scope.client ?? null) ?? passing;
			const both = { toServer: mode, toClient: mode };
			const after = scope.direction === undefined ? both : { ...before, [scope.direction]: mode };
			modesOf.set(scope.client ?? null, after);
			for (const link of links) link.refresh();
		},
		async close() {
			const ended = new Promise<void>(resolve => server.close(() => resolve()));
			for (const link of links) link.destroy();
			for (const client of unidentified) client.destroy();
			unidentified.clear();
			await ended;
		},
	};
}
