import { createHistory, type History, type HistoryOptions, record, wallTimeAt } from '../cluster/history.ts';
import { type LeaderEntry, leaderTimeline } from '../cluster/leaders.ts';
import type { MemberKey } from '../cluster/member.ts';
import type { Reading } from '../cluster/reading.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import type { AlertRun } from '../diagnosis/alerts/alert.ts';
import { createAlertLog } from '../diagnosis/alerts/alert-log.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { type Occurrence, Occurrences } from './occurrences.ts';

/** What happened in a stretch of readings. Times are on history's clock; `timeOf` gives the wall clock's. */
export type Happenings = {
	/** The first and the last reading; null where there is none. */
	readonly fromMs: number | null;
	readonly toMs: number | null;
	/** Milliseconds since 1970. */
	readonly timeOf: (atMs: number) => number;
	/** The cluster at the end; null without readings. */
	readonly snapshot: Snapshot | null;
	/** Oldest first. */
	readonly leaderChanges: readonly LeaderChange[];
	/** Those that fired, oldest first, and those that were pending at the end. */
	readonly alerts: readonly AlertRun[];
	/** The gravest first. */
	readonly findings: readonly Occurrence[];
	/** Names of all members that were ever listed. */
	readonly names: ReadonlyMap<MemberKey, string>;
};

/** A leader after another one, or the same in a new term. */
export type LeaderChange = {
	readonly to: LeaderEntry;
	readonly from: LeaderEntry;
	/** When it was seen that nobody led, before `to` did; null where one followed the other without such a moment. */
	readonly lostAtMs: number | null;
};

/**
 * Where nothing changes, judging less often than once a second finds the same: a day of readings is judged within
 * seconds. A change is judged with the round of readings that shows it.
 */
const judgeEveryMs = 5000;
/** Times without a reading that are longer than this, and than five intervals, were watched by nobody. */
const leastGapMs = 10_000;
const mostNames = 256;

/** Plays readings as they came and judges them in their own time. */
export class Review {
	readonly #history: History;
	readonly #alerts = createAlertLog();
	readonly #occurrences = new Occurrences();
	readonly #names = new Map<MemberKey, string>();
	readonly #intervalMs: number;
	#fromMs: number | null = null;
	#latestMs: number | null = null;
	#latestStatusMs = Number.NEGATIVE_INFINITY;
	#judgedMs = Number.NEGATIVE_INFINITY;

	constructor(options: HistoryOptions) {
		this.#history = createHistory(options);
		this.#intervalMs = this.#history.options.statusIntervalMs;
	}

	/** Takes the next reading; they come in the order of their time. */
	take(reading: Reading): void {
		const latestMs = this.#latestMs;
		if (latestMs !== null && reading.atMs > latestMs) this.#settle(latestMs, reading);
		record(this.#history, reading);
		this.#fromMs ??= reading.atMs;
		this.#latestMs = Math.max(latestMs ?? reading.atMs, reading.atMs);
		if (reading.kind === 'status') this.#latestStatusMs = reading.atMs;
		if (reading.kind === 'members') this.#noteNames(reading.members);
	}

	/** Everything up to the last reading is judged; no more are taken. */
	finish(): Happenings {
		const toMs = this.#latestMs;
		if (toMs !== null) {
			this.#alerts.advance(this.#history, toMs);
			this.#judge(toMs);
		}
		return {
			fromMs: this.#fromMs,
			toMs,
			timeOf: atMs => wallTimeAt(this.#history, atMs),
			snapshot: toMs === null ? null : snapshotAt(this.#history, toMs),
			leaderChanges: toMs === null ? [] : leaderChangesOf(this.#history, toMs),
			alerts: [
				...this.#alerts.fired(),
				...(toMs === null ? [] : this.#alerts.at(toMs).filter(({ firingAtMs }) => firingAtMs === null)),
			],
			findings: this.#occurrences.list(),
			names: this.#names,
		};
	}

	/** All readings up to `latestMs` are taken in, and the next one is younger. */
	#settle(latestMs: number, next: Reading): void {
		this.#alerts.advance(this.#history, latestMs);
		const isGap = next.atMs - latestMs > Math.max(leastGapMs, 5 * this.#intervalMs);
		if (isGap || this.#isDue(latestMs, next)) this.#judge(latestMs);
		if (isGap) this.#occurrences.interrupt(latestMs);
	}

	/** Only whole rounds are judged: in the middle of one, members seem to disagree. */
	#isDue(latestMs: number, next: Reading): boolean {
		const sinceMs = latestMs - this.#judgedMs;
		const isBetweenRounds = next.kind === 'status' && next.atMs - this.#latestStatusMs >= this.#intervalMs / 5;
		if (!isBetweenRounds) return sinceMs >= 2 * judgeEveryMs;
		return sinceMs >= judgeEveryMs || latestChangeMs(this.#history) > this.#judgedMs;
	}

	#judge(atMs: number): void {
		this.#judgedMs = atMs;
		this.#occurrences.note(diagnose(this.#history, atMs), atMs);
	}

	#noteNames(members: readonly { readonly id: string; readonly name: string }[]): void {
		for (const { id, name } of members)
			if (name !== '' && (this.#names.has(id) || this.#names.size < mostNames)) this.#names.set(id, name);
	}
}

/** The newest change of anything that does not change with every reading. */
function latestChangeMs({ leaders, membership, listFailure, alarms, rows, examinations }: History): number {
	let latestMs = Number.NEGATIVE_INFINITY;
	const note = (log: { readonly last: { readonly atMs: number } | undefined }) => {
		if (log.last !== undefined && log.last.atMs > latestMs) latestMs = log.last.atMs;
	};
	for (const log of [leaders, membership, listFailure, alarms]) note(log);
	for (const { states, facts, scrapes } of rows.values()) for (const log of [states, facts, scrapes]) note(log);
	for (const log of examinations.values()) note(log);
	return latestMs;
}

function leaderChangesOf(history: History, toMs: number): readonly LeaderChange[] {
	const entries = leaderTimeline(history, toMs, Number.POSITIVE_INFINITY).entries.toReversed();
	const changes: LeaderChange[] = [];
	let from: LeaderEntry | null = null;
	let lostAtMs: number | null = null;
	for (const to of entries) {
		if (to.leaderId === null) {
			lostAtMs ??= to.fromMs;
			continue;
		}
		if (from !== null && (to.leaderId !== from.leaderId || to.term !== from.term)) changes.push({ to, from, lostAtMs });
		from = to;
		lostAtMs = null;
	}
	return changes;
}
