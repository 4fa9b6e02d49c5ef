import { latencyQuantile } from './histogram.ts';
import { type History, wallTimeAt } from './history.ts';
import type { Member, MemberId } from './member.ts';
import type { MemberHistory } from './member-history.ts';
import { followsLeader } from './member-state.ts';
import type { LatencyKind } from './metric-names.ts';
import { type MetricsAnswer, metricsAnswerAt } from './metrics-answer.ts';
import { quotaFrom } from './quota.ts';
import { sampleAt } from './rate.ts';
import type { Answer, RowAt } from './rows.ts';
import { statusColumns } from './shapes.ts';
import type { MemberNumbers, MemberView, MetricsState, Quantile, Quota } from './snapshot.ts';

/** What a row's view needs to know of the cluster. */
export type ViewContext = {
	readonly history: History;
	readonly atMs: number;
	readonly list: readonly Member[];
	/** The leader's row, where there is one and it answers. */
	readonly leaderRow: RowAt | null;
	readonly leaderId: MemberId | null;
	/** It answers from another cluster: what it says of leaders and indexes has no meaning here. */
	readonly isForeign: boolean;
};

export function memberView(row: RowAt, context: ViewContext): MemberView {
	const { history, atMs, list } = context;
	const id = memberIdOf(row, list);
	const member = list.find(candidate => candidate.id === id);
	const isLearner = row.metrics?.isLearner ?? row.answer?.facts.isLearner ?? member?.isLearner ?? false;
	const metrics = metricsStateAt(row.history, atMs);
	const quantile = (kind: LatencyKind, part: number) => quantileAt(row, context, metrics, kind, part);
	return {
		key: row.key,
		id,
		name: member?.name || row.endpoint,
		endpoint: row.endpoint,
		isLearner,
		role: context.isForeign ? null : roleOf(row, id, isLearner, context.leaderId),
		state: row.state,
		numbers: numbersAt(row),
		quota: quotaAt(history, row, atMs),
		lagEntries: context.isForeign ? null : lagOf(history, row, context.leaderRow),
		fsyncP50: quantile('fsync', 0.5),
		fsyncP99: quantile('fsync', 0.99),
		commitP99: quantile('commit', 0.99),
		peerRttP99: quantile('peerRtt', 0.99),
		uptimeSeconds: uptimeAt(history, row, metrics, atMs),
		metrics,
	};
}

/** A row is named by its member's id where that is known; a row of an endpoint is who answered there. */
export function memberIdOf(row: RowAt, list: readonly Member[]): MemberId | null {
	return list.some(({ id }) => id === row.key) ? row.key : (row.answer?.facts.memberId ?? null);
}

function roleOf(row: RowAt, id: MemberId | null, isLearner: boolean, leaderId: MemberId | null): MemberView['role'] {
	if (!followsLeader(row)) return null;
	const saysItLeads = row.metrics?.isLeader ?? (id !== null && row.answer?.facts.leaderId === id);
	if (saysItLeads) return leaderId === null || leaderId === id ? 'leader' : 'follower';
	return isLearner ? 'learner' : 'follower';
}

function numbersAt({ answer, metrics }: RowAt): MemberNumbers | null {
	if (metrics !== null) return toldByMetrics(metrics);
	return answer === null ? null : numbersOf(answer);
}

const toldByMetrics = ({
	atMs,
	dbSizeBytes,
	dbInUseBytes,
	revision,
	raftIndex,
	raftAppliedIndex,
}: MetricsAnswer): MemberNumbers => ({
	source: 'metrics',
	atMs,
	latencySeconds: null,
	version: null,
	storageVersion: null,
	revision,
	dbSizeBytes,
	dbInUseBytes,
	leaderId: null,
	raftTerm: null,
	raftIndex,
	raftAppliedIndex,
	errors: [],
	downgradeTarget: null,
});

