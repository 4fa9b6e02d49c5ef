import type { History } from '../cluster/history.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { snapshotAt } from '../cluster/snapshot-at.ts';
import type { AlertLog, AlertRun } from './alerts/alert.ts';
import { alertFindings } from './alerts/findings.ts';
import { isOver, isToldAlready, lagsByMs } from './alerts/told-already.ts';
import { bySeverity, diagnose } from './diagnose.ts';
import type { Finding } from './finding.ts';
import { FindingLog, type KnownFinding } from './finding-log.ts';
import { type Health, healthOf } from './health.ts';

/** The cluster judged at one moment. */
export type Judgement = {
	readonly atMs: number;
	readonly snapshot: Snapshot;
	/** The most severe first; at the end those that came and went. */
	readonly findings: readonly KnownFinding[];
	readonly health: Health;
	/** Alerts of the etcd-mixin that are pending or firing. */
	readonly alerts: readonly AlertRun[];
};

/** Judges a history as it grows. */
export type Judge = {
	/** Judges what is known at `atMs`, which never falls, once a second at most; tells the findings that are new. */
	advance(history: History, atMs: number): readonly Finding[];
	/** The judgement that `advance` came to last; null before the first. */
	readonly latest: Judgement | null;
	/** The judgement of a moment: now, or any past one that history still holds. */
	at(history: History, atMs: number): Judgement;
};

/** Readings come once a second: between them there is nothing new to judge. */
const judgeEveryMs = 900;

/** `alerts` null: those of the etcd-mixin are not evaluated. */
export function createJudge(alerts: AlertLog | null): Judge {
	const log = new FindingLog();
	type Told = { readonly atMs: number; readonly version: number; readonly judgement: Judgement };
	let latest: Told | null = null;
	/** What was asked for last: one frame and its keys ask for the same moment many times. */
	let asked: Told | null = null;

	const judgementOf = (
		history: History,
		atMs: number,
		isNow: boolean,
	): Judgement & { readonly fresh: readonly Finding[] } => {
		const snapshot = snapshotAt(history, atMs);
		const running = alerts?.at(atMs) ?? [];
		// Our own rules stand before the mixin's alerts of the same severity, or for them: they say more, and sooner.
		const ours = diagnose(history, atMs, snapshot);
		const told = (finding: Finding) => [...ours, ...log.heldBetween(atMs - lagsByMs(finding), atMs)];
		const theirs = alertFindings(running, snapshot).filter(
			finding => !isToldAlready(finding, told(finding)) && !isOver(finding, snapshot),
		);
		const findings = [...ours, ...theirs].sort(bySeverity);
		const fresh = isNow ? log.note(findings, atMs) : [];
		const health = healthOf(snapshot, findings);
		return { atMs, snapshot, findings: log.known(findings, atMs), health, alerts: running, fresh };
	};

	return {
		advance(history, atMs) {
			if (latest !== null && (atMs - latest.atMs < judgeEveryMs || history.version === latest.version)) return [];
			alerts?.advance(history, atMs);
			const { fresh, ...judgement } = judgementOf(history, atMs, true);
			latest = { atMs, version: history.version, judgement };
			asked = null;
			return fresh;
		},
		get latest() {
			return latest?.judgement ?? null;
		},
		at(history, atMs) {
			for (const told of [latest, asked])
				if (told?.atMs === atMs && told.version === history.version) return told.judgement;
			const { fresh: _, ...judgement } = judgementOf(history, atMs, false);
			asked = { atMs, version: history.version, judgement };
			return judgement;
		},
	};
}
