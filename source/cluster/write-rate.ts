import type { History } from './history.ts';
import { lateAfterMs } from './late.ts';
import type { RowAt } from './rows.ts';
import { statusColumns } from './shapes.ts';
import type { TieredTable } from './tiered-table.ts';

const windowMs = 10_000;

/** Revisions a second that one member's store advanced by in the window before a moment; null until two samples. */
export function revisionRate(numbers: TieredTable, intervalMs: number, atMs: number, overMs = windowMs): number | null {
	const tier = numbers.tierSince(atMs - overMs);
	const last = tier.rowAt(atMs);
	if (last < 1 || atMs - tier.timeAt(last) > lateAfterMs(intervalMs, tier)) return null;
	const lengthMs = Math.max(overMs, 2 * Math.max(intervalMs, tier.stepMs));
	const before = tier.rowAt(tier.timeAt(last) - lengthMs);
	const isNear = before >= 0 && tier.timeAt(last) - tier.timeAt(before) <= 2 * lengthMs;
	const first = isNear ? before : before + 1;
	const seconds = (tier.timeAt(last) - tier.timeAt(first)) / 1000;
	if (first >= last || seconds <= 0) return null;
	const advanced = tier.bigintAt(statusColumns.revision, last) - tier.bigintAt(statusColumns.revision, first);
	// A store that was restored from a backup starts again from an older revision.
	return advanced < 0n ? null : Number(advanced) / seconds;
}

/** Write transactions a second, told by the fresh member that is furthest: the others may be catching up. */
export function writeRateAt(history: History, rows: readonly RowAt[], atMs: number): number | null {
	let furthest: { readonly numbers: TieredTable; readonly revision: bigint } | null = null;
	for (const { isFresh, answer, history: row } of rows) {
		if (!isFresh || answer === null || row === null) continue;
		const revision = answer.place.tier.bigintAt(statusColumns.revision, answer.place.row);
		if (furthest === null || revision > furthest.revision) furthest = { numbers: row.numbers, revision };
	}
	return furthest === null ? null : revisionRate(furthest.numbers, history.options.statusIntervalMs, atMs);
}
