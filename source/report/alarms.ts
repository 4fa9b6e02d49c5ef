import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatIsoTime } from '../format/duration.ts';
import type { Line } from '../format/line.ts';
import { formatPercent } from '../format/number.ts';
import { type Column, layoutColumns } from '../format/table.ts';
import { freshNumbers, quotaFraction, shownName } from './facts.ts';
import { jsonText } from './json-text.ts';

/*
 * ALARM    MEMBER  ID                WHY
 * NOSPACE  m2      8211f1d0f64f3269  file 17 MB, 101% of its quota of 17 MB; 2.1 MB are free inside it
 */

/** An alarm with the member that has raised it, where both are known. */
type Raised = {
	readonly type: Snapshot['alarms'][number]['type'];
	readonly id: string | null;
	readonly member: MemberView | null;
};

const raisedIn = ({ alarms, members }: Snapshot): readonly Raised[] =>
	alarms.map(({ type, member: id }) => ({ type, id, member: members.find(candidate => candidate.id === id) ?? null }));

function sizeOf(member: MemberView | null): string {
	const numbers = member === null ? null : freshNumbers(member);
	if (member === null || numbers === null) return 'its size is not known now';
	const share = quotaFraction(member);
	const free = Math.max(0, numbers.dbSizeBytes - numbers.dbInUseBytes);
	const quota =
		share === null || member.quota.kind === 'unlimited'
			? ''
			: member.quota.kind === 'assumed'
				? ', its quota is not known (--quota tells it)'
				: `, ${formatPercent(share)} of its quota of ${formatBytes(member.quota.bytes)}`;
	return `file ${formatBytes(numbers.dbSizeBytes)}${quota}; ${formatBytes(free)} free inside it`;
}

function whyOf({ type, member }: Raised): string {
	return type === 'NOSPACE'
		? `its quota was reached, and every write is refused: ${sizeOf(member)}`
		: 'its data differs from that of the others';
}

const columns: readonly Column<Raised>[] = [
	{ id: 'type', title: 'ALARM', align: 'left', importance: 4, minWidth: 7, cell: ({ type }) => type },
	{
		id: 'member',
		title: 'MEMBER',
		align: 'left',
		importance: 3,
		minWidth: 6,
		maxWidth: 32,
		cell: ({ member, id }) => shownName(member?.name ?? id ?? 'not known'),
	},
	{ id: 'id', title: 'ID', align: 'right', importance: 1, minWidth: 16, cell: ({ id }) => id ?? '–' },
	{ id: 'why', title: 'WHY', align: 'left', importance: 2, minWidth: 20, cell: whyOf },
];

/** `alarm list`: every alarm that is raised, or that none is. etcd does not keep since when. */
export function alarmTable(snapshot: Snapshot, widthCells: number): readonly Line[] {
	const raised = raisedIn(snapshot);
	if (raised.length === 0) return [[{ text: 'no alarm is raised', tone: 'good' }]];
	const { header, lines } = layoutColumns(columns, raised, widthCells);
	return [header, ...lines];
}

/** `alarm list -o json`, version 1, on one line. */
export const alarmJson = (snapshot: Snapshot): string =>
	jsonText({
		version: 1,
		time: formatIsoTime(snapshot.timeMs),
		cluster: snapshot.clusterId,
		alarms: raisedIn(snapshot).map(({ type, id, member }) => {
			const numbers = member === null ? null : freshNumbers(member);
			return {
				type,
				member: id,
				name: member?.name ?? null,
				dbSizeBytes: numbers?.dbSizeBytes ?? null,
				dbInUseBytes: numbers?.dbInUseBytes ?? null,
				quotaBytes:
					numbers === null || member === null || member.quota.kind === 'unlimited' ? null : member.quota.bytes,
			};
		}),
	});
