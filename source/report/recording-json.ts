import { formatIsoTime } from '../format/duration.ts';
import type { PastRun } from '../operations/record.ts';
import { operationsJson } from './journal.ts';
import { jsonText } from './json-text.ts';
import type { Happenings, LeaderChange } from './review.ts';

/** What a recording is, beside what happened in it. */
export type RecordingSource = {
	readonly file: string;
	/** The program that wrote it; null where it does not say. */
	readonly createdBy: string | null;
	/** As the header claims; null where it does not. */
	readonly clusterId: string | null;
	/** Lines that were passed over because nobody understands them. */
	readonly skippedLines: number;
	/** Its end is torn off. */
	readonly isTorn: boolean;
	/** It says itself that it was ended, and not cut off by a kill or a full disk. */
	readonly isEnded: boolean;
	readonly statusIntervalSeconds: number;
};

/** All that `etcdtop report` tells. */
export type RecordingReport = {
	readonly source: RecordingSource;
	readonly happenings: Happenings;
	/** Newest first. */
	readonly operations: readonly PastRun[];
};

/**
 * `report -o json`, version 1 of the contract, on one line. Beyond the contract: `file`, `cluster`, `recording`, and of a
 * finding its `reasoning`. An alert's `instance` is the member's id, `member` its name. `firingAt` is null of one that was
 * still pending at the end; `resolvedAt` and `to` are null of what lasted to the end.
 */
export function recordingJson({ source, happenings, operations }: RecordingReport): string {
	const { fromMs, toMs, snapshot, alerts, findings, leaderChanges, names } = happenings;
	const time = (atMs: number | null) => (atMs === null ? null : formatIsoTime(happenings.timeOf(atMs)));
	const { file, createdBy, skippedLines, isTorn, isEnded, statusIntervalSeconds } = source;
	return jsonText({
		version: 1,
		from: time(fromMs),
		to: time(toMs),
		leaderChanges: leaderChanges.map(change => leaderChangeJson(change, time)),
		alerts: alerts.map(({ rule, labels, pendingAtMs, firingAtMs, resolvedAtMs }) => ({
			name: rule.name,
			severity: rule.severity,
			labels: withMember(labels, names),
			pendingAt: time(pendingAtMs),
			firingAt: time(firingAtMs),
			resolvedAt: time(resolvedAtMs),
		})),
		operations: operationsJson(operations),
		findings: findings.map(({ finding, fromMs: cameMs, toMs: goneMs, count }) => ({
			rule: finding.rule,
			severity: finding.severity,
			member: finding.member,
			title: finding.title,
			evidence: finding.evidence,
			advice: finding.advice,
			reasoning: finding.reasoning,
			from: time(cameMs),
			to: time(goneMs),
			count,
		})),
		file,
		cluster: snapshot?.clusterId ?? source.clusterId,
		recording: { createdBy, statusIntervalSeconds, skippedLines, torn: isTorn, ended: isEnded },
	});
}

function withMember(labels: Readonly<Record<string, string>>, names: Happenings['names']) {
	const name = names.get(labels.instance ?? '');
	return name === undefined ? labels : { ...labels, member: name };
}

const leaderJson = ({ leaderId, name }: LeaderChange['to']) => ({ id: leaderId, name });

const leaderChangeJson = ({ to, from, lostAtMs }: LeaderChange, time: (atMs: number | null) => string | null) => ({
	time: time(to.fromMs),
	term: String(to.term),
	from: leaderJson(from),
	to: leaderJson(to),
	lostAt: time(lostAtMs),
	skippedTerms: to.skippedTerms,
});
