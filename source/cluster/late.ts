import type { Tier } from './tier.ts';

/** Readings may be late by a few turns, or by the deadline of the call that is under way, before they count as stale. */
const leastLateMs = 10_000;
const lateTurns = 5;

/** An age beyond this is stale; coarse tiers hold samples that are older than the moment they stand for. */
export const lateAfterMs = (intervalMs: number, tier: Tier): number =>
	Math.max(leastLateMs, lateTurns * intervalMs) + tier.stepMs;
