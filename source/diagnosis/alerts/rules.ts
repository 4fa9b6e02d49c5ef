import type { AlertRule } from './alert.ts';
import {
	commitP99,
	failedProposals,
	failedRequestPercent,
	fragmentation,
	fsyncP99,
	growthBeyondQuota,
	leaderChangeIncrease,
	membersDown,
	peerRttP99,
	quotaPercent,
	requestP99,
	tooFewUp,
} from './expressions.ts';
import { above, instant } from './vectors.ts';

/** The mixin's default selector and the labels that it takes off for alerts about the cluster. */
const members = 'job=~".*etcd.*"';
const failed = 'Unknown|FailedPrecondition|ResourceExhausted|Internal|Unavailable|DataLoss|DeadlineExceeded';
const failedRequests = [
	`100 * sum(rate(grpc_server_handled_total{${members}, grpc_code=~"${failed}"}[5m])) without (grpc_type, grpc_code)`,
	`sum(rate(grpc_server_handled_total{${members}}[5m])) without (grpc_type, grpc_code)`,
].join(' / ');
const p99 = (family: string) => `histogram_quantile(0.99, rate(${family}_bucket{${members}}[5m]))`;
const changes = `etcd_server_leader_changes_seen_total{${members}}`;
const size = `etcd_mvcc_db_total_size_in_bytes{${members}}`;
const inUse = `etcd_mvcc_db_total_size_in_use_in_bytes{${members}}`;
const quota = `etcd_server_quota_backend_bytes{${members}}`;
const last = (series: string) => `last_over_time(${series}[5m])`;

const minutes = (count: number) => count * 60;

/**
 * The alerts of the etcd-mixin (contrib/mixin in etcd's repository, as of 2025), whole: thirteen names, two of them in
 * two severities.
 */
