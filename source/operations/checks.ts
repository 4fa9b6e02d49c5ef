import { areAlarmsKnown } from '../cluster/alarms-known.ts';
import { failureText } from '../cluster/failure-text.ts';
import { followsLeader, isAnswering } from '../cluster/member-state.ts';
import type { PlainMetric } from '../cluster/metric-names.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatCount, formatCounted } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { listNames } from './members.ts';
import { metricOf } from './metrics.ts';
import type { Check } from './plan.ts';
import type { Course } from './step.ts';
import type { Look } from './world.ts';

/** A follower this far behind is only the time between two readings away from its leader. */
export const mostLagEntries = 100n;

const pass = (title: string, detail: string): Check => ({ title, verdict: 'pass', detail });
const warn = (title: string, detail: string): Check => ({ title, verdict: 'warn', detail });
const stop = (title: string, detail: string): Check => ({ title, verdict: 'stop', detail });

const namesOf = (members: readonly MemberView[]) => listNames(members.map(({ name }) => name));
const isVoter = ({ isLearner }: MemberView) => !isLearner;

/** What a member is doing that does not take part: `m2: connection refused at …`. Safe to show. */
export function troubleOf({ name, state }: MemberView): string {
	switch (state.kind) {
		case 'unreachable':
		case 'status-denied':
			return failureText(state.failure, name).line;
		case 'defragmenting':
			return `${safeText(name)} is defragmenting`;
		case 'no-leader':
			return `${safeText(name)} knows no leader`;
		case 'waiting':
			return `${safeText(name)} has not answered yet`;
		case 'serving':
			return `${safeText(name)} serves`;
	}
}

/** The member list could be read, and whoever answers belongs to one cluster. */
export function oneCluster({ snapshot }: Look): Check {
	const title = 'one cluster, its member list read';
	const { list, listFailure, foreignKeys, members, clusterId } = snapshot;
	if (list.length === 0)
		return stop(title, listFailure === null ? 'nobody told the member list' : failureText(listFailure).line);
	const foreign = members.filter(({ key }) => foreignKeys.includes(key));
	if (foreign.length > 0) return stop(title, `${namesOf(foreign)} belongs to another cluster than ${clusterId}`);
	return pass(title, `cluster ${clusterId}, ${list.length} ${list.length === 1 ? 'member' : 'members'}`);
}

/** Every member that answers tells the same leader in the same term. */
export function leaderAgreed({ snapshot }: Look): Check {
	const title = 'all agree on one leader';
	const told = ownMembers(snapshot).filter(
		({ state, numbers }) => isAnswering({ state }) && numbers?.source === 'status',
	);
	const leaders = new Set(told.map(({ numbers }) => numbers!.leaderId));
	const terms = new Set(told.map(({ numbers }) => numbers!.raftTerm));
	const { leader } = snapshot;
	if (leader === null || leader.id === null) return stop(title, 'no member tells of a leader');
	if (leaders.size > 1)
		return stop(title, `${leaders.size} different answers: an election is under way, or a member is cut off`);
	if (terms.size > 1) return stop(title, `terms differ: ${[...terms].join(', ')}`);
	const name = safeText(leader.name);
	if (told.length === 0) return pass(title, `${name}, told by metrics only: which term is not known`);
	return pass(title, `${name}, term ${leader.term}, told by ${told.length} of ${snapshot.list.length}`);
}

/** Every voter answers and follows the leader. */
export function votersUp({ snapshot }: Look): Check {
	const title = 'all voters serve';
	const missing = ownMembers(snapshot).filter(member => isVoter(member) && !followsLeader(member));
	const count = `${snapshot.reachableVoters} of ${snapshot.voters}`;
	if (missing.length === 0 && snapshot.reachableVoters === snapshot.voters) return pass(title, count);
	return stop(title, `${count}; ${missing.map(troubleOf).join('; ')}`);
}

/** While one voter is away for maintenance, writes go on. Force passes it: an outage may be what is wanted. */
export function canLoseOne({ snapshot }: Look): Check {
	const title = 'writes go on without one voter';
	const { voters, canLose, quorum, reachableVoters } = snapshot;
	if (canLose !== null && canLose >= 1) return pass(title, `${voters} voters, can lose ${canLose}`);
	const detail =
		voters === 1
			? 'a single voter: nobody serves the cluster until it is done'
			: canLose === null
				? `not known: ${reachableVoters} of ${voters} voters answer`
				: `${reachableVoters} of ${voters} voters serve and ${quorum} are needed: every write stops until it is done`;
	return { ...stop(title, detail), mayBeForced: true };
}

