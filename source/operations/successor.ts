import type { MemberView } from '../cluster/snapshot.ts';
import { lagOf, mostLagEntries } from './checks.ts';
import { servingVoters } from './voter-to-ask.ts';
import type { Look } from './world.ts';

/** The voter that is the least behind, and may lead in the place of this member; null where none is up to date. */
export function successorOf(look: Look, leader: MemberView): MemberView | null {
	const fit = servingVoters(look).flatMap(voter => {
		const lag = lagOf(voter);
		return voter.key === leader.key || lag === null || lag > mostLagEntries ? [] : [{ voter, lag }];
	});
	return fit.sort((a, b) => Number(a.lag - b.lag))[0]?.voter ?? null;
}
