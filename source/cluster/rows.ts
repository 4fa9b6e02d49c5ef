import type { StatusFacts } from './bounds.ts';
import { isForbidden } from './failure.ts';
import type { History } from './history.ts';
import { lateAfterMs } from './late.ts';
import type { MemberKey } from './member.ts';
import type { MemberHistory } from './member-history.ts';
import { type MetricsAnswer, metricsAnswerAt } from './metrics-answer.ts';
import { statusColumns } from './shapes.ts';
import type { MemberState } from './snapshot.ts';
import type { Place } from './tiered-table.ts';

/** The last answered Status at some moment. */
export type Answer = {
	readonly atMs: number;
	readonly place: Place;
	readonly facts: StatusFacts;
	readonly raftTerm: bigint;
};

/** One row at one moment. */
export type RowAt = {
	readonly key: MemberKey;
	readonly endpoint: string;
	/** Null where nothing was read yet. */
	readonly history: MemberHistory | null;
	readonly answer: Answer | null;
	readonly state: MemberState;
	/** Whether the answer still speaks for the member: it was the last outcome, and is not late. */
	readonly isFresh: boolean;
	/** What speaks for the member where its Status is denied; null in every other state. */
	readonly metrics: MetricsAnswer | null;
};

/** The rows that were read at a moment, in the order of the member list; those that sent anything before there is one. */
export function rowsAt(history: History, atMs: number): readonly RowAt[] {
	const targets = history.membership.at(atMs)?.targets ?? [];
	if (targets.length > 0) return targets.map(({ key, endpoint }) => rowAt(history, key, endpoint, atMs));
	const seen = new Map<MemberHistory, MemberKey>();
	// A row that was renamed later is in there twice; its first name is the one of that moment.
	for (const [key, row] of history.rows) if (hasSpoken(row, atMs) && !seen.has(row)) seen.set(row, key);
	return [...seen.values()].map(key => rowAt(history, key, key, atMs));
}

/** A recording may hold metrics alone. */
const hasSpoken = ({ attempts, metrics }: MemberHistory, atMs: number): boolean =>
	(attempts.placeAt(atMs) ?? metrics.table.placeAt(atMs)) !== null;

export function rowAt(history: History, key: MemberKey, endpoint: string, atMs: number): RowAt {
	const row = history.rows.get(key) ?? null;
	const answer = row === null ? null : answerAt(row, atMs);
	const asked = stateAt(history, row, atMs);
	const metrics =
		row === null || !isDenied(asked) ? null : metricsAnswerAt(row, history.options.metricsIntervalMs, atMs);
	const state = metrics === null || !isDenied(asked) ? asked : deniedState(asked, metrics);
	const isFresh = answer !== null && (state.kind === 'serving' || state.kind === 'no-leader');
	return { key, endpoint, history: row, answer, state, isFresh, metrics };
}

type Unreachable = Extract<MemberState, { kind: 'unreachable' }>;

const isDenied = (state: MemberState): state is Unreachable =>
	state.kind === 'unreachable' && isForbidden(state.failure.kind);

/** Refused to us, but there: its metrics say how it does. */
const deniedState = ({ sinceMs, failure }: Unreachable, { hasLeader }: MetricsAnswer): MemberState => ({
	kind: 'status-denied',
	sinceMs,
	failure,
	hasLeader,
});

function answerAt(row: MemberHistory, atMs: number): Answer | null {
	const place = row.numbers.placeAt(atMs);
	const facts = row.facts.at(atMs);
	if (place === null || facts === null) return null;
	const raftTerm = place.tier.bigintAt(statusColumns.raftTerm, place.row);
	return { atMs: place.tier.timeAt(place.row), place, facts, raftTerm };
}

/** A row whose reader fell silent is waiting again: what it said last is no longer the member's state. */
function stateAt(history: History, row: MemberHistory | null, atMs: number): MemberState {
	const state = row?.states.at(atMs) ?? null;
	const attempt = row?.attempts.placeAt(atMs) ?? null;
	const attemptMs = attempt?.tier.timeAt(attempt.row) ?? null;
	if (state === null) return { kind: 'waiting', sinceMs: attemptMs ?? history.membership.entry(0)?.atMs ?? atMs };
	if (attempt === null || attemptMs === null || (state.kind !== 'serving' && state.kind !== 'no-leader')) return state;
	const isLate = atMs - attemptMs > lateAfterMs(history.options.statusIntervalMs, attempt.tier);
	return isLate ? { kind: 'waiting', sinceMs: attemptMs } : state;
}

/** The cluster that the rows belong to: as the member list says, else as most answers do. */
export function clusterIdAt(history: History, rows: readonly RowAt[], atMs: number): string | null {
	const listed = history.membership.at(atMs)?.clusterId ?? null;
	if (listed !== null) return listed;
	const votes = new Map<string, number>();
	for (const { answer } of rows)
		if (answer !== null) votes.set(answer.facts.clusterId, (votes.get(answer.facts.clusterId) ?? 0) + 1);
	return [...votes].reduce<[string | null, number]>((best, vote) => (vote[1] > best[1] ? vote : best), [null, 0])[0];
}

/** Rows that belong to the cluster as far as anyone knows. */
export const ownRows = (rows: readonly RowAt[], clusterId: string | null): readonly RowAt[] =>
	rows.filter(({ answer }) => answer === null || clusterId === null || answer.facts.clusterId === clusterId);

/** The rows of the cluster at a moment, without those of another one. */
export function ownRowsAt(history: History, atMs: number): readonly RowAt[] {
	const rows = rowsAt(history, atMs);
	return ownRows(rows, clusterIdAt(history, rows, atMs));
}
