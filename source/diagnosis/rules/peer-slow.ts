import { type RoundTrip, roundTrips } from '../../cluster/peer-round-trips.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatLatency } from '../../format/duration.ts';
import type { Severity } from '../finding.ts';
import { type Case, idOf, nameOf, type Rule, type Verdict } from '../rule.ts';
import { isolations } from './isolation.ts';

/** 10 ms is what etcd's guides ask for; 150 ms is where the etcd-mixin warns. Heartbeats are 100 ms apart by default. */
const levels: readonly (readonly [Severity, number])[] = [
	['warning', 0.15],
	['info', 0.01],
];
const windowMs = 5 * 60_000;
/** Two of each 30 s, so four minutes. With fewer a single bad moment would be half of what is known. */
const fewestToAccuse = 16;
const fewestToCompare = 4;

/** Two members, and the slower of what they measured of each other; a round trip is both ways, whoever asks. */
export type SlowPair = {
	readonly members: readonly [MemberView, MemberView];
	readonly medianSeconds: number;
};

/**
 * Round trips between members are slow, by the median of five minutes. One slow pair is a link; where all pairs of one
 * member are slow and the others are not, it is that member's network or machine. What was held while a way was cut
 * arrives when it is whole again and counts as one round trip of all that time: etcd's smoothed value was 1.7 s after 14 s
 * on 3.5.30, and is forgotten within two minutes. The median of five does not see it.
 */
export const peerSlow: Rule = {
	name: 'peer-slow',
	isOne: true,
	judge(subject) {
		const pairs = pairsOf(subject, windowMs, fewestToAccuse);
		for (const [severity, seconds] of levels) {
			const slow = pairs.filter(({ medianSeconds }) => medianSeconds >= seconds);
			if (slow.length > 0) return [verdictOf(severity, slow, pairs)];
		}
		return [];
	},
};

/** Every pair of which enough is measured, the slowest first. */
export function pairsOf(subject: Case, overMs: number, fewest = fewestToCompare): readonly SlowPair[] {
	const { history, snapshot } = subject;
	// Where nothing passes now, what is told is from before.
	const isolated = new Set(isolations(subject).map(({ member }) => member.id));
	const byId = new Map(snapshot.members.map(member => [member.id, member]));
	const byPair = new Map<string, RoundTrip[]>();
	for (const trip of roundTrips(history, snapshot, overMs)) {
		if (trip.median.observations < fewest || isolated.has(trip.by) || isolated.has(trip.of)) continue;
		const pair = [trip.by, trip.of].sort().join(' ');
		byPair.set(pair, [...(byPair.get(pair) ?? []), trip]);
	}
	return [...byPair.values()]
		.map(trips => ({
			members: [byId.get(trips[0]!.by)!, byId.get(trips[0]!.of)!] as const,
			medianSeconds: Math.max(...trips.map(({ median }) => median.seconds)),
		}))
		.sort((a, b) => b.medianSeconds - a.medianSeconds);
}

/** The one member that is in all slow pairs and has no other pair; null where it is a link, or all of them. */
export function commonMember(slow: readonly SlowPair[], all: readonly SlowPair[]): MemberView | null {
	if (slow.length < 2 || slow.length === all.length) return null;
	const isIn = (pair: SlowPair, { key }: MemberView) => pair.members.some(member => member.key === key);
	const found = slow[0]!.members.find(member => slow.every(pair => isIn(pair, member))) ?? null;
	return found !== null && all.filter(pair => isIn(pair, found)).length === slow.length ? found : null;
}

export const pairName = ({ members: [one, other] }: SlowPair): string => [nameOf(one), nameOf(other)].sort().join('–');

/** Whether every pair of its members was measured: two slow ways of three say nothing of the third. */
function coversAll(pairs: readonly SlowPair[]): boolean {
	const count = new Set(pairs.flatMap(({ members }) => members.map(({ key }) => key))).size;
	return pairs.length === (count * (count - 1)) / 2;
}

function verdictOf(severity: Severity, slow: readonly SlowPair[], all: readonly SlowPair[]): Verdict {
	const member = commonMember(slow, all);
	const fine = all.filter(pair => !slow.includes(pair));
	const where =
		member !== null
			? `round trips to ${nameOf(member)} are slow`
			: slow.length === 1
				? `the way ${pairName(slow[0]!)} is slow`
				: slow.length === all.length && coversAll(all)
					? 'all members are slow to reach each other'
					: `${slow.length} ways between members are slow`;
	return {
		severity,
		member: member === null ? null : idOf(member),
		title: where,
		evidence: [
			`median of five minutes: ${slow.map(pair => `${pairName(pair)} ${formatLatency(pair.medianSeconds)}`).join(', ')}`,
			...(fine.length === 0 ? [] : [`the others at most ${formatLatency(fine[0]!.medianSeconds)}`]),
		].join('; '),
		advice:
			member !== null
				? `look at ${nameOf(member)}’s network and load; heartbeat-interval must exceed the round trip, election-timeout ten times it`
				: 'look at the network between these members; heartbeat-interval must exceed the round trip, election-timeout ten times it',
		reasoning:
			member !== null
				? [`All of ${nameOf(member)}’s round trips are slow and no others: it is that member, not a link.`]
				: slow.length === 1 && fine.length > 0
					? ['Both members are quick to reach the others: it is the link between them, not a machine.']
					: [],
		chart: { kind: 'latency', latency: 'peerRtt', member: member === null ? null : idOf(member) },
	};
}
