import { followsLeader, isAnswering } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import { quietAfterMs } from '../../cluster/peer-matrix.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { idOf, listNames, nameOf, type Rule } from '../rule.ts';
import { forSeconds, isolations, matrixOf } from './isolation.ts';

const patienceSeconds = (2 * quietAfterMs) / 1000;

/**
 * Members have no connection to one that answers here. Between two followers nothing else shows it, until one of them is
 * to lead. Only a refusal or a reset is seen at once; packets that are dropped show after 5 s on etcd 3.4, and never on
 * 3.5. Where the leader is concerned and messages are lost, `member-cut-off` and `one-way-partition` have said more.
 *
 * Of two that tell it of each other the one is meant of which more members tell it. Measured on 3.5.30 with one peer port
 * closed: the member behind it kept its own connections to all others, and counted those peers as inactive all the same.
 */
export const peerDisconnected: Rule = {
	name: 'peer-disconnected',
	judge(subject) {
		const told = isolations(subject).map(({ member }) => member.key);
		// Who knows no leader while others follow one was away from them: the next scrape tells whether it still is.
		const takesPart = isLed(subject.snapshot) ? followsLeader : isAnswering;
		const members = ownMembers(subject.snapshot).filter(member => takesPart(member) && !told.includes(member.key));
		const tellersOf = new Map(members.map(of => [of, members.filter(by => by !== of && isApart(by, of))]));
		return members.flatMap(of => {
			const tellers = tellersOf.get(of)!;
			const by = tellers.filter(other => !isApart(of, other) || tellersOf.get(other)!.length <= tellers.length);
			if (by.length === 0) return [];
			const seconds = Math.min(...by.map(other => secondsApart(other, of)));
			return [
				{
					severity: 'warning' as const,
					member: idOf(of),
					title: `${listNames(by)} cannot connect to ${nameOf(of)}`,
					evidence: `no connection to its peer port ${forSeconds({ seconds })}, though ${nameOf(of)} answers here`,
					advice: `check the peer URL of ${nameOf(of)} in the member list, its firewall, and the peer certificates of both`,
					reasoning: [
						`${nameOf(of)} answers here, so it runs: what fails is its peer port as seen from ${listNames(by)}.`,
						'The leader may still reach it by connections of the other direction: it shows fully when the leader changes.',
					],
				},
			];
		});

		function isApart(by: MemberView, of: MemberView): boolean {
			const isTold = by.metrics.kind === 'answered' && by.metrics.atMs >= Math.max(by.state.sinceMs, of.state.sinceMs);
			return isTold && secondsApart(by, of) >= patienceSeconds;
		}

		function secondsApart(by: MemberView, of: MemberView): number {
			return matrixOf(subject).link(by.id ?? '', of.id ?? '')?.disconnectedSeconds ?? 0;
		}
	},
};
