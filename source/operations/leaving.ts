import type { Look, World } from './world.ts';

/** A terminal that closes leaves a program less than a second for its last words. */
const mostLeavingMs = 250;

/** The cluster as it is before a step; null as soon as the operator leaves. */
export function lookBeforeStep(world: World, signal: AbortSignal): Promise<Look | null> {
	if (signal.aborted) return Promise.resolve(null);
	const look = world.look(signal).catch((error: unknown) => {
		if (signal.aborted && error === signal.reason) return null;
		throw error;
	});
	return unlessLeft(look, signal, async () => {});
}

/** The cluster as it is after a step; null where the operator leaves and it does not come at once. */
export async function lookForJournal(world: World, signal: AbortSignal): Promise<Look | null> {
	const over = new AbortController();
	try {
		return await unlessLeft(world.look(), signal, () => world.pause(mostLeavingMs, over.signal));
	} finally {
		over.abort();
	}
}

async function unlessLeft<T>(work: Promise<T>, signal: AbortSignal, grace: () => Promise<void>): Promise<T | null> {
	const { promise: left, resolve } = Promise.withResolvers<void>();
	const onAbort = () => resolve();
	signal.addEventListener('abort', onAbort, { once: true });
	if (signal.aborted) resolve();
	try {
		return await Promise.race([work, left.then(grace).then(() => null)]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}
