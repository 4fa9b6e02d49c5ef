import type { MemberView } from '../../cluster/snapshot.ts';
import { formatRate } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { steadyRise } from './steady-rise.ts';
import { undisturbedMembers, wasCutOff } from './undisturbed.ts';

/**
 * Linearizable reads wait or fail though there is a leader: each asks the leader how far it is, and it asks a majority.
 * Without a leader all of them fail: that is `quorum-lost`'s or `no-leader`'s, as what a member that is cut off fails is
 * `member-cut-off`'s.
 */
export const slowReads: Rule = {
	name: 'slow-reads',
	judge: subject => undisturbedMembers(subject).flatMap(member => verdictOf(subject, member)),
};

function verdictOf(subject: Case, member: MemberView) {
	const slow = steadyRise(subject, member, 'etcd_server_slow_read_indexes_total', 1);
	const failed = steadyRise(subject, member, 'etcd_server_read_indexes_failed_total', 1);
	if ((slow === null && failed === null) || wasCutOff(subject, member)) return [];
	const isLeading = member.id !== null && member.id === subject.snapshot.leader?.id;
	return [
		{
			severity: 'warning' as const,
			member: idOf(member),
			title: `${nameOf(member)}: reads ${failed === null ? 'are slow' : 'fail'}`,
			evidence: [
				...(slow === null ? [] : [`${formatRate(slow)} waited for the leader in vain for a while`]),
				...(failed === null ? [] : [`${formatRate(failed)} failed`]),
				'for two minutes, under one leader',
			].join(', '),
			advice: isLeading
				? 'compare the round trips from the leader to the voters, and the load of its machine'
				: 'compare the round trip from it to the leader, and the load of both machines',
			reasoning: ['A linearizable read needs no disk, only the leader and a majority in time: it is network or load.'],
			chart: { kind: 'latency' as const, latency: 'peerRtt' as const, member: idOf(member) },
		},
	];
}
