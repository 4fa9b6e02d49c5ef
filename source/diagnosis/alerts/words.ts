import { formatBytes } from '../../format/bytes.ts';
import { formatLatency } from '../../format/duration.ts';
import { formatPercent } from '../../format/number.ts';
import { safeText } from '../../format/safe.ts';
import type { Finding } from '../finding.ts';
import type { AlertSample } from './alert.ts';

type Labels = AlertSample['labels'];

/** What an alert says to people. */
export type AlertWords = {
	/** Behind the name of the member, where it is about one. */
	readonly title: string;
	/** The value of the expression, and what it is a value of. */
	evidence(value: number, labels: Labels): string;
	readonly advice: string;
	readonly remedy?: NonNullable<Finding['remedy']>['operation'];
	readonly chart?: (member: string | null) => Finding['chart'];
};

const label = (labels: Labels, name: string): string => safeText(labels[name] ?? '?', 60);
const one = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

const latencyChart =
	(latency: 'fsync' | 'commit' | 'peerRtt'): NonNullable<AlertWords['chart']> =>
	member => ({ kind: 'latency', latency, member });
const sizeChart: NonNullable<AlertWords['chart']> = member => ({ kind: 'gauge', gauge: 'dbSize', member });

/** By the alert's name. */
export const alertWords: Readonly<Record<string, AlertWords>> = {
	etcdMembersDown: {
		title: 'members are down',
		evidence: value => `${value} ${value === 1 ? 'member does' : 'members do'} not answer`,
		advice: 'look at the members that do not answer: process, machine, network, certificates',
	},
	etcdInsufficientMembers: {
		title: 'too few members answer',
		evidence: value => `only ${value} ${value === 1 ? 'member answers' : 'members answer'}`,
		advice: 'bring a member back: without a majority nothing can be written',
	},
	etcdNoLeader: {
		title: 'knows no leader',
		evidence: () => 'etcd_server_has_leader is 0',
		advice: 'see whether it reaches the other members on their peer ports, and whether a majority is up',
	},
	etcdHighNumberOfLeaderChanges: {
		title: 'the leader changes too often',
		evidence: value => `${one(value)} changes of leader in 15 minutes, by the member that saw most`,
		advice: 'compare disk syncs and heartbeat failures of the leaders with the round trips: the disk or the network',
	},
	etcdHighNumberOfFailedGRPCRequests: {
		title: 'requests fail',
		evidence: (value, labels) => `${one(value)} % of ${label(labels, 'grpc_method')} in 5 minutes`,
		advice:
			'find the code in grpc_server_handled_total: Unavailable and DeadlineExceeded point to the cluster, others to a client',
	},
	etcdGRPCRequestsSlow: {
		title: 'requests are slow',
		evidence: (value, labels) =>
			`the slowest of a hundred ${label(labels, 'grpc_method')} takes ${formatLatency(value)}, over 5 minutes`,
		advice: 'look at disk syncs and at the lag of applying first, then for clients that list much at once',
	},
	etcdMemberCommunicationSlow: {
		title: 'the way to a peer is slow',
		evidence: (value, labels) =>
			`round trips to ${label(labels, 'To')} take up to ${formatLatency(value)} (99 of 100, 5 minutes)`,
		advice: 'check the network between these two members',
		chart: latencyChart('peerRtt'),
	},
	etcdHighNumberOfFailedProposals: {
		title: 'proposals fail',
		evidence: value => `${one(value)} fail each second, over 15 minutes`,
		advice: 'see whether leaders change, or whether a majority is lost from time to time',
	},
	etcdHighFsyncDurations: {
		title: 'disk syncs are very slow',
		evidence: value => `99 of 100 take up to ${formatLatency(value)}, over 5 minutes`,
		advice: 'give the WAL a disk of its own (SSD), and look for other programs that write to it',
		chart: latencyChart('fsync'),
	},
	etcdHighCommitDurations: {
		title: 'commits to the backend are very slow',
		evidence: value => `99 of 100 take up to ${formatLatency(value)}, over 5 minutes`,
		advice: 'look at the disk and at memory; large transactions and large databases take longer',
		chart: latencyChart('commit'),
	},
	etcdDatabaseQuotaLowSpace: {
		title: 'the database is nearly full',
		evidence: value => `${formatPercent(value / 100)} of the quota is used`,
		advice: 'compact and defragment, or raise --quota-backend-bytes: at the quota writes are refused',
		remedy: 'compact',
		chart: sizeChart,
	},
	etcdExcessiveDatabaseGrowth: {
		title: 'the database will outgrow its quota',
		evidence: value => `${formatBytes(value)} in four hours, by a straight line through the last four`,
		advice: 'find what grows: data, history that is not compacted, or free pages',
		chart: sizeChart,
	},
	etcdDatabaseHighFragmentationRatio: {
		title: 'less than half of the file is in use',
		evidence: value => `${formatPercent(value)} of the file is in use`,
		advice: 'defragment it when a short pause of this member does no harm',
		remedy: 'defragment-member',
		chart: member => ({ kind: 'gauge', gauge: 'inUse', member }),
	},
};
