import type { Member } from '../cluster/member.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { formatIsoTime } from '../format/duration.ts';
import type { Line, Segment } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { type Column, layoutColumns } from '../format/table.ts';
import { shownName } from './facts.ts';
import { jsonText } from './json-text.ts';
import { stateWord } from './words.ts';

/*
 * NAME  STATE     ID                PEER URLS              CLIENT URLS
 * m1    leader    8211f1d0f64f3269  http://127.0.0.1:2380  http://127.0.0.1:2379
 *
 * 3 voters, quorum 2, can lose 1
 */

/** A member as the list tells it, with what it said itself. */
type Row = { readonly member: Member; readonly view: MemberView | null };

const rowsOf = ({ list, members }: Snapshot): readonly Row[] =>
	list.map(member => ({ member, view: members.find(({ id }) => id === member.id) ?? null }));

/** A member that was added and has not started yet has no name. */
function stateOf({ member, view }: Row): Segment {
	if (member.name === '' && member.clientUrls.length === 0) return { text: 'not started', tone: 'warning' };
	const word: Segment = view === null ? { text: 'not asked', tone: 'muted' } : stateWord(view);
	return member.isLearner && word.text !== 'learner' ? { ...word, text: `learner, ${word.text}` } : word;
}

const urls = (list: readonly string[]) => safeText(list.join(',')) || '–';

const columns: readonly Column<Row>[] = [
	{
		id: 'name',
		title: 'NAME',
		align: 'left',
		importance: 5,
		minWidth: 4,
		maxWidth: 32,
		cell: ({ member }) => shownName(member.name) || '–',
	},
	{ id: 'state', title: 'STATE', align: 'left', importance: 4, minWidth: 11, cell: stateOf },
	{ id: 'id', title: 'ID', align: 'right', importance: 3, minWidth: 16, cell: ({ member }) => member.id },
	{
		id: 'peer',
		title: 'PEER URLS',
		align: 'left',
		importance: 1,
		minWidth: 21,
		cell: ({ member }) => urls(member.peerUrls),
	},
	{
		id: 'client',
		title: 'CLIENT URLS',
		align: 'left',
		importance: 2,
		minWidth: 21,
		cell: ({ member }) => urls(member.clientUrls),
	},
];

function quorumLine({ voters, quorum, canLose, list }: Snapshot): Line {
	const learners = list.length - voters;
	const count = `${voters} ${voters === 1 ? 'voter' : 'voters'}`;
	const more = learners === 0 ? '' : `, ${learners} ${learners === 1 ? 'learner' : 'learners'}`;
	if (canLose === null) return [{ text: `${count}${more}, quorum ${quorum}` }];
	return canLose < 0
		? [{ text: `${count}${more}, quorum ${quorum} is lost: no writes`, tone: 'critical' }]
		: [{ text: `${count}${more}, quorum ${quorum}, can lose ${canLose}` }];
}

/** `member list`: who belongs to the cluster, what each does, and what the cluster can lose. */
export function memberTable(snapshot: Snapshot, widthCells: number): readonly Line[] {
	const { header, lines } = layoutColumns(columns, rowsOf(snapshot), widthCells);
	return [header, ...lines, [], quorumLine(snapshot)];
}

/** `member list -o json`, version 1, on one line. `role` is null where the member does not say it now. */
export const memberJson = (snapshot: Snapshot): string =>
	jsonText({
		version: 1,
		time: formatIsoTime(snapshot.timeMs),
		cluster: snapshot.clusterId,
		leader: snapshot.leader?.id ?? null,
		voters: snapshot.voters,
		quorum: snapshot.quorum,
		canLose: snapshot.canLose,
		members: rowsOf(snapshot).map(({ member, view }) => {
			const { id, name, peerUrls, clientUrls, isLearner } = member;
			return { id, name, isLearner, role: view?.role ?? null, peerUrls, clientUrls };
		}),
	});
