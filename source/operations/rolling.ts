import { freeBytesOf } from '../cluster/fragmentation.ts';
import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { lagOf, mostLagEntries } from './checks.ts';
import { defragmentRechecks } from './defragment-checks.ts';
import { createPace } from './pace.ts';
import type { Step } from './step.ts';
import { defragmentStep } from './steps/defragment.ts';
import { moveLeaderStep } from './steps/move-leader.ts';
import { settleStep } from './steps/settle.ts';
import type { Look, World } from './world.ts';

/** Who is defragmented, in which order, and who leads meanwhile. */
export type RollingOrder = {
	/** By what they can give back, most first. */
	readonly followers: readonly MemberView[];
	/** Defragmented last; null where it is not chosen. */
	readonly leader: MemberView | null;
	/** Leads from then on; null where nobody has to, or nobody can. */
	readonly successor: MemberView | null;
};

/** Orders the voters that answer and are chosen. Learners are never among them: etcd does not defragment them. */
export function rollingOrder(look: Look, isChosen: (member: MemberView) => boolean): RollingOrder {
	const { snapshot } = look;
	const chosen = ownMembers(snapshot).filter(member => !member.isLearner && isAnswering(member) && isChosen(member));
	const isLeader = ({ id }: MemberView) => id !== null && id === snapshot.leader?.id;
	const followers = chosen
		.filter(member => !isLeader(member))
		.sort((a, b) => (freeBytesOf(b) ?? 0) - (freeBytesOf(a) ?? 0));
	const leader = chosen.find(isLeader) ?? null;
	return { followers, leader, successor: leader === null ? null : (followers[0] ?? leanestVoter(look, leader)) };
}

/** Of the voters that could lead at once the one that needs a defragmentation least. */
function leanestVoter({ snapshot }: Look, leader: MemberView): MemberView | null {
	const fit = ownMembers(snapshot).filter(member => {
		const lag = lagOf(member);
		return (
			!member.isLearner &&
			member.key !== leader.key &&
			member.role === 'follower' &&
			lag !== null &&
			lag <= mostLagEntries
		);
	});
	return fit.sort((a, b) => (freeBytesOf(a) ?? 0) - (freeBytesOf(b) ?? 0))[0] ?? null;
}

/** The members in their order. */
export const membersIn = ({ followers, leader }: RollingOrder): readonly MemberView[] =>
	leader === null ? followers : [...followers, leader];

export type RollingOptions = {
	/** Why a member need not be defragmented after all, looked at when its turn comes; null where it must. */
	readonly needless?: (member: MemberView) => string | null;
};

const runAgain =
	'look at why; run it again afterwards and it goes on where it stopped: members that are done are not worth it any more';

/**
 * The steps of a rolling defragmentation: each follower, a pause in which it has to catch up, leadership to one that is
 * done, and the old leader. Before each of them everything is looked at again, compared with `planned`. A single voter is
 * defragmented as it is; of several the leader is left out where nobody can lead in its place.
 */
export function rollingSteps(planned: Look, order: RollingOrder, { needless }: RollingOptions = {}): readonly Step[] {
	const { followers, leader, successor } = order;
	const pace = createPace();
	const recheck: Step['recheck'] = (look, course) => defragmentRechecks(look, course, planned);
	const pauseSeconds = ({ patience }: World) => Math.max(patience.settleSeconds, pace.lastSeconds);
	const isAlone = planned.snapshot.voters === 1;
	const turn = (target: MemberView, isLeading: boolean): readonly Step[] => [
		defragmentStep(target, { pace, isLeading, needless, recheck, adviceOnStop: runAgain }),
		settleStep(target, { pauseSeconds }),
	];
	const steps = followers.flatMap(member => turn(member, false));
	if (leader !== null && successor !== null)
		steps.push(
			moveLeaderStep(leader, successor, { recheck, adviceOnStop: runAgain }),
			settleStep(successor, { pauseSeconds: ({ patience }) => patience.settleSeconds }),
		);
	if (leader !== null && (successor !== null || isAlone)) steps.push(...turn(leader, isAlone));
	const last = membersIn(order).at(-1);
	// After the last one nobody waits longer than it takes.
	return last === undefined || steps.length === 0
		? []
		: [...steps.slice(0, -1), settleStep(last, { pauseSeconds: () => 0 })];
}
