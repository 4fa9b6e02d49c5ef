import { clockAheadMs } from './clock-offset.ts';
import { type History, wallTimeAt } from './history.ts';
import { sampleAt } from './rate.ts';
import { ownRowsAt } from './rows.ts';
import { statusColumns } from './shapes.ts';
import { type Since, sinceWhen } from './since.ts';

/** How long ago something was. `isAtLeast`: it was before anything that was seen. */
export type Age = { readonly seconds: number; readonly isAtLeast: boolean };

const compactColumn = 'etcd_debugging_mvcc_compact_revision';

/**
 * How long ago the cluster was compacted to the revision to which it is compacted now: as a member noted it (3.5 and
 * newer, until it restarts), else as it was seen from here. Null where nobody tells.
 */
export function compactionAge(history: History, compactedRevision: number, atMs: number): Age | null {
	const noted = ownRowsAt(history, atMs).flatMap(({ key, history: row }) => {
		const intervalMs = history.options.metricsIntervalMs;
		const last = row && sampleAt(row.metrics, intervalMs, 'etcd_debugging_mvcc_db_compaction_last', atMs);
		if (last === null || last <= 0) return [];
		return [(wallTimeAt(history, atMs) + (clockAheadMs(history, key, atMs) ?? 0)) / 1000 - last];
	});
	if (noted.length > 0) return { seconds: Math.max(0, Math.min(...noted)), isAtLeast: false };
	const seen = ownRowsAt(history, atMs).map(({ history: row }) => {
		const column = row?.metrics.column(compactColumn) ?? null;
		if (row === null || column === null) return null;
		// Where a server did not tell it at first, nobody knows that it was otherwise.
		return sinceWhen(row.metrics.table, (tier, at) => !(tier.numberAt(column, at) < compactedRevision), atMs);
	});
	return ageOf(seen, atMs);
}

/** How long ago the cluster's newest revision was this one, as seen from here. Null where it is not there yet. */
export function revisionAge(history: History, revision: bigint, atMs: number): Age | null {
	const seen = ownRowsAt(history, atMs).map(({ history: row }) =>
		row === null
			? null
			: sinceWhen(row.numbers, (tier, at) => tier.bigintAt(statusColumns.revision, at) >= revision, atMs),
	);
	return ageOf(seen, atMs);
}

/** Who saw it happen knows best; else who watched for longest. */
function ageOf(seen: readonly (Since | null)[], atMs: number): Age | null {
	const known = seen.filter(since => since !== null);
	const exact = known.filter(({ isAtLeast }) => !isAtLeast);
	const from = exact.length > 0 ? exact : known;
	if (from.length === 0) return null;
	return { seconds: (atMs - Math.min(...from.map(since => since.atMs))) / 1000, isAtLeast: exact.length === 0 };
}
