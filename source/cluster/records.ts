import type { History } from './history.ts';
import type { PlainMetric } from './metric-names.ts';
import { sampleAt } from './rate.ts';
import { ownRowsAt, type RowAt } from './rows.ts';

/** What the store holds at a moment, as the metrics of the member that is furthest tell. */
export type Records = {
	readonly headRevision: number;
	/** Up to where history is gone, on whoever is furthest: it was agreed on by all. 0 where it never was compacted. */
	readonly compactedRevision: number;
	/** Revisions since then. Each of them is at least one record in the database, needed or not. */
	readonly keptRevisions: number;
	/** Keys that are there now, without their past and without deleted ones; null where no member tells. */
	readonly keys: number | null;
};

/** Null where no member's metrics told it lately. */
export function recordsAt(history: History, atMs: number): Records | null {
	const told = ownRowsAt(history, atMs).flatMap(row => toldBy(history, row, atMs));
	if (told.length === 0) return null;
	const { headRevision, keys } = told.reduce((best, each) => (each.headRevision > best.headRevision ? each : best));
	const compactedRevision = Math.max(0, ...told.map(each => each.compactedRevision));
	return { headRevision, compactedRevision, keptRevisions: Math.max(0, headRevision - compactedRevision), keys };
}

function toldBy({ options }: History, { history: row }: RowAt, atMs: number) {
	const sample = (name: PlainMetric) => row && sampleAt(row.metrics, options.metricsIntervalMs, name, atMs);
	const headRevision = sample('etcd_debugging_mvcc_current_revision');
	// A server that never compacted says -1.
	const compactedRevision = sample('etcd_debugging_mvcc_compact_revision');
	if (headRevision === null || compactedRevision === null) return [];
	return [{ headRevision, compactedRevision, keys: sample('etcd_debugging_mvcc_keys_total') }];
}
