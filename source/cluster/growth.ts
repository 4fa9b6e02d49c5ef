import type { History } from './history.ts';
import { lateAfterMs } from './late.ts';
import type { MemberKey } from './member.ts';
import { quotaAt } from './member-view.ts';
import { quotaBytes } from './quota.ts';
import { type RowAt, rowAt } from './rows.ts';
import { statusColumns } from './shapes.ts';
import type { Tier } from './tier.ts';
import type { TieredTable } from './tiered-table.ts';

/** How fast a member's database grows, and towards what. */
export type Growth = {
	/** Bytes in use: data and uncompacted history. Null until enough was seen. */
	readonly inUseBytesPerHour: number | null;
	/** The file, free pages included: what the quota counts. */
	readonly fileBytesPerHour: number | null;
	/** What both were taken over: the span, or what there is since the start or the last defragmentation. */
	readonly windowSeconds: number;
	/** At the present pace; 0 where it is full, null where nothing grows or there is no quota. */
	readonly secondsToQuota: number | null;
	/** `data`: what is stored grows. `file`: only the file does, so free pages pile up. */
	readonly kind: 'data' | 'file' | 'steady' | 'unknown';
};

const hourMs = 60 * 60_000;
/** Less would forecast from noise. */
const shortestMs = 2 * 60_000;
const fewestSamples = 3;
/** Slower growth than this part of the quota in an hour fills it in six weeks at the earliest. */
const notablePart = 0.001;
const notableBytes = 1024 ** 2;

const unknown: Growth = {
	inUseBytesPerHour: null,
	fileBytesPerHour: null,
	windowSeconds: 0,
	secondsToQuota: null,
	kind: 'unknown',
};

/** The growth of one member's database as seen at a moment, by least squares over the last hour, or another span. */
export function growthOf(history: History, key: MemberKey, atMs: number, spanMs = hourMs): Growth {
	const row = rowAt(history, key, key, atMs);
	const sizes = sizesOf(history, row);
	if (sizes === null) return unknown;
	const tier = sizes.table.tierSince(atMs - spanMs);
	const last = tier.rowAt(atMs);
	if (last < 0 || atMs - tier.timeAt(last) > lateAfterMs(sizes.intervalMs, tier)) return unknown;
	const first = firstRow(tier, sizes.file, last, atMs - spanMs);
	const windowMs = tier.timeAt(last) - tier.timeAt(first);
	if (windowMs < shortestMs || last - first + 1 < fewestSamples) return { ...unknown, windowSeconds: windowMs / 1000 };
	const quota = quotaBytes(quotaAt(history, row, atMs));
	const inUse = slopePerHour(tier, sizes.inUse, first, last);
	const file = slopePerHour(tier, sizes.file, first, last);
	const notable = Math.max(notableBytes, notablePart * (quota ?? 0));
	const kind = inUse >= notable ? 'data' : file >= notable ? 'file' : 'steady';
	return {
		inUseBytesPerHour: inUse,
		fileBytesPerHour: file,
		windowSeconds: windowMs / 1000,
		secondsToQuota: secondsToQuota(
			quota,
			{ bytes: tier.numberAt(sizes.inUse, last), perHour: inUse >= notable ? inUse : 0 },
			{ bytes: tier.numberAt(sizes.file, last), perHour: file >= notable ? file : 0 },
		),
		kind,
	};
}

/** Where a member's sizes are written down: columns of the file and of what is in use of it. */
type Sizes = {
	readonly table: TieredTable;
	readonly file: number;
	readonly inUse: number;
	readonly intervalMs: number;
};

/** Out of each Status, or out of the metrics where Status is denied. */
function sizesOf({ options }: History, { history: row, state }: RowAt): Sizes | null {
	if (row === null) return null;
	if (state.kind !== 'status-denied')
		return {
			table: row.numbers,
			file: statusColumns.dbSizeBytes,
			inUse: statusColumns.dbInUseBytes,
			intervalMs: options.statusIntervalMs,
		};
	const file = row.metrics.column('etcd_mvcc_db_total_size_in_bytes');
	const inUse = row.metrics.column('etcd_mvcc_db_total_size_in_use_in_bytes');
	if (file === null || inUse === null) return null;
	return { table: row.metrics.table, file, inUse, intervalMs: options.metricsIntervalMs };
}

/** The window starts anew when the file shrinks: only a defragmentation or a restore does that. */
function firstRow(tier: Tier, fileColumn: number, last: number, fromMs: number): number {
	let first = last;
	while (first > 0 && tier.timeAt(first - 1) >= fromMs) {
		const before = tier.numberAt(fileColumn, first - 1);
		if (tier.numberAt(fileColumn, first) < before * 0.99) break;
		first--;
	}
	return first;
}

function slopePerHour(tier: Tier, column: number, first: number, last: number): number {
	const origin = tier.timeAt(first);
	const count = last - first + 1;
	let sumX = 0;
	let sumY = 0;
	for (let row = first; row <= last; row++) {
		sumX += tier.timeAt(row) - origin;
		sumY += tier.numberAt(column, row);
	}
	let covariance = 0;
	let variance = 0;
	for (let row = first; row <= last; row++) {
		const x = tier.timeAt(row) - origin - sumX / count;
		covariance += x * (tier.numberAt(column, row) - sumY / count);
		variance += x * x;
	}
	return variance > 0 ? (covariance / variance) * hourMs : 0;
}

type Trend = { readonly bytes: number; readonly perHour: number };

/** Growing data first takes the free pages, so it has all up to the quota; the file has only what is above it. */
function secondsToQuota(quota: number | null, inUse: Trend, file: Trend): number | null {
	if (quota === null) return null;
	if (file.bytes >= quota) return 0;
	const hours = [inUse, file]
		.filter(({ perHour }) => perHour > 0)
		.map(({ bytes, perHour }) => (quota - bytes) / perHour);
	return hours.length === 0 ? null : Math.max(0, Math.min(...hours) * 3600);
}
