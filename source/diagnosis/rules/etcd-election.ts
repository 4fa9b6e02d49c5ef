import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView, Quantile } from '../../cluster/snapshot.ts';
import { formatLatency, formatLatencyRange } from '../../format/duration.ts';
import { nameOf, type Rule } from '../rule.ts';
import { ownEtcd } from './own-control-plane.ts';

/** etcd's own: `NewConfig` in `embed/config.go`. */
const defaults = { heartbeatSeconds: 0.1, electionSeconds: 1 };
/** etcd does not start below this (`embed/config.go`). */
const heartbeatsInElection = 5;
/** From etcd's tuning guide. */
const roundTripsInElection = 10;
/** Peers probe each other every 30 s: fewer are a matter of chance. */
const fewestObservations = 5;

type Measured = Extract<Quantile, { readonly kind: 'measured' }>;
type Slowest = { readonly member: MemberView; readonly p99: Measured };

function slowestPeer(members: readonly MemberView[]): Slowest | null {
	return members
		.flatMap(member => {
			const { peerRttP99 } = member;
			return peerRttP99.kind === 'measured' && peerRttP99.observations >= fewestObservations
				? [{ member, p99: peerRttP99 }]
				: [];
		})
		.reduce<Slowest | null>(
			(worst, next) => (worst === null || next.p99.seconds > worst.p99.seconds ? next : worst),
			null,
		);
}

const pathText = ({ member, p99 }: Slowest) =>
	`the slowest round trip between members has a p99 of ${formatLatency(p99.seconds)} (bucket ${formatLatencyRange(p99.lowSeconds, p99.highSeconds)}, ${Math.round(p99.observations)} observations, from ${nameOf(member)})`;

/** Heartbeats and elections that are set too short for each other, or for the network between the members. */
export const etcdElection: Rule = {
	name: 'etcd-election',
	judge(subject) {
		const own = ownEtcd(subject);
		if (own === null) return [];
		const { heartbeatSeconds: beat, electionSeconds: vote } = own.settings;
		if (beat === 'unknown' || vote === 'unknown') return [];
		const heartbeat = beat === 'default' ? defaults.heartbeatSeconds : beat;
		const election = vote === 'default' ? defaults.electionSeconds : vote;
		const set = `--heartbeat-interval ${formatLatency(heartbeat)}, --election-timeout ${formatLatency(election)}`;
		const common = { severity: 'warning', member: own.member.id, chart: null } as const;
		// Milliseconds are whole: as fractions of a second they would not be.
		if (Math.round(election * 1000) < heartbeatsInElection * Math.round(heartbeat * 1000))
			return [
				{
					...common,
					title: 'etcd here will not start again: election timeout too short',
					evidence: `${set} in ${own.file}: less than ${heartbeatsInElection} heartbeats`,
					advice: `set --election-timeout to ten times --heartbeat-interval in ${own.file}, on every member alike`,
				},
			];
		const slowest = slowestPeer(ownMembers(subject.snapshot));
		// By the lower end of the bucket: what is measured is a range.
		if (slowest === null || election >= roundTripsInElection * slowest.p99.lowSeconds) return [];
		return [
			{
				...common,
				title: 'the election timeout is short for this network',
				evidence: `${set} in ${own.file}; ${pathText(slowest)}`,
				advice: `a round trip that slow is to be mended first; else set --election-timeout to ten round trips and --heartbeat-interval to one, on every member alike, in ${own.file}`,
				reasoning: ['below ten round trips one lost message may start an election without need'],
				chart: { kind: 'latency', latency: 'peerRtt', member: null },
			},
		];
	},
};
