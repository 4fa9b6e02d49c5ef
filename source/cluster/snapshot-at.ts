import type { FailureKind } from './failure.ts';
import { type History, wallTimeAt } from './history.ts';
import { leadershipOf } from './leader-history.ts';
import { type Leadership, quorumOf } from './leadership.ts';
import type { Member, MemberId } from './member.ts';
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
	const leaderRow = own.find(row => row.isFresh && leaderId !== null && memberIdOf(row, list) === leaderId) ?? null;
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
		leader: leadership === null ? null : leaderSince(history, leadership, atMs, nameOf(list, members, leaderId)),
		term: leadership?.term ?? null,
		revision: highestRevision(own),
		writesPerSecond: writeRateAt(history, own, atMs),
		alarms: alarmsOf(history, own, atMs),
		watch: history.watch.states.at(atMs) ?? { kind: 'connecting' },
	};
}

/** Failures by which a member seems gone. By the others something answered: it may well serve everybody but us. */
const silentKinds: ReadonlySet<FailureKind> = new Set(['refused', 'timeout', 'unreachable', 'name-not-found']);

const isVoteKnown = ({ state }: RowAt): boolean =>
	state.kind === 'unreachable' ? silentKinds.has(state.failure.kind) : state.kind !== 'waiting';

/**
 * A voter counts as reachable when it answers and, where the cluster has a leader, knows of one: a voter that is cut off
 * from its peers still answers us, but no majority can be made with it. One that defragments does not count either: it
 * holds its backend locked and acknowledges nothing until it is done. A leader has a majority behind it, seen from here
 * or not: where we see less than that, what may be lost is not known.
 */
function votesOf(
	voters: readonly Member[],
	own: readonly RowAt[],
	list: readonly Member[],
	leaderId: MemberId | null,
): Pick<Snapshot, 'voters' | 'reachableVoters' | 'quorum' | 'canLose'> {
	const rowsOf = (id: MemberId) => own.filter(row => memberIdOf(row, list) === id);
	const takesPart = ({ isFresh, state }: RowAt) => isFresh && (leaderId === null || state.kind !== 'no-leader');
	const isUp = ({ id }: Member) => rowsOf(id).some(takesPart);
	const isKnown = ({ id }: Member) => rowsOf(id).some(isVoteKnown);
	const quorum = quorumOf(voters.length);
	const reachableVoters = voters.filter(isUp).length;
	const unknown = voters.filter(voter => !isKnown(voter)).length;
	const spare = reachableVoters - quorum;
	const isOutOfSight = (unknown > 0 && spare + unknown >= 0) || (leaderId !== null && spare < 0);
	const isUnsure = voters.length === 0 || isOutOfSight;
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
	const answers = rows.flatMap(({ answer, isFresh }) => (answer === null || !isFresh ? [] : [answer.place]));
	return answers
		.map(({ tier, row }) => tier.bigintAt(statusColumns.revision, row))
		.reduce<bigint | null>((highest, revision) => (highest === null || revision > highest ? revision : highest), null);
}

const alarmTypes = ['NOSPACE', 'CORRUPT'] as const;

/**
 * Alarms as each Status mentions them, by the words NOSPACE and CORRUPT (their text differs by version); the alarm list
 * names the members. Where nobody answers, what was said last still holds.
 */
function alarmsOf(history: History, rows: readonly RowAt[], atMs: number): Snapshot['alarms'] {
	const fresh = rows.filter(({ isFresh }) => isFresh);
	const errors = (fresh.length > 0 ? fresh : rows).flatMap(({ answer }) => answer?.facts.errors ?? []);
	const listed = history.alarms.at(atMs) ?? [];
	return alarmTypes
		.filter(type => errors.some(text => text.includes(type)))
		.flatMap((type): Snapshot['alarms'] => {
			const members = listed.filter(alarm => alarm.type === type).map(({ memberId }) => ({ member: memberId, type }));
			return members.length > 0 ? members : [{ member: null, type }];
		});
}
