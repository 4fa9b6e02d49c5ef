/** Histograms of latencies in seconds, by what the program calls them. */
export const histogramFamilies = {
	/** Writing the WAL to disk: what a follower's vote and every commit wait for. */
	fsync: 'etcd_disk_wal_fsync_duration_seconds',
	/** Committing the backend (bbolt) transaction. */
	commit: 'etcd_disk_backend_commit_duration_seconds',
	/** Round trip to each peer, label `To`; a peer has no samples until its first probe. */
	peerRtt: 'etcd_network_peer_round_trip_time_seconds',
} as const;

export type LatencyKind = keyof typeof histogramFamilies;

/** Only ever rise, and start again from 0 with the process. */
const counters = [
	'etcd_server_leader_changes_seen_total',
	'etcd_server_heartbeat_send_failures_total',
	'etcd_server_proposals_failed_total',
	'etcd_server_slow_apply_total',
	'etcd_server_slow_read_indexes_total',
	'etcd_server_read_indexes_failed_total',
	'etcd_mvcc_put_total',
	'etcd_mvcc_delete_total',
	'etcd_mvcc_txn_total',
	'etcd_mvcc_range_total',
	'etcd_network_client_grpc_received_bytes_total',
	'etcd_network_client_grpc_sent_bytes_total',
	'etcd_network_disconnected_peers_total',
	'etcd_network_peer_sent_failures_total',
	'etcd_network_peer_received_failures_total',
	'etcd_network_peer_received_bytes_total',
	'etcd_network_snapshot_send_failures',
	'etcd_debugging_mvcc_db_compaction_keys_total',
	'etcd_disk_backend_defrag_duration_seconds_count',
	'etcd_disk_backend_defrag_duration_seconds_sum',
	'process_cpu_seconds_total',
] as const;

/** Values of the moment. etcd names some of them `_total` all the same. */
const gauges = [
	'process_start_time_seconds',
	'process_resident_memory_bytes',
	'etcd_server_has_leader',
	'etcd_server_is_leader',
	'etcd_server_is_learner',
	'etcd_server_quota_backend_bytes',
	'etcd_server_proposals_pending',
	'etcd_server_proposals_committed_total',
	'etcd_server_proposals_applied_total',
	'etcd_server_snapshot_apply_in_progress_total',
	'etcd_disk_defrag_inflight',
	'etcd_mvcc_db_total_size_in_bytes',
	'etcd_mvcc_db_total_size_in_use_in_bytes',
	'etcd_mvcc_db_open_read_transactions',
	'etcd_debugging_mvcc_keys_total',
	'etcd_debugging_mvcc_current_revision',
	'etcd_debugging_mvcc_compact_revision',
	'etcd_debugging_mvcc_db_compaction_last',
	'etcd_debugging_mvcc_watcher_total',
	'etcd_debugging_mvcc_watch_stream_total',
	'etcd_debugging_mvcc_slow_watcher_total',
	'etcd_debugging_mvcc_pending_events_total',
	'etcd_network_active_peers',
	'etcd_network_snapshot_send_inflights_total',
	'etcd_network_snapshot_receive_inflights_total',
	'os_fd_used',
	'os_fd_limit',
] as const;

/** A metric with a value of its own, as opposed to the parts of a histogram. */
export type PlainMetric = (typeof counters)[number] | (typeof gauges)[number];

/**
 * What to take from a metrics page, by the sample's name before its labels. History keeps a column for every combination
 * of labels that a server gives them.
 */
export const wantedFamilies: ReadonlySet<string> = new Set<string>([
	...Object.values(histogramFamilies).flatMap(family => [`${family}_bucket`, `${family}_sum`, `${family}_count`]),
	...counters,
	...gauges,
]);

/**
 * Requests by method and code, and how long they took: over a thousand samples of each member, nearly all of which never
 * count anything. Servers tell them with `--metrics=extensive` only (`_handled_total` always). Taken less often than the
 * rest, as a Prometheus would: see `requestsEverySeconds`.
 */
export const requestFamilies: ReadonlySet<string> = new Set([
	'grpc_server_handled_total',
	'grpc_server_handling_seconds_bucket',
]);

/** The interval at which the etcd-mixin's alerts expect to be fed. */
export const requestsEverySeconds = 30;
