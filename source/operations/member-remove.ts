import { followsLeader } from '../cluster/member-state.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { courseKept, courseOf, leaderAgreed, nothingInFlight, oneCluster } from './checks.ts';
import { memberNamed } from './members.ts';
import { isUnstarted, labelIn, listedAs, listKept, noneUnstarted, phraseIn, withoutMember } from './membership.ts';
import { type Change, changeMembers } from './membership-change.ts';
import type { Check, Plan } from './plan.ts';
import { changeInWords, goodCount, quorumKept, type Votes, votesInWords, votesOf } from './quorum.ts';
import { Refused } from './refused.ts';
import { type Prepare, plannedOf, type Step } from './step.ts';
import { moveLeaderStep } from './steps/move-leader.ts';
import { successorOf } from './successor.ts';
import type { Look } from './world.ts';

/** Takes a member out of the cluster; where it leads, after it has handed over. */
export const prepareMemberRemoval: Prepare<'member-remove'> = async (request, world) => {
	const look = await world.look();
	const view = memberNamed(look.snapshot, request.member);
	const member = listedAs(look, view.id);
	if (member === undefined) throw new Refused(`${safeText(view.name, 80)} is not in the member list; try it again`);
	const name = labelIn(look, member);
	const { clusterId, leader } = look.snapshot;
	const successor = leader?.id === view.id ? successorOf(look, view) : null;
	const removal = removeStep(view, name, look);
	const handOver = (to: MemberView) =>
		moveLeaderStep(view, to, {
			recheck: (now, course) => [listKept(look.snapshot.list, now), courseKept(now, course), ...checksOf(view, now)],
		});
	const steps = successor === null ? [removal] : [handOver(successor), removal];
	const first = successor === null ? '' : `move the leader to ${safeText(successor.name, 80)}, then `;
	const plan: Plan = {
		operation: 'member-remove',
		title: `Remove ${name}`,
		clusterId,
		member: name,
		risk: 'dangerous',
		phrase: phraseIn(look, member),
		checks: [oneCluster(look), ...checksOf(view, look), ...leadershipOf(view, successor, look)],
		summary: `${first}remove ${name}: ${wordsOf(view, look)}`,
		consequence: consequenceOf(view, name, look),
		steps: steps.map(plannedOf),
		nothingToDo: null,
	};
	return { plan, steps, course: courseOf(look), look, conclude: results => results.at(-1)!.text };
};

/** As the list has it: a member that is down tells nothing of itself. */
const isVoter = (view: MemberView, look: Look): boolean => !(listedAs(look, view.id)?.isLearner ?? view.isLearner);

function votesAfter(view: MemberView, look: Look): Votes {
	const votes = votesOf(look);
	if (!isVoter(view, look)) return votes;
	return { voters: votes.voters - 1, serving: votes.serving - (followsLeader(view) ? 1 : 0) };
}

const wordsOf = (view: MemberView, look: Look): string =>
	isVoter(view, look)
		? changeInWords(votesOf(look), votesAfter(view, look))
		: `a learner, which has no vote: ${votesInWords(votesOf(look))}, as before`;

/** The member itself may say what it likes: that it is cut off may be why it goes. */
function checksOf(gone: MemberView, now: Look): readonly Check[] {
	const view = now.snapshot.members.find(({ key }) => key === gone.key) ?? gone;
	const others = withoutMember(now, view);
	const after = votesAfter(view, now);
	const isPending = now.snapshot.list.some(member => member.id === view.id && isUnstarted(member));
	const busy = nothingInFlight(others);
	return [
		leaderAgreed(isLeading(view, now) ? now : others),
		quorumKept(votesOf(now), after),
		...(isVoter(view, now) && after.voters > 0 ? [goodCount(after)] : []),
		...(isPending ? [] : [noneUnstarted(now, 'warn')]),
		// A transfer that never ends may be why the member goes.
		busy.verdict === 'stop' ? { ...busy, verdict: 'warn' } : busy,
	];
}

const isLeading = ({ id }: MemberView, { snapshot }: Look): boolean => id !== null && snapshot.leader?.id === id;

function leadershipOf(view: MemberView, successor: MemberView | null, look: Look): readonly Check[] {
	const title = 'it does not lead';
	if (!isLeading(view, look)) return [{ title, verdict: 'pass', detail: 'another member leads' }];
	const detail =
		successor === null
			? 'it does, and no voter is up to date to take over: an election follows, and writes wait for it'
			: `it does: ${safeText(successor.name, 80)} takes over first`;
	return [{ title, verdict: 'warn', detail }];
}

const consequenceOf = (view: MemberView, name: string, look: Look): readonly string[] => [
	`${name} leaves for good: its process ends, and its data is of no use any more. To bring it back, wipe its data and add it anew.`,
	followsLeader(view)
		? `Clients that know only ${safeText(view.endpoint, 200)} lose the cluster.`
		: `${name} is not seen to serve anybody now; where it does all the same, its clients lose it.`,
	`${wordsOf(view, look)}.`,
];

function removeStep(view: MemberView, name: string, { snapshot }: Look): Step {
	const change: Change = {
		except: view.id,
		title: `remove ${name}`,
		ask: (calls, options) => calls.removeMember(view.id!, options),
		isIn: list => list.length > 0 && list.every(({ id }) => id !== view.id),
		done(list) {
			const voters = list.filter(({ isLearner }) => !isLearner).length;
			const left = `${voters} ${voters === 1 ? 'voter is' : 'voters are'} left`;
			return { text: `${name} is removed: ${left}`, facts: { memberId: view.id, voters } };
		},
	};
	return {
		title: `remove ${name}`,
		memberId: view.id,
		isAbortable: false,
		warnings: [],
		recheck: (look, course) => [listKept(snapshot.list, look), courseKept(look, course), ...checksOf(view, look)],
		run: context => changeMembers(change, context),
	};
}
