import { ownMembers } from '../../cluster/own-members.ts';
import { counterIncrease } from '../../cluster/rate.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatLatency } from '../../format/duration.ts';
import type { Remedy } from '../finding.ts';
import { type Case, idOf, listNames, nameOf } from '../rule.ts';
import { voterWithBetterDisk } from './better-disk.ts';
import { type ChangeCause, type Changes, leadersIn, timesWords } from './changing-leaders.ts';
import { stallsIn } from './disk-stalls.ts';
import { isolations } from './isolation.ts';
import { latencyOver } from './latency-levels.ts';
import { stallingDisks } from './leaders-stalled.ts';
import { commonMember, pairName, pairsOf } from './peer-slow.ts';

/** A heartbeat more than 0.1 s late counts once for each follower; a pause of the machine alone makes a few. */
const fewLatePerPeer = 3;
/** A leader that waits so long for its disk is late with its heartbeats. */
const slowFsyncSeconds = 0.1;
const slowTripSeconds = 0.1;
/** Two of each 30 s: a minute and a half of the two minutes that are looked at in haste. */
const fewestTrips = 6;

/**
 * etcd books a change on those who see a new leader: the victims. The cause is looked for in the order in which one can
 * make the signs of the next: a slow disk makes heartbeats late, and a member that is away loses connections.
 */
export function causeOf(subject: Case, changes: Changes): ChangeCause {
	return (
		slowDisk(subject, changes) ??
		stallingDisks(subject, changes) ??
		isolated(subject, changes) ??
		away(subject, changes) ??
		late(subject, changes) ??
		network(subject, changes) ??
		unknown(subject, changes)
	);
}

const increaseOf = ({ history, atMs }: Case, { key }: MemberView, sample: string, windowMs: number): number => {
	const metrics = history.rows.get(key)?.metrics;
	if (metrics === undefined) return 0;
	const { metricsIntervalMs } = history.options;
	return Math.round(counterIncrease(metrics, metricsIntervalMs, sample, atMs, windowMs)?.increase ?? 0);
};

const lateHeartbeats = (subject: Case, member: MemberView, { windowMs }: Changes): number =>
	increaseOf(subject, member, 'etcd_server_heartbeat_send_failures_total', windowMs);

const peersIn = ({ snapshot }: Case): number => Math.max(1, ownMembers(snapshot).length - 1);

/** Leaders whose heartbeats were late, the worst first. */
function lateLeaders(subject: Case, changes: Changes) {
	return leadersIn(subject, changes)
		.map(member => ({ member, lateCount: lateHeartbeats(subject, member, changes) }))
		.filter(({ lateCount }) => lateCount >= fewLatePerPeer * peersIn(subject))
		.sort((a, b) => b.lateCount - a.lateCount);
}

const movedAway = (subject: Case, member: MemberView, { windowMs }: Changes): Remedy | null => {
	if (member.id !== subject.snapshot.leader?.id) return null;
	const next = voterWithBetterDisk(subject, member, windowMs);
	return next === null ? null : { operation: 'move-leader', member: idOf(next) };
};

function slowDisk(subject: Case, changes: Changes): ChangeCause | null {
	for (const { member, lateCount } of lateLeaders(subject, changes)) {
		const fsync = latencyOver(subject, member, 'fsync', changes.windowMs);
		if (fsync === null || fsync.seconds < slowFsyncSeconds) continue;
		const name = nameOf(member);
		const trip = pairsOf(subject, changes.windowMs)[0];
		const isLeading = member.id === subject.snapshot.leader?.id;
		return {
			member,
			title: `the leader changes often: ${name}’s disk is slow`,
			evidence: `${name} sent ${lateCount} heartbeats late while it led, its disk syncs take ${fsync.words}`,
			reasoning: [
				`The changes are counted by the members that lost their leader; the one that was late is ${name}.`,
				...(trip !== undefined && trip.medianSeconds < slowTripSeconds
					? [`Round trips are at most ${formatLatency(trip.medianSeconds)} (median): it is the disk, not the network.`]
					: []),
			],
			advice: isLeading
				? `move the leader off ${name}, then give its etcd a disk of its own`
				: `keep the leader away from ${name} until its etcd has a disk of its own`,
			remedy: movedAway(subject, member, changes),
			chart: { kind: 'latency', latency: 'fsync', member: idOf(member) },
		};
	}
	return null;
}

