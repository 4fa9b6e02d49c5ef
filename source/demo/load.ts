import { type ClusterClient, connectCluster, isNoSpace } from './client.ts';
import { createCompactor } from './compactor.ts';
import { createWorld, type Write } from './world.ts';

export type LoadOptions = {
	readonly endpoints: readonly string[];
	/** Beside node heartbeats; 20 by default. */
	readonly writesPerSecond?: number;
	/** The same seed gives the same objects. */
	readonly seed?: number;
	/** How long an event of Kubernetes is kept; 120 by default (kube-apiserver: an hour). */
	readonly eventTtlSeconds?: number;
	/** How often history older than this is compacted; 60 by default (kube-apiserver: 300). 0 never compacts. */
	readonly compactIntervalSeconds?: number;
};

export type LoadStats = {
	readonly written: number;
	/** Writes that failed, for whatever reason; they are not tried again. */
	readonly failed: number;
	/** The last failure in one line, until a write succeeds again. */
	readonly lastError: string | null;
	readonly writesPerSecond: number;
	readonly isFlooding: boolean;
};

export type Load = {
	readonly stats: LoadStats;
	readonly client: ClusterClient;
	/** Takes effect at once. 0 pauses everything but heartbeats. */
	setRate(writesPerSecond: number): void;
	/** Many small writes on top, to a bounded set of keys. */
	setFlood(writesPerSecond: number): void;
	stop(): Promise<void>;
};

const tickMs = 50;
const heartbeatSeconds = 10;
/** Writes that may wait for an answer at once: more only pile up on a cluster that has no leader. */
const maxInFlight = 64;
const floodKeys = 2000;
/** kube-apiserver hangs the events of about a minute on one lease. */
const leaseReuseMs = 30_000;

const oneLine = (error: unknown) => String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';

/**
 * Hands out a lease of etcd for events and takes a new one before the old one has lost much of its time, or when told
 * that it has expired (after a long stall).
 */
function createEventLeases(client: ClusterClient, ttlSeconds: number) {
	let current: Promise<string> | null = null;
	let grantedAt = 0;
	return (expired?: Promise<string>) => {
		if (current === null || current === expired || performance.now() - grantedAt > leaseReuseMs) {
			grantedAt = performance.now();
			current = client
				.call(({ leaseClient }) => leaseClient.leaseGrant({ TTL: ttlSeconds, ID: 0 }))
				.then(answer => answer.ID);
			current.catch(() => {
				current = null;
			});
		}
		return current;
	};
}

/** Writes the initial objects, then goes on until it is stopped. Resolves when the first objects are in. */
export async function startLoad(options: LoadOptions): Promise<Load> {
	const world = createWorld(options.seed ?? 1);
	const client = await connectCluster(options.endpoints);
	const eventLease = createEventLeases(client, options.eventTtlSeconds ?? 120);
	const compactor = createCompactor(client, options.compactIntervalSeconds ?? 60);
	let rate = options.writesPerSecond ?? 20;
	let floodRate = 0;
	let written = 0;
	let failed = 0;
	let lastError: string | null = null;
	const inFlight = new Set<Promise<void>>();

	const putExpiring = async (key: Buffer, value: Buffer) => {
		const granted = eventLease();
		const lease = await granted;
		await client
			.call(({ kv }) => kv.put({ key, value, lease }))
			.catch(error => {
				if (String(error).includes('lease not found')) eventLease(granted);
				throw error;
			});
	};
	const perform = async (write: Write) => {
		const key = Buffer.from(write.key);
		if (write.kind === 'delete') await client.call(({ kv }) => kv.deleteRange({ key }));
		else {
			const value = Buffer.from(write.value);
			if (!write.expires) await client.call(({ kv }) => kv.put({ key, value }));
			else await putExpiring(key, value);
		}
	};
	const send = (write: Write) => {
		const sent = perform(write).then(
			() => {
				written += 1;
				lastError = null;
			},
			error => {
				failed += 1;
				lastError = isNoSpace(error) ? 'database space exceeded (NOSPACE)' : oneLine(error);
			},
		);
		const tracked = sent.finally(() => inFlight.delete(tracked));
		inFlight.add(tracked);
	};
	const flood = (): Write => ({
		kind: 'put',
		key: `/registry/configmaps/flood/counter-${Math.floor(Math.random() * floodKeys)}`,
		value: Buffer.alloc(300, 'x'),
		expires: false,
	});

	for (const write of world.population(Date.now())) {
		send(write);
		if (inFlight.size >= maxInFlight) await Promise.race(inFlight);
	}
	await Promise.all(inFlight);

	/** How many writes are due, in fractions of one; what was missed in a stall is not caught up on. */
	const due = { ordinary: 0, flood: 0, heartbeat: 0 };
	let before = performance.now();
	const timer = setInterval(() => {
		const now = performance.now();
		const seconds = Math.min(0.5, (now - before) / 1000);
		before = now;
		due.heartbeat += (seconds * world.nodes) / heartbeatSeconds;
		due.ordinary += seconds * rate;
		due.flood += seconds * floodRate;
		const makers = { heartbeat: () => world.heartbeat(Date.now()), ordinary: () => world.next(Date.now()), flood };
		for (const kind of ['heartbeat', 'ordinary', 'flood'] as const) {
			while (due[kind] >= 1 && inFlight.size < maxInFlight) {
				send(makers[kind]());
				due[kind] -= 1;
			}
			due[kind] %= 1;
		}
	}, tickMs);

	return {
		client,
		get stats() {
			return { written, failed, lastError, writesPerSecond: rate, isFlooding: floodRate > 0 };
		},
		setRate(writesPerSecond) {
			rate = Math.max(0, writesPerSecond);
		},
		setFlood(writesPerSecond) {
			floodRate = Math.max(0, writesPerSecond);
		},
		async stop() {
			clearInterval(timer);
			compactor.stop();
			client.close();
			await Promise.all(inFlight);
		},
	};
}
