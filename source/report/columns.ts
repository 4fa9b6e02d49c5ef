import { fullShare, nearShare } from '../cluster/quota.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatLatency, formatLatencyRange } from '../format/duration.ts';
import type { Segment, Tone } from '../format/line.ts';
import { formatCount, formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import type { Column } from '../format/table.ts';
import { freshLatency, freshNumbers, isLatency, type Latency, quotaFraction, shownName } from './facts.ts';
import { type Problem, problemOf, stateWord } from './words.ts';

const nothing: Segment = { text: '–', tone: 'muted' };

/** What etcd's own documentation asks of a disk, and where it hurts: seconds of p99. */
const toneAbove = (seconds: number, warning: number, critical: number): Tone =>
	seconds >= critical ? 'critical' : seconds >= warning ? 'warning' : 'normal';

function latencyCell(member: MemberView, latency: Latency, warning: number, critical: number): Segment {
	const measured = freshLatency(member, latency);
	if (measured === null) return nothing;
	const { lowSeconds, highSeconds, seconds } = measured;
	return { text: formatLatencyRange(lowSeconds, highSeconds), tone: toneAbove(seconds, warning, critical) };
}

function quotaCell(member: MemberView): Segment {
	if (freshNumbers(member) === null) return nothing;
	const fraction = quotaFraction(member);
	if (fraction === null || member.quota.kind === 'unlimited') return { text: 'no quota', tone: 'muted' };
	const tone = fraction >= fullShare ? 'critical' : fraction >= nearShare ? 'warning' : 'normal';
	const isAssumed = member.quota.kind === 'assumed' ? ' assumed' : '';
	return { text: `${formatPercent(fraction)} of${isAssumed} ${formatBytes(member.quota.bytes)}`, tone };
}

function lagCell({ lagEntries }: MemberView): Segment {
	if (lagEntries === null) return nothing;
	return {
		text: formatCount(lagEntries),
		tone: lagEntries >= 5000n ? 'critical' : lagEntries >= 1000n ? 'warning' : 'normal',
	};
}

const problemTones: Readonly<Record<Problem['severity'], Tone>> = {
	failed: 'critical',
	told: 'warning',
	minor: 'muted',
};

const text = (value: bigint | null) => (value === null ? null : String(value));

/** A column of a number out of the last Status: a dash where that is not of now, or not told. */
const number = (
	id: string,
	title: string,
	importance: number,
	value: (numbers: NonNullable<MemberView['numbers']>) => string | null,
): Column<MemberView> => ({
	id,
	title,
	align: 'right',
	importance,
	minWidth: 7,
	cell: member => {
		const numbers = freshNumbers(member);
		return (numbers === null ? null : value(numbers)) ?? nothing;
	},
});

/** A column of a latency: a dash where it was not measured; warning and critical in seconds. */
const latency = (
	id: Latency,
	title: string,
	importance: number,
	[warning, critical]: readonly [number, number],
): Column<MemberView> => ({
	id,
	title,
	align: 'right',
	importance,
	minWidth: 10,
	cell: member => latencyCell(member, id, warning, critical),
});

const columns: readonly Column<MemberView>[] = [
	{ id: 'name', title: 'NAME', align: 'left', importance: 20, minWidth: 6, maxWidth: 32, cell: m => shownName(m.name) },
	{ id: 'role', title: 'ROLE', align: 'left', importance: 19, minWidth: 11, maxWidth: 13, cell: stateWord },
	number('version', 'VERSION', 11, ({ version }) => (version === null ? null : safeText(version, 16))),
	number('size', 'DB SIZE', 17, numbers => formatBytes(numbers.dbSizeBytes)),
	number('inUse', 'IN USE', 14, numbers => formatBytes(numbers.dbInUseBytes)),
	{ id: 'quota', title: 'QUOTA USED', align: 'right', importance: 16, minWidth: 14, cell: quotaCell },
	{ id: 'lag', title: 'LAG', align: 'right', importance: 15, minWidth: 3, cell: lagCell },
	number('latency', 'LATENCY', 13, ({ latencySeconds }) =>
		latencySeconds === null ? null : formatLatency(latencySeconds),
	),
	latency('fsyncP99', 'FSYNC P99', 12, [0.01, 0.1]),
	latency('commitP99', 'COMMIT P99', 8, [0.025, 0.25]),
	latency('peerRttP99', 'PEER RTT P99', 7, [0.05, 0.15]),
	number('term', 'TERM', 5, ({ raftTerm }) => text(raftTerm)),
	number('index', 'RAFT INDEX', 4, ({ raftIndex }) => text(raftIndex)),
	number('applied', 'APPLIED', 3, ({ raftAppliedIndex }) => text(raftAppliedIndex)),
	{
		id: 'id',
		title: 'ID',
		align: 'right',
		importance: 6,
		minWidth: 16,
		cell: ({ id }) => (id === null ? nothing : safeText(id, 32)),
	},
	{
		id: 'endpoint',
		title: 'ENDPOINT',
		align: 'left',
		importance: 10,
		minWidth: 21,
		maxWidth: 48,
		cell: member => safeText(member.endpoint, 128),
	},
];

const problemColumn = (atMs: number): Column<MemberView> => ({
	id: 'error',
	title: 'ERROR',
	align: 'left',
	importance: 18,
	minWidth: 32,
	cell: member => {
		const problem = problemOf(member, atMs);
		return problem === null ? '' : { text: problem.text, tone: problemTones[problem.severity] };
	},
});

/** The table's columns: those of rates only where something was measured, that of errors only where there is one. */
export function columnsFor({ members, atMs }: Snapshot): readonly Column<MemberView>[] {
	const isShown = ({ id }: Column<MemberView>) =>
		!isLatency(id) || members.some(member => freshLatency(member, id) !== null);
	const shown = columns.filter(isShown);
	return members.some(member => problemOf(member, atMs) !== null) ? [...shown, problemColumn(atMs)] : shown;
}