function numbersOf({ atMs, place: { tier, row }, facts, raftTerm }: Answer): MemberNumbers {
	return {
		source: 'status',
		atMs,
		latencySeconds: tier.numberAt(statusColumns.latencySeconds, row),
		version: facts.version,
		storageVersion: facts.storageVersion,
		revision: tier.bigintAt(statusColumns.revision, row),
		dbSizeBytes: tier.numberAt(statusColumns.dbSizeBytes, row),
		dbInUseBytes: tier.numberAt(statusColumns.dbInUseBytes, row),
		leaderId: facts.leaderId,
		raftTerm,
		raftIndex: tier.bigintAt(statusColumns.raftIndex, row),
		raftAppliedIndex: tier.bigintAt(statusColumns.raftAppliedIndex, row),
		errors: facts.errors,
		downgradeTarget: facts.downgradeTarget,
	};
}

/** The quota in force at a moment. The metric's last value counts even when it is old: it changes only at a restart. */
export function quotaAt(history: History, row: RowAt, atMs: number): Quota {
	const column = row.history?.metrics.column('etcd_server_quota_backend_bytes') ?? null;
	const place = row.history?.metrics.table.placeAt(atMs) ?? null;
	const metric = column === null || place === null ? Number.NaN : place.tier.numberAt(column, place.row);
	return quotaFrom({
		statusBytes: row.answer?.facts.dbSizeQuotaBytes ?? null,
		metricBytes: Number.isNaN(metric) ? null : metric,
		flagBytes: history.options.quotaFlagBytes,
	});
}

/**
 * Members are asked at different moments, so under load the leader's index must be the one it had when the member
 * answered, or a healthy follower would seem to lag by all that was written in between.
 */
function lagOf(history: History, row: RowAt, leaderRow: RowAt | null): bigint | null {
	if (leaderRow === null) return null;
	const atMs = row.metrics?.atMs ?? row.answer?.atMs ?? null;
	const own = atMs === null ? null : raftIndexAt(history, row, atMs);
	if (atMs === null || own === null) return null;
	if (row.history === leaderRow.history) return 0n;
	const leaders = raftIndexAt(history, leaderRow, atMs);
	if (leaders === null) return null;
	return leaders < own ? 0n : leaders - own;
}

/** The commit index that a row that answers now told at a moment; its present one where history has none of then. */
function raftIndexAt({ options }: History, row: RowAt, atMs: number): bigint | null {
	if (row.metrics !== null)
		return ((row.history && metricsAnswerAt(row.history, options.metricsIntervalMs, atMs)) ?? row.metrics).raftIndex;
	if (row.answer === null || !row.isFresh) return null;
	const { tier, row: place } = row.history?.numbers.placeAt(atMs) ?? row.answer.place;
	return tier.bigintAt(statusColumns.raftIndex, place);
}

function metricsStateAt(row: MemberHistory | null, atMs: number): MetricsState {
	const scrape = row?.scrapes.at(atMs) ?? null;
	if (row === null || scrape === null) return { kind: 'waiting' };
	if (scrape.kind === 'failed') return scrape;
	const place = row.metrics.table.placeAt(atMs);
	return place === null
		? { kind: 'waiting' }
		: { kind: 'answered', url: scrape.url, atMs: place.tier.timeAt(place.row) };
}

function quantileAt(
	row: RowAt,
	{ history, atMs }: ViewContext,
	metrics: MetricsState,
	kind: LatencyKind,
	quantile: number,
): Quantile {
	// What was measured before the metrics fell silent is not the present.
	if (row.history === null || metrics.kind !== 'answered') return { kind: 'none', reason: 'unread' };
	return latencyQuantile(row.history.metrics, history.options.metricsIntervalMs, { kind, quantile, atMs });
}

function uptimeAt(history: History, row: RowAt, metrics: MetricsState, atMs: number): number | null {
	if (row.history === null || metrics.kind !== 'answered') return null;
	const startSeconds = sampleAt(
		row.history.metrics,
		history.options.metricsIntervalMs,
		'process_start_time_seconds',
		atMs,
	);
	return startSeconds === null ? null : Math.max(0, wallTimeAt(history, metrics.atMs) / 1000 - startSeconds);
}
