import { clockAheadMs } from '../../cluster/clock-offset.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { formatDuration } from '../../format/duration.ts';
import { idOf, listNames, nameOf, type Rule } from '../rule.ts';

/** A clock is read in whole seconds. */
const fewestMs = 3000;

/** The members' clocks differ. Raft does not care; certificates, tokens and those who compare logs do. */
export const clockSkew: Rule = {
	name: 'clock-skew',
	isOne: true,
	judge({ history, snapshot, atMs }) {
		const clocks = ownMembers(snapshot)
			.flatMap(member => {
				const aheadMs = isAnswering(member) ? clockAheadMs(history, member.key, atMs) : null;
				return aheadMs === null ? [] : [{ member, aheadMs }];
			})
			.sort((a, b) => a.aheadMs - b.aheadMs);
		if (clocks.length < 2) return [];
		const middleMs = clocks[Math.floor((clocks.length - 1) / 2)]!.aheadMs;
		const apart = clocks.filter(({ aheadMs }) => Math.abs(aheadMs - middleMs) >= fewestMs);
		if (apart.length === 0) return [];
		// Of two nobody knows which is right.
		const odd = apart.length === 1 && clocks.length > 2 ? apart[0]! : null;
		const words = apart.map(
			({ member, aheadMs }) =>
				`${nameOf(member)} is ${formatDuration(Math.abs(aheadMs - middleMs) / 1000)} ${aheadMs > middleMs ? 'ahead' : 'behind'}`,
		);
		const others = clocks.filter(clock => !apart.includes(clock)).map(({ member }) => member);
		return [
			{
				severity: 'info',
				member: odd === null ? null : idOf(odd.member),
				title: odd === null ? 'the members’ clocks differ' : `${words[0]} of the others’ clocks`,
				evidence: `${words.join(', ')}, compared with ${listNames(others)} (to a second)`,
				advice: 'see that a time service (chrony, systemd-timesyncd) runs on each host',
				reasoning: [
					'it matters for certificates, tokens, and for whoever compares logs; raft and leases do not depend on it',
				],
			},
		];
	},
};
