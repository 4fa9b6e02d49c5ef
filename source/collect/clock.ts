import { setTimeout as delay } from 'node:timers/promises';
import type { Stamp } from '../cluster/reading.ts';

/** The two clocks of a reading: one for durations, one for people. */
export function stampNow(): Stamp {
	return { atMs: performance.now(), timeMs: Date.now() };
}

/** Waits, or returns at once when the signal aborts. Never throws. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	await delay(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
}

/**
 * Waits for the next multiple of the interval. Every loop of one interval wakes in the same instant, so that a round of
 * answers makes one frame instead of one frame each.
 */
export async function nextTick(intervalSeconds: number, signal: AbortSignal): Promise<void> {
	const intervalMs = intervalSeconds * 1000;
	const nowMs = performance.now();
	// A tick nearer than this would be a second call in the same round.
	const nearMs = intervalMs / 10;
	await pause(Math.ceil((nowMs + nearMs) / intervalMs) * intervalMs - nowMs, signal);
}
