import type { History } from '../../cluster/history.ts';
import type { MemberHistory } from '../../cluster/member-history.ts';
import type { TieredTable } from '../../cluster/tiered-table.ts';

/** As Prometheus' `up`: 1 the last scrape answered, 0 it failed; null: none for five minutes. */
export type Up = 0 | 1 | null;

/** How long a sample stands for its series where nothing newer came. */
export const lookbackMs = 5 * 60_000;
/** Long enough for the call that is under way to end by its deadline. */
const leastTrustMs = 10_000;
const trustTurns = 2.5;
/** A Status that timed out was asked this long before: a scrape that answered since then answered while it hung. */
const longestStatusMs = 5000;

function lastMs(table: TieredTable, atMs: number): number | null {
	const place = table.placeAt(atMs);
	const foundMs = place === null ? null : place.tier.timeAt(place.row);
	return foundMs === null || atMs - foundMs > lookbackMs ? null : foundMs;
}

/**
 * Prometheus has one target for each member, we ask in two ways: by Status and for its metrics. A member is up where its
 * latest reading answered. Where Status fails, metrics that answered since it began to fail speak for the member, while
 * they are not older than a few turns: it defragments, or denies us its Status. A page that cannot be read says nothing
 * about a member that answers.
 */
export function upAt(history: History, row: MemberHistory, atMs: number): Up {
	const askedMs = lastMs(row.attempts, atMs);
	const scrapedMs = lastMs(row.metrics.table, atMs);
	const isScrapeFailing = row.scrapes.at(atMs)?.kind === 'failed';
	if (askedMs === null) {
		if (isScrapeFailing) return row.attempts.placeAt(atMs) === null ? 0 : null;
		return scrapedMs === null ? null : 1;
	}
	const state = row.states.at(atMs);
	if (state?.kind !== 'unreachable') return 1;
	if (isScrapeFailing || scrapedMs === null) return 0;
	// A recording has both in one line: there the scrape before the failure is not from the time of the hanging call.
	const isOneLine = lastMs(row.attempts, scrapedMs) === scrapedMs;
	const sinceMs = state.sinceMs - (state.failure.kind === 'timeout' && !isOneLine ? longestStatusMs : 0);
	const trustMs = Math.max(leastTrustMs, trustTurns * history.options.metricsIntervalMs);
	return scrapedMs >= sinceMs && askedMs - scrapedMs <= trustMs ? 1 : 0;
}

/** Whether the last scrape failed, which ends all series of the member at once. */
export const isStaleAt = (history: History, row: MemberHistory, atMs: number): boolean =>
	row.scrapes.at(atMs)?.kind === 'failed' || upAt(history, row, atMs) === 0;

/** The value of a series at a moment; null where it is absent. */
export function instantOf(row: MemberHistory, name: string, atMs: number): number | null {
	const column = row.metrics.column(name);
	const place = row.metrics.table.placeAt(atMs);
	if (column === null || place === null || atMs - place.tier.timeAt(place.row) > lookbackMs) return null;
	const value = place.tier.numberAt(column, place.row);
	return Number.isNaN(value) ? null : value;
}