export const alertRules: readonly AlertRule[] = [
	{
		name: 'etcdMembersDown',
		severity: 'warning',
		forSeconds: minutes(20),
		expression: `max without (endpoint) (sum without (instance) (up{${members}} == bool 0) or count without (To) (sum without (instance) (rate(etcd_network_peer_sent_failures_total{${members}}[120s])) > 0.01)) > 0`,
		blindSpot:
			'It waits 20 minutes, names no member, and while anything is scraped its half about failing messages is never looked at.',
		evaluate: scene => above(scene.of(membersDown), 0),
	},
	{
		name: 'etcdInsufficientMembers',
		severity: 'critical',
		forSeconds: minutes(3),
		expression: `sum(up{${members}} == bool 1) without (instance) < ((count(up{${members}}) without (instance) + 1) / 2)`,
		blindSpot:
			'It counts what is scraped: learners as if they voted, and members that nobody scrapes not at all; it speaks only once the majority is lost.',
		evaluate: tooFewUp,
	},
	{
		name: 'etcdNoLeader',
		severity: 'critical',
		forSeconds: minutes(1),
		expression: `etcd_server_has_leader{${members}} == 0`,
		blindSpot:
			'One member that is cut off fires it while the cluster serves; one whose metrics cannot be read never does.',
		evaluate: scene => instant(scene, 'etcd_server_has_leader').filter(({ value }) => value === 0),
	},
	{
		name: 'etcdHighNumberOfLeaderChanges',
		severity: 'warning',
		forSeconds: minutes(5),
		expression: `increase((max without (instance) (${changes}) or 0*absent(${changes}))[15m:1m]) >= 4`,
		blindSpot:
			'It counts on the members that saw the changes, the victims: it does not tell whose disk or link is the cause.',
		evaluate: scene => scene.of(leaderChangeIncrease).filter(({ value }) => value >= 4),
	},
	{
		name: 'etcdHighNumberOfFailedGRPCRequests',
		severity: 'warning',
		forSeconds: minutes(10),
		expression: `${failedRequests} > 1`,
		blindSpot:
			'One failure among a handful of requests is more than 1 %; a method whose callers gave up before they were answered counts nothing.',
		evaluate: scene => above(scene.of(failedRequestPercent), 1),
	},
	{
		name: 'etcdHighNumberOfFailedGRPCRequests',
		severity: 'critical',
		forSeconds: minutes(5),
		expression: `${failedRequests} > 5`,
		blindSpot:
			'One failure among a handful of requests is more than 5 %; a method whose callers gave up before they were answered counts nothing.',
		evaluate: scene => above(scene.of(failedRequestPercent), 5),
	},
	{
		name: 'etcdGRPCRequestsSlow',
		severity: 'critical',
		forSeconds: minutes(10),
		expression: `histogram_quantile(0.99, sum(rate(grpc_server_handling_seconds_bucket{${members}, grpc_method!="Defragment", grpc_type="unary"}[5m])) without (grpc_type)) > 0.15`,
		blindSpot:
			'It is silent unless the servers run with --metrics=extensive; large lists fire it on a healthy cluster.',
		evaluate: scene => above(scene.of(requestP99), 0.15),
	},
	{
		name: 'etcdMemberCommunicationSlow',
		severity: 'warning',
		forSeconds: minutes(10),
		expression: `${p99('etcd_network_peer_round_trip_time_seconds')} > 0.15`,
		blindSpot:
			'Peers are probed each 30 s, so its 99th percentile is the slowest of ten probes; a peer that cannot be reached has none.',
		evaluate: scene => above(scene.of(peerRttP99), 0.15),
	},
	{
		name: 'etcdHighNumberOfFailedProposals',
		severity: 'warning',
		forSeconds: minutes(15),
		expression: `rate(etcd_server_proposals_failed_total{${members}}[15m]) > 5`,
		blindSpot:
			'Its own text says "within the last 30 minutes", but it asks for five failures each second: fewer pass unseen.',
		evaluate: scene => above(scene.of(failedProposals), 5),
	},
	{
		name: 'etcdHighFsyncDurations',
		severity: 'warning',
		forSeconds: minutes(10),
		expression: `${p99('etcd_disk_wal_fsync_duration_seconds')} > 0.5`,
		blindSpot: 'Half a second is half of the default election timeout: writes are slow long before.',
		evaluate: scene => above(scene.of(fsyncP99), 0.5),
	},
	{
		name: 'etcdHighFsyncDurations',
		severity: 'critical',
		forSeconds: minutes(10),
		expression: `${p99('etcd_disk_wal_fsync_duration_seconds')} > 1`,
		blindSpot: 'A second is as long as the default election timeout: leaders fall before it has waited ten minutes.',
		evaluate: scene => above(scene.of(fsyncP99), 1),
	},
	{
		name: 'etcdHighCommitDurations',
		severity: 'warning',
		forSeconds: minutes(10),
		expression: `${p99('etcd_disk_backend_commit_duration_seconds')} > 0.25`,
		blindSpot: 'Guides ask for 25 ms: a backend ten times slower than that is not yet told.',
		evaluate: scene => above(scene.of(commitP99), 0.25),
	},
	{
		name: 'etcdDatabaseQuotaLowSpace',
		severity: 'critical',
		forSeconds: minutes(10),
		expression: `(${last(size)} / ${last(quota)}) * 100 > 95`,
		blindSpot: 'At 95 % a busy cluster has minutes left, and it waits ten of them.',
		evaluate: scene => above(scene.of(quotaPercent), 95),
	},
	{
		name: 'etcdExcessiveDatabaseGrowth',
		severity: 'warning',
		forSeconds: minutes(10),
		expression: `predict_linear(${size}[4h], 4*60*60) > ${quota}`,
		blindSpot:
			'It draws a straight line through four hours: after a defragmentation or a restart the line is wrong for as long, and with little past it is drawn through minutes.',
		evaluate: scene => scene.of(growthBeyondQuota),
	},
	{
		name: 'etcdDatabaseHighFragmentationRatio',
		severity: 'warning',
		forSeconds: minutes(10),
		expression: `(${last(inUse)} / ${last(size)}) < 0.5 and ${inUse} > 104857600`,
		blindSpot: 'A database with less than 100 MiB in use never fires it, however large its file is.',
		evaluate: scene => scene.of(fragmentation),
	},
];
