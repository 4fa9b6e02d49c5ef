import { mentionsAlarm } from '../cluster/alarms.ts';
import { failureText } from '../cluster/failure-text.ts';
import { quantileSeries } from '../cluster/series.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import type { Glyphs } from '../components/glyphs.ts';
import { sparkline } from '../components/sparkline.ts';
import type { View } from '../control/view.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration, formatLatency } from '../format/duration.ts';
import { type Line, line, type Segment, select, type Tone } from '../format/line.ts';
import { formatCount, formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { type Column, layoutColumns } from '../format/table.ts';
import { verdictOf } from '../operations/worth.ts';
import { commitLimits, fsyncLimits, isStale, type Limits, latencyTone, peerRttLimits, quantileCell } from './values.ts';

/*
 *  MEMBER  ROLE      VERSION  DB SIZE  IN USE  FREE  DEFRAG    LAG  LATENCY  FSYNC P99  LAST 2 MIN  COMMIT P99  STATE
 *  m1      ★ leader  3.5.30    1.9 GB  420 MB   78%  worth it    0   0.8 ms     ~12 ms  ▁▁▂▇▂▁▁▁        ~14 ms  serving
 *  m2      follower  3.5.30    1.9 GB  420 MB   78%  -           -        -          -                       -  no answer 12s
 */

/** What the sparkline of a row covers. */
const sparkWindowMs = 120_000;
const sparkCells = 12;

type Row = { readonly member: MemberView; readonly view: View; readonly glyphs: Glyphs };

/** A member without a name is known by its address; its scheme would take the room of what tells it from the others. */
const isUnnamed = ({ name, endpoint }: MemberView) => name === endpoint;
const shownName = (member: MemberView) =>
	safeText(isUnnamed(member) ? member.name.replace(/^\w+:\/\//, '') : member.name);

/** A number of the last answer: faded where the member does not answer any more, a dash where it was never told. */
function fresh(
	cell: (row: Row & { readonly numbers: NonNullable<MemberView['numbers']> }) => Segment | string | null,
): (row: Row) => Segment {
	return row => {
		const { numbers } = row.member;
		if (numbers === null) return { text: '-', tone: 'muted' };
		const drawn = cell({ ...row, numbers });
		if (drawn === null) return { text: '-', tone: 'muted' };
		const segment = typeof drawn === 'string' ? { text: drawn } : drawn;
		return isStale(row.member) ? { ...segment, tone: 'muted' } : segment;
	};
}

const quantile = (pick: (member: MemberView) => MemberView['fsyncP99'], limits: Limits) => (row: Row) => {
	const cell = quantileCell(pick(row.member), limits);
	return isStale(row.member) ? { ...cell, tone: 'muted' as const } : cell;
};

const roleTones: Readonly<Record<'leader' | 'follower' | 'learner', Tone>> = {
	leader: 'accent',
	follower: 'normal',
	learner: 'muted',
};

const columns: readonly Column<Row>[] = [
	{
		id: 'name',
		title: 'MEMBER',
		align: 'left',
		importance: 100,
		minWidth: 6,
		maxWidth: 24,
		cell: ({ member }) => ({ text: shownName(member), tone: 'strong' }),
	},
	{ id: 'role', title: 'ROLE', align: 'left', importance: 95, minWidth: 10, maxWidth: 10, cell: roleCell },
	{
		id: 'version',
		title: 'VERSION',
		align: 'left',
		importance: 30,
		minWidth: 7,
		maxWidth: 14,
		cell: fresh(({ numbers: { version } }) => (version === null ? null : safeText(version))),
	},
	{
		id: 'db-size',
		title: 'DB SIZE',
		align: 'right',
		importance: 85,
		minWidth: 7,
		cell: fresh(({ numbers }) => formatBytes(numbers.dbSizeBytes)),
	},
	{
		id: 'in-use',
		title: 'IN USE',
		align: 'right',
		importance: 50,
		minWidth: 7,
		cell: fresh(({ numbers }) => formatBytes(numbers.dbInUseBytes)),
	},
	{ id: 'reclaimable', title: 'FREE', align: 'right', importance: 45, minWidth: 4, cell: fresh(reclaimable) },
	{ id: 'worth', title: 'DEFRAG', align: 'left', importance: 20, minWidth: 8, maxWidth: 8, cell: fresh(worthCell) },
	{
		id: 'lag',
		title: 'LAG',
		align: 'right',
		importance: 70,
		minWidth: 5,
		cell: fresh(({ member }) => lagCell(member)),
	},
	{
		id: 'latency',
		title: 'LATENCY',
		align: 'right',
		importance: 60,
		minWidth: 8,
		cell: fresh(({ numbers: { latencySeconds } }) =>
			latencySeconds === null
				? null
				: {
						text: formatLatency(latencySeconds),
						tone: latencyTone(latencySeconds, { warningSeconds: 0.5, criticalSeconds: 1 }),
					},
		),
	},
	{
		id: 'fsync',
		title: 'FSYNC P99',
		align: 'right',
		importance: 80,
		minWidth: 9,
		cell: quantile(({ fsyncP99 }) => fsyncP99, fsyncLimits),
	},
	{
		id: 'fsync-trend',
		title: 'LAST 2 MIN',
		align: 'left',
		importance: 35,
		minWidth: sparkCells,
		maxWidth: sparkCells,
		cell: trendCell,
	},
	{
		id: 'commit',
		title: 'COMMIT P99',
		align: 'right',
		importance: 55,
		minWidth: 10,
		cell: quantile(({ commitP99 }) => commitP99, commitLimits),
	},
	{
		id: 'peer-rtt',
		title: 'PEER RTT',
		align: 'right',
		importance: 40,
		minWidth: 8,
		cell: quantile(({ peerRttP99 }) => peerRttP99, peerRttLimits),
	},
	{
		id: 'uptime',
		title: 'UPTIME',
		align: 'right',
		importance: 25,
		minWidth: 8,
		cell: ({ member }) =>
			member.uptimeSeconds === null
				? { text: '-', tone: 'muted' }
				: { text: formatDuration(member.uptimeSeconds), tone: isStale(member) ? 'muted' : 'normal' },
	},
	{ id: 'state', title: 'STATE', align: 'left', importance: 90, minWidth: 12, grow: 1, cell: stateCell },
];

/** Before names are known, what tells the members apart is the end of their addresses: `127.0.0.1:22379`. */
const columnsWithAddresses = columns.map(column => (column.id === 'name' ? { ...column, minWidth: 15 } : column));

function roleCell({ member, glyphs }: Row): Segment {
	if (member.role === null) return { text: member.isLearner ? 'learner?' : '-', tone: 'muted' };
	return {
		text: member.role === 'leader' ? `${glyphs.star} leader` : `  ${member.role}`,
		tone: roleTones[member.role],
	};
}

type Numbered = Row & { readonly numbers: NonNullable<MemberView['numbers']> };

function reclaimable({ member, numbers }: Numbered): Segment {
	if (numbers.dbSizeBytes <= 0) return { text: '-' };
	return {
		text: formatPercent(Math.max(0, 1 - numbers.dbInUseBytes / numbers.dbSizeBytes)),
		tone: isWorthDefragmenting(member) ? 'warning' : 'normal',
	};
}

/** Learners take no such call, and of a member that is silent nothing can be said. */
const canBeDefragmented = (member: MemberView): boolean => !member.isLearner && !isStale(member);

const isWorthDefragmenting = (member: MemberView): boolean => canBeDefragmented(member) && verdictOf(member).isWorth;

function worthCell({ member }: Numbered): Segment | null {
	if (!canBeDefragmented(member)) return null;
	return isWorthDefragmenting(member) ? { text: 'worth it', tone: 'warning' } : { text: 'no', tone: 'muted' };
}

/** Behind by this many entries a follower is no longer just a poll apart from its leader. */
const noticeableLagEntries = 1000n;

function lagCell({ lagEntries }: MemberView): Segment {
	if (lagEntries === null) return { text: '-', tone: 'muted' };
	return { text: formatCount(lagEntries), tone: lagEntries >= noticeableLagEntries ? 'warning' : 'normal' };
}

function trendCell({ member, view, glyphs }: Row): Segment {
	const { atMs } = view;
	const points = quantileSeries(view.state.history, member.key, 'fsync', 0.99, {
		fromMs: atMs - sparkWindowMs,
		toMs: atMs,
		points: sparkCells,
	});
	return {
		text: sparkline(points, { width: sparkCells, glyphs, max: fsyncLimits.criticalSeconds }),
		tone: isStale(member) ? 'muted' : 'accent',
	};
}

function stateCell({ member, view, glyphs }: Row): Segment {
	const { state } = member;
	const age = formatDuration(Math.max(0, (view.atMs - state.sinceMs) / 1000));
	switch (state.kind) {
		case 'serving':
			return servingCell(member, view, glyphs);
		case 'waiting':
			return { text: `asking ${age}`, tone: 'muted' };
		case 'no-leader':
			return { text: `${glyphs.cross} no leader ${age}`, tone: 'critical' };
		case 'defragmenting':
			return { text: `${glyphs.busy} defragmenting ${age}`, tone: 'warning' };
		case 'status-denied': {
			const { short } = failureText(state.failure);
			return state.hasLeader
				? { text: `${glyphs.warning} ${short} ${age}, by metrics`, tone: 'warning' }
				: { text: `${glyphs.cross} ${short} ${age}, no leader`, tone: 'critical' };
		}
		case 'unreachable':
			return { text: `${glyphs.cross} ${failureText(state.failure).short} ${age}`, tone: 'critical' };
	}
}

/** A member that serves has room for what is missing about it. */
function servingCell({ id, key, metrics, numbers }: MemberView, view: View, glyphs: Glyphs): Segment {
	if (view.snapshot.foreignKeys.includes(key)) return { text: `${glyphs.warning} other cluster`, tone: 'warning' };
	const alarms = view.snapshot.alarms.filter(({ member }) => member === id).map(({ type }) => type);
	if (alarms.length > 0) return { text: `${glyphs.warning} ${alarms.join(', ')}`, tone: 'critical' };
	// Every member tells the alarms of all others too; those stand in the header.
	const error = numbers?.errors.find(text => !mentionsAlarm(text));
	if (error !== undefined) return { text: `${glyphs.warning} ${safeText(error)}`, tone: 'warning' };
	if (metrics.kind === 'failed')
		return { text: `serving; no metrics: ${failureText(metrics.failure).short}`, tone: 'muted' };
	return { text: 'serving', tone: 'good' };
}

/** The rows that fit below the header, the selected one among them. */
function placeOf({ snapshot: { members }, state }: View, rows: number) {
	const index = members.findIndex(({ key }) => key === state.selectedKey);
	const room = Math.max(1, rows - 1);
	const first = Math.max(0, Math.min(members.length - room, index - Math.floor(room / 2)));
	return { index, first, room };
}

/** Says which members are in view where not all are: nobody should take three rows for three members. */
export function membersHint(view: View, rows: number): Line {
	const { members } = view.snapshot;
	const { first, room } = placeOf(view, rows);
	// Which cluster this is, and why this one, is never in doubt.
	if (members.length <= room) return line(`read from ${safeText(view.state.source)}`, 'muted');
	return line(`${first + 1} to ${first + room} of ${members.length}`, 'warning');
}

/** The members' table: a header and the rows in view, the selected one among them. */
export function membersLines(view: View, columnsCells: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const { members } = view.snapshot;
	if (members.length === 0) return [line('waiting for the first answer…', 'muted')];
	const { index, first, room } = placeOf(view, rows);
	const inView = members.slice(first, first + room);
	const layout = layoutColumns(
		inView.some(isUnnamed) ? columnsWithAddresses : columns,
		inView.map(member => ({ member, view, glyphs })),
		columnsCells,
	);
	return [layout.header, ...layout.lines.map((drawn, offset) => (first + offset === index ? select(drawn) : drawn))];
}
