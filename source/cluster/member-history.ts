import { cutBigint, cutFacts, cutFailure, cutName, type StatusFacts } from './bounds.ts';
import { ChangeLog } from './change-log.ts';
import type { Failure } from './failure.ts';
import { MetricTable, requestChoice } from './metric-table.ts';
import type { MetricsReading, StatusReading } from './reading.ts';
import { requestShape, requestsIn } from './requests.ts';
import { clockShape, shapesFor, statusKinds } from './shapes.ts';
import type { MemberState } from './snapshot.ts';
import { TieredTable } from './tiered-table.ts';

/** How the scrapes of one member go; `sinceMs` is the first failure of the run. */
export type ScrapeState =
	| { readonly kind: 'answered'; readonly url: string }
	| { readonly kind: 'failed'; readonly failure: Failure; readonly sinceMs: number };

/** Everything that is kept of one row. */
export type MemberHistory = {
	/** Numbers of each answered Status, by `statusColumns`. */
	readonly numbers: TieredTable;
	/** The times of all Status readings, answered or not. */
	readonly attempts: TieredTable;
	readonly metrics: MetricTable;
	/** Requests by method and code, from the scrapes that asked for them. */
	readonly requests: MetricTable;
	/** The member's clock minus ours in milliseconds, the most of each minute; see `clock-offset.ts`. */
	readonly clock: TieredTable;
	readonly facts: ChangeLog<StatusFacts>;
	readonly states: ChangeLog<MemberState>;
	readonly scrapes: ChangeLog<ScrapeState>;
	/** The run of failures that is going on. */
	failing: { readonly sinceMs: number; readonly failure: Failure } | null;
	/** The defragmentation that the metrics tell of: first and last scrape that said so. */
	defragmenting: { readonly sinceMs: number; readonly lastMs: number } | null;
};

const mostChanges = 2048;
/** A member that is down under two endpoints fails in turns with two faults; only one change in this time is kept. */
const failureChangeMs = 15_000;
/** Without a scrape for this long nobody knows whether it still defragments. */
const defragmentingKnownMs = 15_000;

export const createMemberHistory = (statusIntervalMs: number, metricsIntervalMs: number): MemberHistory => ({
	numbers: new TieredTable(shapesFor(statusIntervalMs), statusKinds),
	attempts: new TieredTable(shapesFor(statusIntervalMs)),
	metrics: new MetricTable(shapesFor(metricsIntervalMs)),
	requests: new MetricTable([requestShape], requestChoice),
	clock: new TieredTable([clockShape], ['max']),
	facts: new ChangeLog(mostChanges),
	states: new ChangeLog(mostChanges),
	scrapes: new ChangeLog(mostChanges),
	failing: null,
	defragmenting: null,
});

export function recordStatus(row: MemberHistory, { atMs, outcome }: StatusReading): void {
	row.attempts.write(atMs, []);
	if (outcome.kind === 'failed') {
		row.failing = { sinceMs: row.failing?.sinceMs ?? atMs, failure: cutFailure(outcome.failure) };
		recordFailing(row, atMs);
		return;
	}
	const { status, latencySeconds } = outcome;
	row.failing = null;
	row.numbers.write(
		atMs,
		[latencySeconds, status.dbSizeBytes, status.dbInUseBytes],
		[0n, 0n, 0n, status.revision, status.raftTerm, status.raftIndex, status.raftAppliedIndex].map(cutBigint),
	);
	const facts = cutFacts(status);
	if (!sameFacts(row.facts.last?.value, facts)) row.facts.push(atMs, facts);
	const kind = facts.leaderId === null || facts.errors.some(text => /no leader/i.test(text)) ? 'no-leader' : 'serving';
	if (row.states.last?.value.kind !== kind) row.states.push(atMs, { kind, sinceMs: atMs });
}

export function recordMetrics(row: MemberHistory, { atMs, timeMs, outcome }: MetricsReading): void {
	const last = row.scrapes.last?.value;
	if (outcome.kind === 'failed') {
		const failed: ScrapeState = {
			kind: 'failed',
			failure: cutFailure(outcome.failure),
			sinceMs: last?.kind === 'failed' ? last.sinceMs : atMs,
		};
		if (last?.kind === 'failed' && isQuickChange(row.scrapes, last.failure, failed.failure, atMs))
			row.scrapes.replaceLast(failed);
		else row.scrapes.push(atMs, failed);
		return;
	}
	const url = cutName(outcome.url);
	if (last?.kind !== 'answered' || last.url !== url) row.scrapes.push(atMs, { kind: 'answered', url });
	row.metrics.write(atMs, outcome.samples);
	const requests = requestsIn(outcome.samples);
	if (requests !== null) row.requests.write(atMs, requests);
	const offsetMs = (outcome.serverTimeMs ?? Number.NaN) - timeMs;
	if (Number.isFinite(offsetMs)) row.clock.write(atMs, [offsetMs]);
	row.defragmenting =
		outcome.samples.get('etcd_disk_defrag_inflight') === 1
			? { sinceMs: row.defragmenting?.sinceMs ?? atMs, lastMs: atMs }
			: null;
	if (row.failing !== null && row.defragmenting !== null) recordFailing(row, atMs);
}

/** A defragmenting member takes the Status call and answers when it is done; only its metrics tell why. */
function recordFailing(row: MemberHistory, atMs: number): void {
	const { failing, defragmenting } = row;
	if (failing === null) return;
	const last = row.states.last?.value;
	const isDefragmenting =
		failing.failure.kind === 'timeout' && defragmenting !== null && atMs - defragmenting.lastMs <= defragmentingKnownMs;
	if (isDefragmenting) {
		const sinceMs = Math.min(failing.sinceMs, defragmenting.sinceMs);
		if (last?.kind !== 'defragmenting') row.states.push(atMs, { kind: 'defragmenting', sinceMs });
		return;
	}
	// The failures until now were the defragmentation's: this one begins a run of its own.
	const sinceMs = last?.kind === 'defragmenting' ? atMs : last?.kind === 'unreachable' ? last.sinceMs : failing.sinceMs;
	const unreachable: MemberState = { kind: 'unreachable', sinceMs, failure: failing.failure };
	if (last?.kind === 'unreachable' && isQuickChange(row.states, last.failure, failing.failure, atMs))
		row.states.replaceLast(unreachable);
	else row.states.push(atMs, unreachable);
}

/** Whether a new failure only corrects the last entry: the same kind, or another so soon that it is noise. */
const isQuickChange = (log: ChangeLog<unknown>, last: Failure, next: Failure, atMs: number): boolean =>
	last.kind === next.kind || atMs - (log.last?.atMs ?? atMs) < failureChangeMs;

function sameFacts(a: StatusFacts | undefined, b: StatusFacts): boolean {
	return (
		a !== undefined &&
		a.leaderId === b.leaderId &&
		a.clusterId === b.clusterId &&
		a.memberId === b.memberId &&
		a.version === b.version &&
		a.storageVersion === b.storageVersion &&
		a.isLearner === b.isLearner &&
		Object.is(a.dbSizeQuotaBytes, b.dbSizeQuotaBytes) &&
		a.downgradeTarget === b.downgradeTarget &&
		a.errors.length === b.errors.length &&
		a.errors.every((text, index) => text === b.errors[index])
	);
}
