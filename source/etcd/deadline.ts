import type { CallOptions } from './calls.ts';
import { Fault } from './fault.ts';

/**
 * Runs work whose signal aborts at the deadline with a `Fault` of kind `timeout`, or with the caller's own reason. Timers
 * are monotonic: a clock that jumps changes nothing. A process that did not get to run until after the deadline has the
 * answer in its socket, maybe: that is looked at before anybody is called silent.
 */
export async function withDeadline<T>(
	{ timeoutSeconds, signal }: CallOptions,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	signal?.throwIfAborted();
	const controller = new AbortController();
	const timer = setTimeout(
		() => afterReading(() => controller.abort(new Fault('timeout', `no answer in ${timeoutSeconds} s`))),
		timeoutSeconds * 1000,
	);
	const stop = () => controller.abort(signal?.reason);
	signal?.addEventListener('abort', stop, { once: true });
	try {
		// Holds even where the work forgets about its signal.
		return await orAborted(work(controller.signal), controller.signal);
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', stop);
	}
}

/** Sockets are read between a timer and what `setImmediate` asks for; what was read may have to be passed on once more. */
const afterReading = (act: () => void): void => void setImmediate(() => setImmediate(act));

/** Waits for a promise that knows nothing of the signal. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	const { promise: aborted, reject } = Promise.withResolvers<never>();
	const stop = () => reject(signal.reason);
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