/** A pause that costs the lead makes a heartbeat late for each of the others; a few beside many changes have made none. */
const explainsHalf = (lateCount: number, subject: Case, { count }: Changes): boolean =>
	lateCount * 2 >= count * peersIn(subject);

/** Late without a slow disk: the process does not get to run, or its messages wait in front of a slow network. */
function late(subject: Case, changes: Changes): ChangeCause | null {
	const [worst] = lateLeaders(subject, changes);
	if (worst === undefined || !explainsHalf(worst.lateCount, subject, changes)) return null;
	const { member, lateCount } = worst;
	const name = nameOf(member);
	const fsync = latencyOver(subject, member, 'fsync', changes.windowMs);
	if (fsync === null || hasStalled(subject, member, changes)) return null;
	return {
		member,
		title: `the leader changes often: ${name} is late`,
		evidence: `${name} sent ${lateCount} heartbeats late while it led, though its disk syncs take ${fsync.words}`,
		reasoning: [
			`The disk is quick, so ${name}’s etcd did not get to run in time: processor, memory or pauses of its machine.`,
		],
		advice: `look at load, memory and CPU limits of ${name}’s machine, and at what else runs there`,
		remedy: null,
		chart: null,
	};
}

/** Who led and is cut off now: its own finding says how. */
function isolated(subject: Case, changes: Changes): ChangeCause | null {
	const led = leadersIn(subject, changes);
	const found = isolations(subject).find(({ member }) => led.includes(member));
	if (found === undefined) return null;
	const name = nameOf(found.member);
	return {
		member: found.member,
		title: `the leader changes often: ${name} is cut off`,
		evidence: `${name} led and is cut off from ${nameOf(found.leader)} now`,
		reasoning: ['A leader that is cut off is replaced at once, whichever direction is lost.'],
		advice: `mend the network of ${name} first: the elections follow from it`,
		remedy: null,
		chart: null,
	};
}

/**
 * Leaders that did not answer us, or were started anew: each such time makes one change. Who waits for a stalled disk does
 * not answer either: of those this says nothing.
 */
function away(subject: Case, changes: Changes): ChangeCause | null {
	const fromMs = subject.atMs - changes.windowMs;
	const gone = leadersIn(subject, changes)
		.filter(member => !hasStalled(subject, member, changes))
		.map(member => ({ member, times: timesAway(subject, member, fromMs) }))
		.filter(({ times }) => times > 0)
		.sort((a, b) => b.times - a.times);
	const times = gone.reduce((sum, each) => sum + each.times, 0);
	if (times === 0 || times * 2 < changes.count) return null;
	const members = gone.map(({ member }) => member);
	return {
		member: members.length === 1 ? members[0]! : null,
		title: `the leader changes often: ${listNames(members)} ${members.length === 1 ? 'comes and goes' : 'come and go'}`,
		evidence: gone.map(each => `${nameOf(each.member)} led and was away ${timesWords(each.times)}`).join(', '),
		reasoning: [
			subject.snapshot.voters === 1
				? 'It is the only voter: each time nobody leads until it is back.'
				: 'Each time that a leader goes away the others elect another: the elections follow from it.',
		],
		advice: `look why ${listNames(members)} ${members.length === 1 ? 'stops' : 'stop'}: log, memory limit, liveness probe`,
		remedy: null,
		chart: null,
	};
}

function timesAway({ history, atMs }: Case, { key }: MemberView, fromMs: number): number {
	const states = history.rows.get(key)?.states;
	if (states === undefined) return 0;
	let times = 0;
	for (let index = states.countAt(atMs) - 1; index >= 0; index--) {
		const entry = states.entry(index)!;
		if (entry.atMs < fromMs) break;
		const wasAway = states.entry(index - 1)?.value.kind === 'unreachable';
		if (entry.value.kind === 'unreachable' && !wasAway) times++;
	}
	return times;
}

