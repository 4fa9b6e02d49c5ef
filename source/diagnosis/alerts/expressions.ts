import { histogramFamilies } from '../../cluster/metric-names.ts';
import { increase, lastOverTime, predictLinear, rate } from './functions.ts';
import { pointsOf, rangeBefore, rowsIn } from './points.ts';
import { alignedBefore, type Scene, type Target, targetsAt } from './scene.ts';
import {
	clusterLabels,
	instantAt,
	job,
	overRange,
	perMember,
	quantilesOf,
	rateOf,
	type Vector,
	without,
} from './vectors.ts';

const minutes = (count: number) => count * 60;
const minuteMs = 60_000;
const fourHours = 4 * 60 * 60;
const size = 'etcd_mvcc_db_total_size_in_bytes';
const inUse = 'etcd_mvcc_db_total_size_in_use_in_bytes';
const quota = 'etcd_server_quota_backend_bytes';
const leaderChanges = 'etcd_server_leader_changes_seen_total';
const sentFailures = 'etcd_network_peer_sent_failures_total';
const handled = 'grpc_server_handled_total';
const handling = 'grpc_server_handling_seconds';

const ups = ({ targets }: Scene): readonly number[] => targets.flatMap(({ up }) => (up === null ? [] : [up]));

/** Members that are down, or, where nobody tells `up`, peers to which messages fail. */
export function membersDown(scene: Scene): Vector {
	const known = ups(scene);
	if (known.length > 0) return [{ labels: clusterLabels, value: known.filter(up => up === 0).length }];
	const failing = failingPeers(scene);
	return failing === 0 ? [] : [{ labels: clusterLabels, value: failing }];
}

/** `rate(…[120s])` summed over the members, by peer: how many peers fail more than once in 100 s. */
function failingPeers(scene: Scene): number {
	const range = rangeBefore(scene.atMs, 120);
	const byPeer = new Map<string, number>();
	for (const { row } of scene.targets) {
		const rows = rowsIn(row.metrics, range);
		if (rows === null) continue;
		for (const { labels, column } of row.metrics.columnsOf(sentFailures)) {
			const found = rate(pointsOf(rows, column), range);
			const peer = labels.get('To') ?? '';
			if (found !== null) byPeer.set(peer, (byPeer.get(peer) ?? 0) + found);
		}
	}
	return [...byPeer.values()].filter(perSecond => perSecond > 0.01).length;
}

/** Targets that are up, where they are fewer than half of all and one. */
export function tooFewUp(scene: Scene): Vector {
	const known = ups(scene);
	const up = known.filter(each => each === 1).length;
	return known.length > 0 && up < (known.length + 1) / 2 ? [{ labels: clusterLabels, value: up }] : [];
}

/**
 * A subquery: the largest count of any member each full minute. The mixin's `or 0*absent(…)` gives a series of its own
 * that stays 0, because its selector names no job: it can be left out.
 */
export function leaderChangeIncrease({ history, atMs }: Scene): Vector {
	const range = rangeBefore(atMs, minutes(15));
	const timesMs: number[] = [];
	const values: number[] = [];
	for (let back = alignedBefore(history, atMs, minuteMs); back >= range.fromMs; back -= minuteMs) {
		const counts = targetsAt(history, back).flatMap(target => instantAt(target, leaderChanges, back) ?? []);
		if (counts.length === 0) continue;
		timesMs.unshift(back);
		values.unshift(Math.max(...counts));
	}
	const value = increase({ timesMs, values }, range);
	return value === null ? [] : [{ labels: clusterLabels, value }];
}

const failureCodes: ReadonlySet<string> = new Set([
	'Unknown',
	'FailedPrecondition',
	'ResourceExhausted',
	'Internal',
	'Unavailable',
	'DataLoss',
	'DeadlineExceeded',
]);

type Sums = { readonly labels: Record<string, string>; failed: number; all: number };

/** Percent of the requests of each method that failed; methods that nobody called give 0/0 and are left out. */
export function failedRequestPercent(scene: Scene): Vector {
	return scene.targets.flatMap(target =>
		[...requestSums(target, scene.atMs).values()]
			.filter(({ all }) => all > 0)
			.map(({ labels, failed, all }) => ({ labels, value: (100 * failed) / all })),
	);
}

function requestSums({ row, instance }: Target, atMs: number): ReadonlyMap<string, Sums> {
	const range = rangeBefore(atMs, minutes(5));
	const rows = rowsIn(row.requests, range);
	const sums = new Map<string, Sums>();
	if (rows === null) return sums;
	for (const { labels, column } of row.requests.columnsOf(handled)) {
		// Nearly all codes of nearly all methods: they add nothing.
		if (rows.tier.isConstant(column)) continue;
		const perSecond = rate(pointsOf(rows, column), range);
		if (perSecond === null || perSecond === 0) continue;
		const rest = Object.fromEntries([...labels].filter(([name]) => name !== 'grpc_type' && name !== 'grpc_code'));
		const key = JSON.stringify(rest);
		const sum = sums.get(key) ?? { labels: { ...rest, instance, job }, failed: 0, all: 0 };
		sum.all += perSecond;
		if (failureCodes.has(labels.get('grpc_code') ?? '')) sum.failed += perSecond;
		sums.set(key, sum);
	}
	return sums;
}

const isUnary = (labels: ReadonlyMap<string, string>) =>
	labels.get('grpc_type') === 'unary' && labels.get('grpc_method') !== 'Defragment';

export const requestP99 = (scene: Scene): Vector =>
	without(
		quantilesOf(scene, { family: handling, quantile: 0.99, seconds: minutes(5) }, ({ row }) => row.requests, isUnary),
		'grpc_type',
	);

const p99 = (family: string) => (scene: Scene) => quantilesOf(scene, { family, quantile: 0.99, seconds: minutes(5) });
export const fsyncP99 = p99(histogramFamilies.fsync);
export const commitP99 = p99(histogramFamilies.commit);
export const peerRttP99 = p99(histogramFamilies.peerRtt);

export const failedProposals = (scene: Scene): Vector =>
	rateOf(scene, 'etcd_server_proposals_failed_total', minutes(15));

/** One `last_over_time(…[5m])` by another. */
function lastRatio(scene: Scene, target: Target, [above, below]: readonly [string, string]): number | null {
	const range = rangeBefore(scene.atMs, minutes(5));
	const upper = overRange(target, above, range, lastOverTime);
	const lower = overRange(target, below, range, lastOverTime);
	return upper === null || lower === null ? null : upper / lower;
}

export const quotaPercent = (scene: Scene): Vector =>
	perMember(scene, target => {
		const ratio = lastRatio(scene, target, [size, quota]);
		return ratio === null ? null : ratio * 100;
	});

/** The size in four hours, in bytes, of members whose quota is below it. */
export const growthBeyondQuota = (scene: Scene): Vector =>
	perMember(scene, target => {
		const limit = instantAt(target, quota, scene.atMs);
		if (limit === null) return null;
		const range = rangeBefore(scene.atMs, fourHours);
		const size4h = overRange(target, size, range, points => predictLinear(points, scene.atMs, fourHours));
		return size4h !== null && size4h > limit ? size4h : null;
	});

const smallestInUse = 104_857_600;

/** The share that is in use, of members with more than 100 MiB in use. */
export const fragmentation = (scene: Scene): Vector =>
	perMember(scene, target => {
		const used = instantAt(target, inUse, scene.atMs);
		const ratio = lastRatio(scene, target, [inUse, size]);
		return used !== null && used > smallestInUse && ratio !== null && ratio < 0.5 ? ratio : null;
	});
