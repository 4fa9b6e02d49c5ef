import { followsLeader } from '../cluster/member-state.ts';
import { isLed, ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { listNames } from './members.ts';
import type { Check } from './plan.ts';
import type { Look } from './world.ts';

/** Voters that answer and follow the leader, the leader first: any of them takes what is meant for the cluster. */
export const servingVoters = ({ snapshot }: Look): readonly MemberView[] =>
	ownMembers(snapshot)
		.filter(member => !member.isLearner && followsLeader(member))
		.sort((a, b) => Number(b.role === 'leader') - Number(a.role === 'leader'));

/** Somebody leads and can be asked: what goes through raft has a chance. A member that is down is no obstacle. */
export function majorityServes(look: Look): Check {
	const title = 'a majority serves';
	const { reachableVoters, voters, leader } = look.snapshot;
	const count = `${reachableVoters} of ${voters} voters serve`;
	if (!isLed(look.snapshot) || servingVoters(look).length === 0)
		return { title, verdict: 'stop', detail: `${count}, and no member tells of a leader` };
	const who = leader === null ? '' : `; ${safeText(leader.name)} leads`;
	return { title, verdict: 'pass', detail: `${count}${who}` };
}

/** Whom nobody can watch meanwhile: a warning, because what goes through raft reaches it once it is back. */
export function everybodyFollows({ snapshot }: Look): Check {
	const title = 'every member follows';
	const away = ownMembers(snapshot).filter(member => !followsLeader(member));
	if (away.length === 0) return { title, verdict: 'pass', detail: `${ownMembers(snapshot).length} of them` };
	const detail = `${listNames(away.map(({ name }) => name))} ${away.length === 1 ? 'does' : 'do'} not: done there later`;
	return { title, verdict: 'warn', detail };
}