function network(subject: Case, changes: Changes): ChangeCause | null {
	// The median: what was held by a cut arrives at its end and would pass for a few very slow round trips.
	const pairs = pairsOf(subject, changes.windowMs, fewestTrips);
	const slow = pairs.filter(({ medianSeconds }) => medianSeconds >= slowTripSeconds);
	const losses = lossesOf(subject, changes);
	if (slow.length === 0 && losses.length === 0) return null;
	const member = commonMember(slow, pairs) ?? null;
	const where =
		slow.length === 0
			? losses[0]!.way
			: member === null
				? `the way ${pairName(slow[0]!)}`
				: `the way to ${nameOf(member)}`;
	return {
		member,
		title: `the leader changes often: ${where} is bad`,
		evidence: [
			...slow.slice(0, 3).map(pair => `round trips ${pairName(pair)} ${formatLatency(pair.medianSeconds)} (median)`),
			...losses.slice(0, 3).map(({ words }) => words),
		].join(', '),
		reasoning: [fsyncWords(subject, changes, 'it is the network')].flat(),
		advice: `look at the network on ${where}: loss, saturation, a firewall that forgets connections`,
		remedy: null,
		chart: { kind: 'latency', latency: 'peerRtt', member: member === null ? null : idOf(member) },
	};
}

/** Connections between members that broke, and messages that could not be sent, though nobody was away. */
function lossesOf(subject: Case, { windowMs }: Changes) {
	const members = ownMembers(subject.snapshot).filter(member => member.id !== null);
	return members
		.flatMap(by =>
			members.flatMap(of => {
				if (by === of || timesAway(subject, of, subject.atMs - windowMs) > 0) return [];
				const broken = increaseOf(
					subject,
					by,
					`etcd_network_disconnected_peers_total{Local="${by.id}",Remote="${of.id}"}`,
					windowMs,
				);
				const unsent = increaseOf(subject, by, `etcd_network_peer_sent_failures_total{To="${of.id}"}`, windowMs);
				if (broken + unsent < 2) return [];
				const losses = [
					...(broken === 0 ? [] : [`lost ${nameOf(of)} ${timesWords(broken)}`]),
					...(unsent === 0
						? []
						: [`could not send ${unsent === 1 ? '1 message' : `${unsent} messages`} to ${nameOf(of)}`]),
				];
				const words = `${nameOf(by)} ${losses.join(' and ')}`;
				return [{ count: broken + unsent, way: `the way ${nameOf(by)}–${nameOf(of)}`, words }];
			}),
		)
		.sort((a, b) => b.count - a.count);
}

const hasStalled = (subject: Case, member: MemberView, { windowMs }: Changes): boolean =>
	(stallsIn(subject, member, subject.atMs, windowMs)?.count ?? 0) > 0;

function fsyncWords(subject: Case, changes: Changes, conclusion: string): readonly string[] {
	const leaders = leadersIn(subject, changes);
	if (leaders.some(member => hasStalled(subject, member, changes))) return [];
	const worst = leaders
		.flatMap(member => latencyOver(subject, member, 'fsync', changes.windowMs) ?? [])
		.sort((a, b) => b.seconds - a.seconds)[0];
	return worst === undefined || worst.seconds >= slowFsyncSeconds
		? []
		: [`The leaders’ disk syncs take at most ${worst.words}: ${conclusion}.`];
}

function unknown(subject: Case, changes: Changes): ChangeCause {
	const trip = pairsOf(subject, changes.windowMs)[0];
	const disks = fsyncWords(subject, changes, 'it is not a disk');
	const leaders = leadersIn(subject, changes);
	const hasLate = leaders.some(member => lateHeartbeats(subject, member, changes) > 0);
	const stalled = leaders.filter(member => hasStalled(subject, member, changes));
	return {
		member: null,
		title: 'the leader changes often',
		evidence:
			stalled.length === 0
				? 'neither disk nor network stands out'
				: `a disk sync of ${listNames(stalled)} took over a second meanwhile, which does not explain all of them`,
		reasoning: [
			...disks,
			...(trip === undefined
				? []
				: [`Round trips are at most ${formatLatency(trip.medianSeconds)} (median): it is not their length.`]),
			...(disks.length > 0 && !hasLate
				? ['No leader was late with its heartbeats: it may have been moved on purpose.']
				: []),
		],
		advice:
			'ask who moves the leader (an operator, a job); else compare disk syncs, round trips and load of the machines',
		remedy: null,
		chart: null,
	};
}
