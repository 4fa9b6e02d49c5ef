import { windowBefore } from './histogram.ts';
import { type History, wallTimeAt } from './history.ts';
import type { LeaderFact } from './leader-history.ts';
import type { MemberId } from './member.ts';
import { ownRowsAt, type RowAt } from './rows.ts';

/** One stretch of time under one leader, or under none. */
export type LeaderEntry = {
	readonly term: bigint;
	readonly leaderId: MemberId | null;
	/** The leader's name, else its id; empty where there was no leader. Not escaped. */
	readonly name: string;
	readonly fromMs: number;
	/** `fromMs` on the wall clock. */
	readonly fromTimeMs: number;
	/** Null while it lasts. */
	readonly toMs: number | null;
	/** It began before history did, so it is at least this old. */
	readonly sinceIsAtLeast: boolean;
	/** Terms between the entry before and this one that no reading saw: elections, each with a leader or without. */
	readonly skippedTerms: number;
};

export type LeaderTimeline = {
	/** Newest first. */
	readonly entries: readonly LeaderEntry[];
	/** Changes in the last hour, `unseenChanges` among them. */
	readonly changesLastHour: number;
	/** Those of the last hour that fell between two readings: the servers counted them, no reading saw them. */
	readonly unseenChanges: number;
	/** How much of the last hour history has seen. */
	readonly observedSeconds: number;
	/**
	 * The most that any member has counted since it started, without the leader that it found then; changes before the
	 * first reading are in it. Null without metrics.
	 */
	readonly changesSeenByServers: number | null;
};

const hourMs = 60 * 60_000;
const metric = 'etcd_server_leader_changes_seen_total';

/** Who led when, as known at a moment; at most `limit` entries. */
export function leaderTimeline(history: History, atMs: number, limit = 100): LeaderTimeline {
	const { leaders } = history;
	const rows = ownRowsAt(history, atMs);
	const names = new Map(history.membership.at(atMs)?.members.map(({ id, name }) => [id, name]));
	const count = leaders.countAt(atMs);
	const entries: LeaderEntry[] = [];
	for (let index = count - 1; index >= 0 && entries.length < limit; index--) {
		const { atMs: fromMs, value } = leaders.entry(index)!;
		const before = leaders.entry(index - 1)?.value;
		const skipped = before === undefined ? 0n : value.term - before.term - 1n;
		entries.push({
			term: value.term,
			leaderId: value.leaderId,
			name: value.leaderId === null ? '' : names.get(value.leaderId) || value.leaderId,
			fromMs,
			fromTimeMs: wallTimeAt(history, fromMs),
			toMs: index === count - 1 ? null : leaders.entry(index + 1)!.atMs,
			sinceIsAtLeast: index === 0,
			skippedTerms: skipped > 0n ? Number(skipped) : 0,
		});
	}
	const seen = changesBetween(history, atMs - hourMs, atMs);
	const unseenChanges = Math.max(0, countedByServers(history, rows, atMs, hourMs) - seen);
	return {
		entries,
		changesLastHour: seen + unseenChanges,
		unseenChanges,
		observedSeconds: Math.min(hourMs, Math.max(0, atMs - (leaders.entry(0)?.atMs ?? atMs))) / 1000,
		changesSeenByServers: mostCounted(rows, atMs),
	};
}

/** Leader changes in the window before a moment: those that readings saw, or more where the servers counted more. */
export function leaderChanges(history: History, atMs: number, windowMs: number): number {
	const seen = changesBetween(history, atMs - windowMs, atMs);
	return Math.max(seen, countedByServers(history, ownRowsAt(history, atMs), atMs, windowMs));
}

/**
 * A leader after another one, or the same in a new term; losing the leader alone is not a change. A term has one leader:
 * a second one in it is told by a member whose Status has not come to the new term yet, which the next entry sets right.
 */
function changesBetween({ leaders }: History, fromMs: number, toMs: number): number {
	let changes = 0;
	let previous: LeaderFact | null = null;
	let isTermOld = false;
	const count = leaders.countAt(toMs);
	for (let index = 0; index < count; index++) {
		const { atMs, value } = leaders.entry(index)!;
		if (value.leaderId === null) continue;
		const isOther = previous !== null && value.leaderId !== previous.leaderId;
		const isChange = isOther || (previous !== null && value.term !== previous.term && !isTermOld);
		if (isChange && atMs > fromMs) changes++;
		isTermOld = isOther && value.term === previous?.term;
		previous = value;
	}
	return changes;
}

/**
 * The most changes that one member counted in the window: what one missed, another saw. A member that was cut off for a
 * moment counts the old leader when it finds it again; a new leader always comes with a new term, so there were no more
 * changes than terms.
 */
function countedByServers(history: History, rows: readonly RowAt[], atMs: number, windowMs: number): number {
	const counted = rows.reduce((most, row) => Math.max(most, countedBy(history, row, atMs, windowMs)), 0);
	return Math.min(counted, newTerms(history, atMs, windowMs));
}

/** Infinity where no Status told a term: then the counters alone speak. */
function newTerms({ leaders }: History, atMs: number, windowMs: number): number {
	const before = leaders.at(atMs - windowMs) ?? leaders.entry(0)?.value;
	const now = leaders.at(atMs);
	return before === undefined || now === null ? Number.POSITIVE_INFINITY : Number(now.term - before.term);
}

/** A member that starts counts the leader that it finds as its first change; it is none. */
const changesOf = (counter: number) => Math.max(0, counter - 1);

function countedBy(history: History, { history: row }: RowAt, atMs: number, windowMs: number): number {
	const column = row?.metrics.column(metric) ?? null;
	const window = row === null ? null : windowBefore(row.metrics, history.options.metricsIntervalMs, atMs, windowMs);
	if (column === null || window === null) return 0;
	let sum = 0;
	let before = Number.NaN;
	for (let index = window.first; index <= window.last; index++) {
		const value = window.tier.numberAt(column, index);
		if (Number.isNaN(value)) continue;
		const changes = changesOf(value);
		if (!Number.isNaN(before)) sum += changes >= before ? changes - before : changes;
		before = changes;
	}
	return sum;
}

function mostCounted(rows: readonly RowAt[], atMs: number): number | null {
	const counts = rows.flatMap(({ history: row }) => {
		const column = row?.metrics.column(metric) ?? null;
		const place = row?.metrics.table.placeAt(atMs) ?? null;
		const value = column === null || place === null ? Number.NaN : place.tier.numberAt(column, place.row);
		return Number.isNaN(value) ? [] : [changesOf(value)];
	});
	return counts.length === 0 ? null : Math.max(...counts);
}
