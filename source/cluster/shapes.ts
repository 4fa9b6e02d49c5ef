import type { ColumnKind, TierShape } from './tier.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Alerts look 15 minutes back at full resolution; a little more lets the paused cursor stay there for a while. */
const fullMs = 16 * minuteMs;
/** Faster readings than this would need reach into the next tier before 15 minutes have passed. */
const mostFullRows = 4096;

/** Rows of 15 s for five hours serve the forecasts that look four hours back. */
const middle: TierShape = { stepMs: 15_000, rows: 1200 };
/** A week and an hour. */
const coarse: TierShape = { stepMs: 5 * minuteMs, rows: (7 * dayMs + hourMs) / (5 * minuteMs) };

/** Tiers for something that is read once in `intervalMs`. */
export function shapesFor(intervalMs: number): readonly TierShape[] {
	const rows = Math.ceil(fullMs / Math.max(1, intervalMs));
	return [{ stepMs: 0, rows: Math.min(mostFullRows, Math.max(128, rows)) }, middle, coarse];
}

/** Counts of changes by resource type: batches come ten times a second, but nobody looks closer than a second. */
export const changeShapes: readonly TierShape[] = [
	{ stepMs: 1000, rows: 600 },
	{ stepMs: 15_000, rows: 480 },
	{ stepMs: 15 * minuteMs, rows: (7 * dayMs) / (15 * minuteMs) + 4 },
];

/** How a member's clock stands against ours: a row a minute for a day. */
export const clockShape: TierShape = { stepMs: minuteMs, rows: 24 * 60 };

/** Columns of a member's Status. Latency keeps its peaks. */
export const statusColumns = {
	latencySeconds: 0,
	dbSizeBytes: 1,
	dbInUseBytes: 2,
	revision: 3,
	raftTerm: 4,
	raftIndex: 5,
	raftAppliedIndex: 6,
} as const;

export const statusKinds: readonly ColumnKind[] = ['max', 'last', 'last', 'bigint', 'bigint', 'bigint', 'bigint'];
