import { cutFailure, cutId, cutMembership, cutName, type Membership, mostMembers } from './bounds.ts';
import { ChangeLog } from './change-log.ts';
import type { Examination, Topic } from './examination.ts';
import type { Failure } from './failure.ts';
import { currentLeadership, type LeaderFact } from './leader-history.ts';
import type { MemberKey } from './member.ts';
import { createMemberHistory, type MemberHistory, recordMetrics, recordStatus } from './member-history.ts';
import type { AlarmsReading, ExaminationReading, MembersReading, Reading } from './reading.ts';
import { createWatchHistory, recordKeys, recordWatchState, type WatchHistory } from './watch-history.ts';

export type HistoryOptions = {
	/** `--quota` in bytes, for servers that do not tell theirs. */
	readonly quotaFlagBytes: number | null;
	/** How often each member's Status is read; 1 s unless said. Sizes the full-resolution tier and judges what is late. */
	readonly statusIntervalMs?: number;
	/** The same for metrics; 2 s unless said. */
	readonly metricsIntervalMs?: number;
};

/**
 * All that was read, bounded in memory whatever arrives and however long it runs: see `shapes.ts` and `bounds.ts`.
 * Written by `record` alone; other rooms look at it through the selectors of this room and `version`.
 */
export type History = {
	/** Rises with every reading that was taken in. */
	version: number;
	/** The latest moment of any reading; null before the first. */
	latestMs: number | null;
	readonly options: Required<HistoryOptions>;
	/** Wall clock minus monotonic clock, in milliseconds, whenever it changed. */
	readonly wallOffset: ChangeLog<number>;
	readonly membership: ChangeLog<Membership>;
	readonly listFailure: ChangeLog<Failure | null>;
	readonly rows: Map<MemberKey, MemberHistory>;
	/** When a row was last seen to be gone from the list. */
	readonly goneAtMs: Map<MemberKey, number>;
	readonly leaders: ChangeLog<LeaderFact>;
	readonly alarms: ChangeLog<AlarmsReading['alarms']>;
	readonly watch: WatchHistory;
	/** What was found of each topic, whenever that changed. */
	readonly examinations: Map<Topic, ChangeLog<Examination>>;
	/** When each topic was looked into, the last times. */
	readonly looks: Map<Topic, ChangeLog<number>>;
};

/** A row that left the list is kept this long, for the cursor that looks back. */
const keepGoneMs = 24 * 60 * 60_000;
/** Smaller differences of the clocks are the jitter of reading them one after the other. */
const wallJitterMs = 250;
const mostAlarms = 64;
const mostExaminations = 64;
const mostLooks = 256;

export const createHistory = (options: HistoryOptions): History => ({
	version: 0,
	latestMs: null,
	options: { statusIntervalMs: 1000, metricsIntervalMs: 2000, ...options },
	wallOffset: new ChangeLog(512),
	membership: new ChangeLog(256),
	listFailure: new ChangeLog(512),
	rows: new Map(),
	goneAtMs: new Map(),
	leaders: new ChangeLog(1024),
	alarms: new ChangeLog(512),
	watch: createWatchHistory(),
	examinations: new Map(),
	looks: new Map(),
});

/** Takes one reading in. Never throws; readings without a usable time are left out. */
export function record(history: History, reading: Reading): void {
	const { atMs } = reading;
	if (!Number.isFinite(atMs)) return;
	history.version++;
	history.latestMs = Math.max(history.latestMs ?? atMs, atMs);
	recordWallClock(history, atMs, reading.timeMs);
	switch (reading.kind) {
		case 'members':
			recordMembers(history, reading);
			break;
		case 'status':
			if (withRow(history, reading.key, row => recordStatus(row, reading))) recordLeadership(history, atMs);
			break;
		case 'metrics':
			withRow(history, reading.key, row => recordMetrics(row, reading));
			break;
		case 'alarms':
			recordAlarms(history, reading);
			break;
		case 'keys':
			recordKeys(history.watch, reading);
			break;
		case 'watch':
			recordWatchState(history.watch, reading);
			break;
		case 'examination':
			recordExamination(history, reading);
			break;
	}
}

function recordExamination({ examinations, looks }: History, { atMs, examination }: ExaminationReading): void {
	const times = looks.get(examination.topic) ?? new ChangeLog<number>(mostLooks);
	looks.set(examination.topic, times);
	times.push(atMs, atMs);
	const log = examinations.get(examination.topic) ?? new ChangeLog<Examination>(mostExaminations);
	examinations.set(examination.topic, log);
	if (!isSame(log.last?.value, examination)) log.push(atMs, examination);
}

