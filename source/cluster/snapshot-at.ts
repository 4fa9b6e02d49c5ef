import { alarmTypes, mentionsAlarm } from './alarms.ts';
import { isSilence } from './failure.ts';
import { type History, wallTimeAt } from './history.ts';
import { leadershipOf } from './leader-history.ts';
import { type Leadership, quorumOf } from './leadership.ts';
import type { Member, MemberId } from './member.ts';
import { followsLeader, isAnswering } from './member-state.ts';
import { memberIdOf, memberView } from './member-view.ts';
import { clusterIdAt, ownRows, type RowAt, rowsAt } from './rows.ts';
import { statusColumns } from './shapes.ts';
import type { MemberView, Snapshot } from './snapshot.ts';
import { writeRateAt } from './write-rate.ts';

/** The cluster as it was known at a moment of the monotonic clock: now, or any past one that history still holds. */
export function snapshotAt(history: History, atMs: number): Snapshot {
	const rows = rowsAt(history, atMs);
	const list = history.membership.at(atMs)?.members ?? [];
	const clusterId = clusterIdAt(history, rows, atMs);
	const own = ownRows(rows, clusterId);
	const voters = list.filter(({ isLearner }) => !isLearner);
	const leadership = leadershipOf(own, voters.length);
	const leaderId = leadership?.leaderId ?? null;
	const leaderRow = leaderRowOf(own, list, leaderId);
	const members = rows.map(row =>
		memberView(row, { history, atMs, list, leaderRow, leaderId, isForeign: !own.includes(row) }),
	);
	return {
		atMs,
		timeMs: wallTimeAt(history, atMs),
		clusterId,
		foreignKeys: rows.filter(row => !own.includes(row)).map(({ key }) => key),
		list,
		listFailure: history.listFailure.at(atMs),
		members,
		...votesOf(voters, own, list, leaderId),
		leader:
			leadership === null || leaderId === null
				? leaderByMetrics(members, leaderRow)
				: leaderSince(history, leadership, atMs, nameOf(list, members, leaderId)),
		term: leadership?.term ?? null,
		revision: highestRevision(own),
		writesPerSecond: writeRateAt(history, own, atMs),
		alarms: ordered(alarmsOf(history, own, atMs), members),
		watch: history.watch.states.at(atMs) ?? { kind: 'connecting' },
	};
}

/**
 * The leader's row where it answers. Where no Status names the leader, the one row whose metrics say that it leads: two
 * that do are told apart by their terms, which metrics do not know.
 */
function leaderRowOf(own: readonly RowAt[], list: readonly Member[], leaderId: MemberId | null): RowAt | null {
	if (leaderId !== null) return own.find(row => isAnswering(row) && memberIdOf(row, list) === leaderId) ?? null;
	const claims = own.filter(({ metrics }) => metrics?.hasLeader && metrics.isLeader);
	return claims.length === 1 ? claims[0]! : null;
}

function leaderByMetrics(members: readonly MemberView[], leaderRow: RowAt | null): Snapshot['leader'] {
	const leader = members.find(({ key }) => key === leaderRow?.key);
	if (leader === undefined) return null;
	return { id: leader.id, name: leader.name, term: null, sinceMs: null, sinceIsAtLeast: false };
}

/** Where something answered, only not as it should, the voter may well serve everybody but us. */
const isVoteKnown = ({ state }: RowAt): boolean =>
	state.kind === 'unreachable' ? isSilence(state.failure.kind) : state.kind !== 'waiting';

/**
 * A voter counts as reachable when it answers and, where the cluster has a leader, knows of one: a voter that is cut off
 * from its peers still answers us, but no majority can be made with it. One that defragments does not count either: it
 * holds its backend locked and acknowledges nothing until it is done. A leader has a majority behind it, seen from here
 * or not: where we see less than that, what may be lost is not known; nor where no voter answers at all.
 */
function votesOf(
	voters: readonly Member[],
	own: readonly RowAt[],
	list: readonly Member[],
	leaderId: MemberId | null,
): Pick<Snapshot, 'voters' | 'reachableVoters' | 'quorum' | 'canLose'> {
	const rowsOf = (id: MemberId) => own.filter(row => memberIdOf(row, list) === id);
	const isLed = leaderId !== null || own.some(row => row.metrics !== null && followsLeader(row));
	const takesPart = isLed ? followsLeader : isAnswering;
	const isUp = ({ id }: Member) => rowsOf(id).some(takesPart);
	const isKnown = ({ id }: Member) => rowsOf(id).some(isVoteKnown);
	const quorum = quorumOf(voters.length);
	const reachableVoters = voters.filter(isUp).length;
	const unknown = voters.filter(voter => !isKnown(voter)).length;
	const spare = reachableVoters - quorum;
	const isOutOfSight = (unknown > 0 && spare + unknown >= 0) || (isLed && spare < 0);
	const isUnsure = reachableVoters === 0 || isOutOfSight;
	return { voters: voters.length, reachableVoters, quorum, canLose: isUnsure ? null : Math.max(-1, spare) };
}

const nameOf = (list: readonly Member[], members: readonly MemberView[], id: MemberId | null): string | null =>
	list.find(member => member.id === id)?.name || (members.find(member => member.id === id)?.name ?? null);

function leaderSince(
	history: History,
	{ term, leaderId }: Leadership,
	atMs: number,
	name: string | null,
): Snapshot['leader'] {
	if (leaderId === null) return null;
	const index = history.leaders.countAt(atMs) - 1;
	const entry = history.leaders.entry(index);
	const isLogged = entry?.value.leaderId === leaderId && entry.value.term === term;
	return {
		id: leaderId,
		name: name ?? leaderId,
		term,
		sinceMs: isLogged ? entry.atMs : atMs,
		sinceIsAtLeast: isLogged && index === 0,
	};
}

function highestRevision(rows: readonly RowAt[]): bigint | null {
	return rows
		.map(({ answer, isFresh, metrics }) =>
			answer === null || !isFresh
				? (metrics?.revision ?? null)
				: answer.place.tier.bigintAt(statusColumns.revision, answer.place.row),
		)
		.reduce((highest, revision) => (highest === null || (revision ?? 0n) > highest ? revision : highest), null);
}

/** By type, and within it as the members are, whatever order etcd names them in; who is no member comes last. */
function ordered(alarms: Snapshot['alarms'], members: readonly MemberView[]): Snapshot['alarms'] {
	const placeOf = ({ member, type }: Snapshot['alarms'][number]) => {
		const index = members.findIndex(({ id }) => id === member);
		return alarmTypes.indexOf(type) * (members.length + 1) + (index < 0 ? members.length : index);
	};
	return alarms.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/**
 * Alarms as each Status mentions them; the alarm list names the members. Where nobody answers, what was said last still holds.
 */
function alarmsOf(history: History, rows: readonly RowAt[], atMs: number): Snapshot['alarms'] {
	const fresh = rows.filter(({ isFresh }) => isFresh);
	const errors = (fresh.length > 0 ? fresh : rows).flatMap(({ answer }) => answer?.facts.errors ?? []);
	const listed = history.alarms.at(atMs) ?? [];
	return alarmTypes
		.filter(type => errors.some(text => mentionsAlarm(text, [type])))
		.flatMap((type): Snapshot['alarms'] => {
			const members = listed.filter(alarm => alarm.type === type).map(({ memberId }) => ({ member: memberId, type }));
			return members.length > 0 ? members : [{ member: null, type }];
		});
}
