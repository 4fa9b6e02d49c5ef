import type { MemberView } from '../../cluster/snapshot.ts';
import { type Case, idOf, nameOf, type Rule, type Verdict } from '../rule.ts';
import { forSeconds, type Isolation, isolations, matrixOf } from './isolation.ts';

/**
 * Of a member and the leader one hears the other and is not heard. Which of them is deaf shows in what each of them got:
 * see `peer-matrix.ts` for what real clusters showed. A member that is only not heard looks well in every other number: it
 * follows the leader, it has the leader's index, and etcd 3.5 calls the peers active.
 */
export const oneWayPartition: Rule = {
	name: 'one-way-partition',
	judge: subject =>
		isolations(subject).flatMap(isolation => {
			if (isolation.kind === 'cut-off') return [];
			return [isolation.kind === 'deaf' ? deaf(subject, isolation) : mute(subject, isolation)];
		}),
};

function deaf(subject: Case, isolation: Isolation): Verdict {
	const { member, leader } = isolation;
	const [name, leads] = [nameOf(member), nameOf(leader)];
	return {
		severity: 'warning',
		member: idOf(member),
		title: `${name} does not hear the leader`,
		evidence: `${name} has had nothing from ${leads} ${forSeconds(isolation)}, while ${leads} still hears ${name}`,
		advice: onlyOneWay(leads, name),
		reasoning: [
			`What ${name} sends arrives, what is sent to it does not: one direction is lost, neither member is down.`,
			`Without heartbeats ${name} has no leader: it asks for votes in vain, and its clients’ writes fail.`,
			...blindSigns(subject, member, leader),
			...electionOnReturn(member),
		],
	};
}

function mute(subject: Case, isolation: Isolation): Verdict {
	const { member, leader } = isolation;
	const [name, leads] = [nameOf(member), nameOf(leader)];
	return {
		severity: 'warning',
		member: idOf(member),
		title: `the leader does not hear ${name}`,
		evidence: `${leads} has had nothing from ${name} ${forSeconds(isolation)}, while ${name} still gets ${leads}’s heartbeats`,
		advice: onlyOneWay(name, leads),
		reasoning: [
			`Every heartbeat is answered, and none of ${name}’s answers arrives: one direction is lost.`,
			`${name} looks well, but ${member.isLearner ? 'the leader cannot tell how far it is' : 'does not count for the majority: its votes and acknowledgements are lost'}.`,
			...blindSigns(subject, member, leader),
		],
	};
}

const onlyOneWay = (from: string, to: string): string =>
	`check firewall rules and routes from ${from} to ${to}, for the peer ports (2380) of both: answers travel on connections of either`;

/** Why dashboards do not show it. */
export function blindSigns(subject: Case, member: MemberView, leader: MemberView): readonly string[] {
	const matrix = matrixOf(subject);
	const links = [matrix.link(member.id ?? '', leader.id ?? ''), matrix.link(leader.id ?? '', member.id ?? '')];
	return links.every(link => link?.disconnectedSeconds === 0)
		? ['etcd_network_active_peers still says 1 on both sides: etcd 3.5 does not notice packets that are dropped.']
		: [];
}

/**
 * Seen on 3.4.23: while it was cut off its term rose from 2 to 18, and on its return the leader stepped down at once.
 * From 3.5 on a member asks first whether it could win (`--pre-vote`).
 */
export const electionOnReturn = (member: MemberView): readonly string[] =>
	member.numbers?.version?.startsWith('3.4.')
		? [`Expect one election on its return: etcd 3.4 campaigns in ever higher terms meanwhile.`]
		: [];
