/** Samples of one member's metrics page, made up. */
export type Page = Map<string, number>;

const bounds = ['0.001', '0.008', '0.064', '0.128', '0.256', '0.512', '1.024', '2.048', '8.192', '+Inf'];

/**
 * A histogram whose observations come `perSecond` and all lie at `latencySeconds`; `spread` of 0 to 1 is the share that
 * is quick instead.
 */
export function histogram(
	family: string,
	labels: string,
	{
		count,
		latencySeconds,
		quick = 0,
	}: { readonly count: number; readonly latencySeconds: number; readonly quick?: number },
): Page {
	const own = labels === '' ? '' : `${labels},`;
	return new Map(
		bounds.map(le => {
			const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
			return [`${family}_bucket{${own}le="${le}"}`, bound >= latencySeconds ? count : Math.floor(count * quick)];
		}),
	);
}

export const fsync = 'etcd_disk_wal_fsync_duration_seconds';
export const commit = 'etcd_disk_backend_commit_duration_seconds';
export const rtt = 'etcd_network_peer_round_trip_time_seconds';
export const handling = 'grpc_server_handling_seconds';

/** How a member does; counts are totals since its start. Histograms and requests that are not said are not on the page. */
export type Condition = {
	readonly hasLeader?: number;
	readonly leaderChanges?: number;
	readonly failedProposals?: number;
	readonly sizeBytes?: number;
	readonly inUseBytes?: number;
	readonly quotaBytes?: number;
	/** Of every histogram. */
	readonly observations?: number;
	readonly fsyncSeconds?: number;
	readonly commitSeconds?: number;
	/** Round trip to the first of the peers; the others are quick. */
	readonly rttSeconds?: number;
	readonly peers?: readonly string[];
	readonly sentFailures?: number;
	/** Requests of one method and code: `Put OK`. */
	readonly requests?: Readonly<Record<string, number>>;
	/** Only servers with --metrics=extensive tell it. */
	readonly requestSeconds?: number;
};

export function pageOf(condition: Condition): Page {
	const { observations: count = 0, fsyncSeconds, commitSeconds } = condition;
	return new Map([
		['etcd_server_has_leader', condition.hasLeader ?? 1],
		['etcd_server_leader_changes_seen_total', condition.leaderChanges ?? 1],
		['etcd_server_proposals_failed_total', condition.failedProposals ?? 0],
		['etcd_mvcc_db_total_size_in_bytes', condition.sizeBytes ?? 300e6],
		['etcd_mvcc_db_total_size_in_use_in_bytes', condition.inUseBytes ?? 250e6],
		['etcd_server_quota_backend_bytes', condition.quotaBytes ?? 2e9],
		...(fsyncSeconds === undefined ? [] : histogram(fsync, '', { count, latencySeconds: fsyncSeconds })),
		...(commitSeconds === undefined ? [] : histogram(commit, '', { count, latencySeconds: commitSeconds })),
		...roundTrips(condition),
		...requests(condition),
	]);
}

function roundTrips({ observations = 0, peers = [], rttSeconds = 0.001, sentFailures = 0 }: Condition): Page {
	const count = Math.floor(observations / 30);
	return new Map(
		peers.flatMap((peer, index): (readonly [string, number])[] => [
			...histogram(rtt, `To="${peer}"`, { count, latencySeconds: index === 0 ? rttSeconds : 0.001 }),
			[`etcd_network_peer_sent_failures_total{To="${peer}"}`, sentFailures],
		]),
	);
}

const methods = [
	['Range', 'unary'],
	['Defragment', 'unary'],
	['Watch', 'bidi_stream'],
] as const;

function requests({ requests: totals = {}, requestSeconds, observations: count = 0 }: Condition): Page {
	const service = 'grpc_service="etcdserverpb.KV"';
	const page: Page = new Map();
	for (const [what, total] of Object.entries(totals)) {
		const [method, code] = what.split(' ');
		const labels = `grpc_code="${code}",grpc_method="${method}",${service},grpc_type="unary"`;
		page.set(`grpc_server_handled_total{${labels}}`, total);
	}
	if (requestSeconds === undefined) return page;
	for (const [method, type] of methods) {
		const labels = `grpc_method="${method}",${service},grpc_type="${type}"`;
		for (const [name, value] of histogram(handling, labels, { count, latencySeconds: requestSeconds, quick: 0.9 }))
			page.set(name, value);
	}
	return page;
}
