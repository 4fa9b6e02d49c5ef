import { lateAfterMs } from './late.ts';
import type { MemberHistory } from './member-history.ts';
import type { PlainMetric } from './metric-names.ts';

/** What a member's metrics page tells of what its Status would tell. */
export type MetricsAnswer = {
	/** The moment of the scrape. */
	readonly atMs: number;
	readonly hasLeader: boolean;
	readonly isLeader: boolean;
	readonly isLearner: boolean;
	readonly dbSizeBytes: number;
	readonly dbInUseBytes: number;
	readonly revision: bigint | null;
	/** The commit index, as in a Status: etcd sets `proposals_committed_total` to that of raft's hard state. */
	readonly raftIndex: bigint | null;
	readonly raftAppliedIndex: bigint | null;
};

/** Null where the last scrape failed, is late, or is not of an etcd that tells its leader and its sizes. */
export function metricsAnswerAt(row: MemberHistory, intervalMs: number, atMs: number): MetricsAnswer | null {
	const place = row.metrics.table.placeAt(atMs);
	if (place === null || row.scrapes.at(atMs)?.kind !== 'answered') return null;
	const scrapedMs = place.tier.timeAt(place.row);
	if (atMs - scrapedMs > lateAfterMs(intervalMs, place.tier)) return null;
	const sample = (name: PlainMetric): number | null => {
		const column = row.metrics.column(name);
		const value = column === null ? Number.NaN : place.tier.numberAt(column, place.row);
		return Number.isNaN(value) ? null : value;
	};
	const whole = (name: PlainMetric): bigint | null => {
		const value = sample(name);
		return value === null ? null : BigInt(Math.trunc(value));
	};
	const hasLeader = sample('etcd_server_has_leader');
	const dbSizeBytes = sample('etcd_mvcc_db_total_size_in_bytes');
	const dbInUseBytes = sample('etcd_mvcc_db_total_size_in_use_in_bytes');
	if (hasLeader === null || dbSizeBytes === null || dbInUseBytes === null) return null;
	return {
		atMs: scrapedMs,
		hasLeader: hasLeader === 1,
		isLeader: sample('etcd_server_is_leader') === 1,
		isLearner: sample('etcd_server_is_learner') === 1,
		dbSizeBytes,
		dbInUseBytes,
		revision: whole('etcd_debugging_mvcc_current_revision'),
		raftIndex: whole('etcd_server_proposals_committed_total'),
		raftAppliedIndex: whole('etcd_server_proposals_applied_total'),
	};
}
