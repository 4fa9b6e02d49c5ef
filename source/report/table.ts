import { failureText } from '../cluster/failure-text.ts';
import { isLed } from '../cluster/own-members.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Finding, Severity } from '../diagnosis/finding.ts';
import { type HealthLevel, healthOf } from '../diagnosis/health.ts';
import type { Line, Segment, Tone } from '../format/line.ts';
import { formatCount, formatRate } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { layoutColumns } from '../format/table.ts';
import { displayWidth, truncate } from '../format/width.ts';
import { wrapWords } from '../format/wrap.ts';
import { columnsFor } from './columns.ts';
import { isListKnown, reachableMembers, shownName } from './facts.ts';

/*
 * WARNING: m2 does not answer
 * cluster cdf818194e3a8c32 · 3 members, 2 reachable · 3 voters, quorum 2, can lose 0 · leader m1, term 5 · revision 1,042
 *
 * NAME    ROLE         DB SIZE   IN USE     QUOTA USED  LAG  LATENCY  ENDPOINT               ERROR
 * m1      leader         25 kB    20 kB  <1% of 2.1 GB    0   1.2 ms  http://127.0.0.1:2379
 * m2      unreachable        –        –              –    –        –  http://127.0.0.1:2380  no answer within 2 s
 *
 * warning   m2 does not answer
 *           its evidence
 *           → its advice
 */

export type StatusTableOptions = {
	/** Cells of the terminal; null where the output is none, which cuts nothing. */
	readonly widthCells: number | null;
};

const healthTones: Readonly<Record<HealthLevel, Tone>> = {
	waiting: 'critical',
	healthy: 'good',
	warning: 'warning',
	critical: 'critical',
	unreachable: 'critical',
};

const severityTones: Readonly<Record<Severity, Tone>> = { critical: 'critical', warning: 'warning', info: 'muted' };

/** The verdict in one word, with what it comes from. */
function verdict(snapshot: Snapshot, findings: readonly Finding[], widthCells: number): readonly Line[] {
	const { level, cause } = healthOf(snapshot, findings);
	const text = level === 'healthy' ? 'HEALTHY' : `${level.toUpperCase()}: ${safeText(cause)}`;
	return wrapWords(text, widthCells).map(row => [{ text: row, tone: healthTones[level] }]);
}

function quorumFact({ canLose, quorum }: Snapshot): Segment {
	if (canLose === null) return { text: `quorum ${quorum}`, tone: 'normal' };
	if (canLose < 0) return { text: `quorum ${quorum} is lost: no writes`, tone: 'critical' };
	return { text: `quorum ${quorum}, can lose ${canLose}`, tone: 'normal' };
}

/** The cluster in a few facts; what is not known is said, not left out. */
function clusterFacts(snapshot: Snapshot): readonly Segment[] {
	const { clusterId, leader, term, revision, alarms, foreignKeys, listFailure, writesPerSecond } = snapshot;
	const reachable = `${reachableMembers(snapshot)} reachable`;
	const facts: Segment[] = [];
	if (clusterId !== null) facts.push({ text: `cluster ${safeText(clusterId, 32)}` });
	if (isListKnown(snapshot)) {
		facts.push({ text: `${snapshot.list.length} ${snapshot.list.length === 1 ? 'member' : 'members'}, ${reachable}` });
		facts.push({ text: `${snapshot.voters} ${snapshot.voters === 1 ? 'voter' : 'voters'}` }, quorumFact(snapshot));
	} else {
		facts.push(
			{ text: `${snapshot.members.length} asked, ${reachable}` },
			{ text: 'members not known', tone: 'warning' },
		);
	}
	if (leader !== null)
		facts.push({ text: `leader ${shownName(leader.name)}${leader.term === null ? '' : `, term ${leader.term}`}` });
	else if (isLed(snapshot)) facts.push({ text: 'a leader, not known which', tone: 'warning' });
	else facts.push({ text: term === null ? 'no leader known' : `no leader in term ${term}`, tone: 'critical' });
	if (revision !== null) facts.push({ text: `revision ${formatCount(revision)}` });
	if (writesPerSecond !== null) facts.push({ text: `${formatRate(writesPerSecond)} writes` });
	for (const { member, type } of alarms)
		facts.push({ text: `alarm ${type}${alarmedBy(snapshot, member)}`, tone: 'critical' });
	if (foreignKeys.length > 0) facts.push({ text: `${foreignKeys.length} of another cluster`, tone: 'critical' });
	if (listFailure !== null) facts.push({ text: `member list: ${failureText(listFailure).line}`, tone: 'warning' });
	return facts;
}

function alarmedBy(snapshot: Snapshot, id: string | null): string {
	if (id === null) return '';
	const member = snapshot.members.find(candidate => candidate.id === id);
	return ` on ${shownName(member?.name ?? id)}`;
}

const separator = ' · ';

/** Facts one after the other, broken between two of them where the width ends. */
function flow(facts: readonly Segment[], widthCells: number): readonly Line[] {
	const lines: Segment[][] = [];
	let used = 0;
	for (const { text, tone } of facts) {
		const fact: Segment = { text: truncate(text, widthCells), tone };
		const needed = displayWidth(separator) + displayWidth(fact.text);
		const current = lines.at(-1);
		if (current === undefined || used + needed > widthCells) {
			lines.push([fact]);
			used = displayWidth(fact.text);
		} else {
			current.push({ text: separator, tone: 'muted' }, fact);
			used += needed;
		}
	}
	return lines;
}

const indent = 10;

function findingLines(finding: Finding, widthCells: number): readonly Line[] {
	const part = (text: string, tone: Tone): readonly Segment[] =>
		wrapWords(safeText(text), Math.max(10, widthCells - indent)).map(row => ({ text: row, tone }));
	const rows = [
		...part(finding.title, severityTones[finding.severity]),
		...part(finding.evidence, 'muted'),
		...part(finding.advice === '' ? '' : `→ ${finding.advice}`, 'normal'),
	];
	return rows.map((row, index) => [
		{ text: (index === 0 ? finding.severity : '').padEnd(indent), tone: severityTones[finding.severity] },
		row,
	]);
}

/**
 * `status -o table`: the verdict, the cluster in a line, a row for each member, and what to do about the findings, in
 * their order.
 */
export function statusTable(
	snapshot: Snapshot,
	findings: readonly Finding[],
	options: StatusTableOptions,
): readonly Line[] {
	const widthCells = options.widthCells ?? Number.POSITIVE_INFINITY;
	const { header, lines } = layoutColumns(columnsFor(snapshot), snapshot.members, widthCells);
	const told = findings.flatMap(finding => findingLines(finding, widthCells));
	return [
		...verdict(snapshot, findings, widthCells),
		...flow(clusterFacts(snapshot), widthCells),
		[],
		header,
		...lines,
		...(told.length === 0 ? [] : [[], ...told]),
	];
}