/** Followers and learners have applied what the leader has, but for a few entries; `members` narrows it. */
export function caughtUp(look: Look, members: readonly MemberView[] = ownMembers(look.snapshot)): Check {
	const title = members.length === 1 ? `${safeText(members[0]!.name)} is up to date` : 'members are up to date';
	const lags = members.flatMap(member => {
		const lag = lagOf(member);
		return lag === null ? [] : [{ member, lag }];
	});
	const behind = lags.filter(({ lag }) => lag > mostLagEntries);
	if (behind.length > 0)
		return stop(
			title,
			behind.map(({ member, lag }) => `${safeText(member.name)} is ${formatCount(lag)} entries behind`).join(', '),
		);
	if (lags.length < members.length)
		return stop(title, `not known of ${namesOf(members.filter(member => lagOf(member) === null))}`);
	const most = lags.reduce((worst, { lag }) => (lag > worst ? lag : worst), 0n);
	return pass(title, `at most ${formatCounted(most, 'entry', 'entries')} behind`);
}

/** Entries behind the leader, or not yet applied by the member itself, whichever is more; null where it is not known. */
export function lagOf({ lagEntries, numbers }: MemberView): bigint | null {
	if (lagEntries === null || numbers === null) return null;
	const { raftIndex, raftAppliedIndex } = numbers;
	const unapplied = raftIndex === null || raftAppliedIndex === null ? 0n : raftIndex - raftAppliedIndex;
	return unapplied > lagEntries ? unapplied : lagEntries;
}

/** What is said where no member answers Status: nothing else tells of alarms. */
const alarmsUntold = 'not known: no member tells which alarms are raised; try to log in as root';

/** Stops where nobody knows whether an alarm is raised: empty where it is known, or one is. */
export const alarmsTold = ({ snapshot }: Look): readonly Check[] =>
	snapshot.alarms.length > 0 || areAlarmsKnown(snapshot) ? [] : [stop('which alarms are raised', alarmsUntold)];

/** No member has raised CORRUPT: maintenance would only spread or hide it. */
export function notCorrupt({ snapshot }: Look): Check {
	const title = 'no CORRUPT alarm';
	const corrupt = snapshot.alarms.filter(({ type }) => type === 'CORRUPT');
	if (corrupt.length === 0) return areAlarmsKnown(snapshot) ? pass(title, 'none') : warn(title, alarmsUntold);
	const names = corrupt.flatMap(({ member }) => snapshot.members.filter(({ id }) => id === member));
	return stop(title, names.length === 0 ? 'CORRUPT is raised' : `CORRUPT is raised by ${namesOf(names)}`);
}

/** What a metric above 0 says of a member, and how it is called. */
const transfers: readonly { readonly metric: PlainMetric; readonly words: string }[] = [
	{ metric: 'etcd_disk_defrag_inflight', words: 'is defragmenting' },
	{ metric: 'etcd_server_snapshot_apply_in_progress_total', words: 'applies a snapshot from the leader' },
	{ metric: 'etcd_network_snapshot_send_inflights_total', words: 'sends a snapshot to another member' },
	{ metric: 'etcd_network_snapshot_receive_inflights_total', words: 'receives a snapshot' },
];

/** What keeps a member busy, by its metrics: `is defragmenting`. */
export const occupationsOf = (look: Look, member: MemberView): readonly string[] =>
	transfers.filter(({ metric }) => (metricOf(look, member, metric) ?? 0) > 0).map(({ words }) => words);

/**
 * No defragmentation and no transfer of a snapshot is under way. Where a member has no metrics it is only a warning;
 * `members` narrows it.
 */
export function nothingInFlight(look: Look, members: readonly MemberView[] = ownMembers(look.snapshot)): Check {
	const title = 'nothing else is under way';
	const busy = members.flatMap(member => occupationsOf(look, member).map(words => `${safeText(member.name)} ${words}`));
	if (busy.length > 0) return stop(title, busy.join('; '));
	const unread = members.filter(({ metrics }) => metrics.kind !== 'answered');
	if (unread.length > 0) return warn(title, `not known of ${namesOf(unread)}: no metrics`);
	return pass(title, 'no defragmentation, no transfer of a snapshot');
}

/** Who leads, and the term, are still what they were when the operation was planned or changed them itself. */
export function courseKept({ snapshot }: Look, course: Course): Check {
	const title = 'no election since the last step';
	const { leader, term } = snapshot;
	if (leader?.id === course.leaderId && term === course.term) return pass(title, `term ${term}`);
	const now = leader === null ? 'nobody leads now' : `${safeText(leader.name)} leads now`;
	return stop(title, `${now}, term ${course.term ?? 'unknown'} → ${term ?? 'unknown'}; look at why before going on`);
}

/** Who leads now. */
export const courseOf = ({ snapshot }: Look): Course => ({
	leaderId: snapshot.leader?.id ?? null,
	term: snapshot.term,
});
