import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration, formatIsoTime, formatLatency } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import { clusterNameOf } from '../operations/plan.ts';
import type { PastRun } from '../operations/record.ts';
import type { RecordingReport } from './recording-json.ts';
import type { Happenings } from './review.ts';

/*
 * # What happened: cluster cdf81819
 *
 * 2026-01-01 00:00:00 to 01:00:00 UTC (1h 00m). 2 alerts fired, 3 findings, 1 leader change, no operation.
 *
 * ## Findings
 *
 * | severity | what | since (UTC) | lasted | evidence and advice |
 */

/** Other people's text as Markdown that shows it and nothing else. */
const cell = (text: string): string => safeText(text, 1000).replaceAll(/[\\`*_{}[\]<>#|~!]/g, '\\$&');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');

const clock = (timeMs: number): string => formatIsoTime(timeMs).slice(0, 19).replace('T', ' ');

const counted = (count: number, one: string, many: string): string =>
	count === 0 ? `no ${one}` : count === 1 ? `1 ${one}` : `${count} ${many}`;

/** `report` as Markdown: for an incident's page, or for reading as it is. */
export function recordingMarkdown(report: RecordingReport): string {
	const { happenings, source } = report;
	const cluster = clusterNameOf(happenings.snapshot?.clusterId ?? source.clusterId);
	const sections = [
		['Findings', findingsTable(happenings)],
		['Alerts of the etcd-mixin', alertsTable(happenings)],
		['Leader changes', leadersTable(happenings)],
		['Operations', operationsTable(report.operations)],
		['Members at the end', membersTable(happenings)],
	] as const;
	const told = sections.flatMap(([title, text]) => (text === null ? [] : [`## ${title}`, text]));
	return `${[`# What happened: cluster ${cell(cluster)}`, summary(report), ...told, footnote(report)].join('\n\n')}\n`;
}

function summary({ happenings, operations }: RecordingReport): string {
	const { fromMs, toMs, timeOf, alerts, findings, leaderChanges } = happenings;
	if (fromMs === null || toMs === null) return 'The recording holds no reading.';
	const fired = alerts.filter(({ firingAtMs }) => firingAtMs !== null).length;
	const parts = [
		`${counted(fired, 'alert', 'alerts')} fired`,
		counted(findings.length, 'finding', 'findings'),
		counted(leaderChanges.length, 'leader change', 'leader changes'),
		counted(operations.length, 'operation', 'operations'),
	];
	const span = `${clock(timeOf(fromMs))} to ${clock(timeOf(toMs))} UTC (${formatDuration((toMs - fromMs) / 1000)})`;
	return `${span}: ${parts.join(', ')}.`;
}

function lasted({ timeOf, toMs: endMs }: Happenings, fromMs: number, toMs: number | null): readonly [string, string] {
	const lastMs = toMs ?? endMs ?? fromMs;
	return [clock(timeOf(fromMs)), `${formatDuration((lastMs - fromMs) / 1000)}${toMs === null ? ', to the end' : ''}`];
}

function findingsTable(happenings: Happenings): string | null {
	if (happenings.findings.length === 0) return null;
	return table(
		['severity', 'what', 'first seen (UTC)', 'over', 'evidence', 'what to do'],
		happenings.findings.map(({ finding, fromMs, toMs, count }) => {
			const [from, length] = lasted(happenings, fromMs, toMs);
			const times = count > 1 ? `${length}, ${count} times` : length;
			return [finding.severity, cell(finding.title), from, times, cell(finding.evidence), cell(finding.advice)];
		}),
	);
}

function alertsTable(happenings: Happenings): string | null {
	const { alerts, names, timeOf } = happenings;
	if (alerts.length === 0) return null;
	return table(
		['severity', 'alert', 'of', 'pending (UTC)', 'firing', 'resolved'],
		alerts.map(({ rule, labels, pendingAtMs, firingAtMs, resolvedAtMs }) => [
			rule.severity,
			cell(rule.name),
			cell(ofWhom(labels, names)),
			clock(timeOf(pendingAtMs)),
			firingAtMs === null ? 'not yet' : clock(timeOf(firingAtMs)),
			resolvedAtMs === null ? 'not yet' : clock(timeOf(resolvedAtMs)),
		]),
	);
}

/** `m1, To=8e9e05c52164694d`: whom the labels speak of. One cluster is one job. */
function ofWhom(labels: Readonly<Record<string, string>>, names: Happenings['names']): string {
	const { instance, job: _, ...others } = labels;
	const parts = [
		...(instance === undefined ? [] : [names.get(instance) ?? instance]),
		...Object.entries(others).map(([name, value]) => `${name}=${names.get(value) ?? value}`),
	];
	return parts.length === 0 ? 'the cluster' : parts.join(', ');
}

function leadersTable({ leaderChanges, timeOf }: Happenings): string | null {
	if (leaderChanges.length === 0) return null;
	return table(
		['time (UTC)', 'from', 'to', 'term', 'without a leader'],
		leaderChanges.map(({ from, to, lostAtMs }) => [
			clock(timeOf(to.fromMs)),
			cell(from.name),
			cell(to.name),
			`${to.term}${to.skippedTerms > 0 ? ` (${to.skippedTerms} unseen before)` : ''}`,
			lostAtMs === null ? 'not seen' : formatDuration((to.fromMs - lostAtMs) / 1000),
		]),
	);
}

function operationsTable(operations: readonly PastRun[]): string | null {
	if (operations.length === 0) return null;
	return table(
		['begun (UTC)', 'operation', 'by', 'end', 'what came of it'],
		operations
			.toReversed()
			.map(({ startedMs, title, user, host, state, text }) => [
				clock(startedMs),
				cell(title),
				cell(`${user}@${host}`),
				state === 'running' ? 'not in the recording' : state,
				cell(text),
			]),
	);
}

function membersTable({ snapshot }: Happenings): string | null {
	const members = snapshot === null ? [] : ownMembers(snapshot);
	if (members.length === 0) return null;
	return table(['member', 'id', 'state', 'version', 'database', 'in use'], members.map(memberRow));
}

const memberRow = ({ name, id, role, state, numbers }: MemberView): readonly string[] => [
	cell(name),
	cell(id ?? ''),
	role ?? state.kind,
	cell(numbers?.version ?? ''),
	numbers === null ? '' : formatBytes(numbers.dbSizeBytes),
	numbers === null ? '' : formatBytes(numbers.dbInUseBytes),
];

function footnote({ source }: RecordingReport): string {
	const { file, createdBy, skippedLines, isTorn, isEnded, statusIntervalSeconds } = source;
	const notes = [
		`Recorded${createdBy === null ? '' : ` by ${cell(createdBy)}`} in ${cell(file)}, a reading each ${formatLatency(statusIntervalSeconds)}.`,
		isEnded || !createdBy?.startsWith('etcdtop')
			? ''
			: 'It does not say that it was ended: whoever recorded was killed, or still records.',
		isTorn ? 'Its last line is torn and left out.' : '',
		skippedLines === 0 ? '' : `${counted(skippedLines, 'line', 'lines')} not understood and passed over.`,
	];
	return `<sub>${notes.filter(note => note !== '').join(' ')}</sub>`;
}