/** What the last look into a topic had found at a moment; null before the first. */
export function examinationAt<Name extends Topic>(
	history: History,
	topic: Name,
	atMs: number,
): Extract<Examination, { readonly topic: Name }> | null {
	return (history.examinations.get(topic)?.at(atMs) ?? null) as Extract<Examination, { readonly topic: Name }> | null;
}

/** When a topic was last looked into, as far as is known at a moment; null where it was not. */
export const examinedAtMs = (history: History, topic: Topic, atMs: number): number | null =>
	history.looks.get(topic)?.at(atMs) ?? null;

function recordAlarms(history: History, { atMs, alarms }: AlarmsReading): void {
	const kept = alarms.slice(0, mostAlarms).map(({ memberId, type }) => ({ memberId: cutId(memberId), type }));
	history.alarms.push(atMs, kept);
}

function recordWallClock(history: History, atMs: number, timeMs: number): void {
	if (!Number.isFinite(timeMs)) return;
	const offset = timeMs - atMs;
	const last = history.wallOffset.last;
	if (last === undefined || Math.abs(offset - last.value) > wallJitterMs) history.wallOffset.push(atMs, offset);
}

/** The wall clock at a moment, milliseconds since 1970; of the nearest moment known. */
export function wallTimeAt(history: History, atMs: number): number {
	return atMs + (history.wallOffset.at(atMs) ?? history.wallOffset.entry(0)?.value ?? 0);
}

/** The moment of the first reading; null before it. There is nothing to see earlier. */
export const earliestMs = (history: History): number | null => history.wallOffset.entry(0)?.atMs ?? null;

function recordMembers(history: History, reading: MembersReading): void {
	const membership = cutMembership(reading);
	const failure = reading.failure === null ? null : cutFailure(reading.failure);
	const { atMs } = reading;
	if (!isSame(history.membership.last?.value, membership)) history.membership.push(atMs, membership);
	if (!isSame(history.listFailure.last?.value ?? null, failure)) history.listFailure.push(atMs, failure);
	const listed = new Set(membership.targets.map(({ key }) => key));
	for (const target of membership.targets) adoptRow(history, target, listed);
	for (const key of history.rows.keys()) {
		if (listed.has(key)) history.goneAtMs.delete(key);
		else if (!history.goneAtMs.has(key)) history.goneAtMs.set(key, atMs);
	}
	for (const [key, goneAtMs] of history.goneAtMs) if (atMs - goneAtMs > keepGoneMs) forget(history, key);
	recordLeadership(history, atMs);
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

type Target = Membership['targets'][number];

/**
 * A row that went under its endpoint keeps its past when it is named by its member's id: its metrics may have come
 * before anybody told who it is.
 */
function adoptRow(history: History, { key, endpoint }: Target, listed: ReadonlySet<MemberKey>): void {
	if (history.rows.has(key)) return;
	const found = [...history.rows].find(([old, { facts }]) => {
		const id = facts.last?.value.memberId;
		return !listed.has(old) && (id === key || (id === undefined && old === endpoint));
	});
	if (found !== undefined && makeRoom(history)) history.rows.set(key, found[1]);
}

/** Calls with the row of that key, which is made where there is room; false where there is none. */
function withRow(history: History, wholeKey: MemberKey, write: (row: MemberHistory) => void): boolean {
	const key = cutName(wholeKey);
	let row = history.rows.get(key);
	if (row === undefined) {
		if (!makeRoom(history)) return false;
		row = createMemberHistory(history.options.statusIntervalMs, history.options.metricsIntervalMs);
		history.rows.set(key, row);
	}
	write(row);
	return true;
}

/** Lets the row go that left first; false where there is no room and none that left. */
function makeRoom(history: History): boolean {
	if (history.rows.size < mostMembers) return true;
	const [first] = [...history.goneAtMs].sort((a, b) => a[1] - b[1]);
	if (first === undefined) return false;
	forget(history, first[0]);
	return true;
}

function forget(history: History, key: MemberKey): void {
	history.rows.delete(key);
	history.goneAtMs.delete(key);
}

function recordLeadership(history: History, atMs: number): void {
	const now = currentLeadership(history, atMs);
	if (now === null) return;
	const last = history.leaders.last?.value;
	if (last === undefined || last.term !== now.term || last.leaderId !== now.leaderId)
		history.leaders.push(atMs, { ...now, timeMs: wallTimeAt(history, atMs) });
}
