import { followsLeader } from '../cluster/member-state.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatCount, formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { courseKept, courseOf, lagOf, leaderAgreed, mostLagEntries, nothingInFlight, oneCluster } from './checks.ts';
import { memberNamed } from './members.ts';
import { corruptionSeen, labelIn, listedAs, listKept, phraseIn } from './membership.ts';
import { type Change, changeMembers } from './membership-change.ts';
import { type Check, clusterNameOf, type Plan } from './plan.ts';
import { changeInWords, goodCount, quorumKept, type Votes, votesOf } from './quorum.ts';
import { type Prepare, plannedOf, type Step } from './step.ts';
import type { Look } from './world.ts';

/** etcd asks a learner for this share of the leader's log. */
const leastShare = 0.9;

/** Gives a learner its vote. */
export const prepareMemberPromotion: Prepare<'member-promote'> = async (request, world) => {
	const look = await world.look();
	const learner = memberNamed(look.snapshot, request.member);
	const { clusterId, list } = look.snapshot;
	const member = listedAs(look, learner.id) ?? { id: learner.id ?? learner.key, name: learner.name };
	const name = labelIn(look, member);
	const isVoter = !(listedAs(look, learner.id)?.isLearner ?? learner.isLearner);
	const votes = votesOf(look);
	const step = promoteStep(learner, name, list);
	const plan: Plan = {
		operation: 'member-promote',
		title: `Promote ${name}`,
		clusterId,
		member: name,
		risk: 'careful',
		phrase: phraseIn(look, member),
		checks: [oneCluster(look), leaderAgreed(look), ...(isVoter ? [] : checksOf(learner.key, look))],
		summary: `give ${name} its vote: ${changeInWords(votes, withVote(votes, learner))}`,
		consequence: [
			`${name} counts for every majority from then on; only removing it takes its vote away.`,
			`Clients of cluster ${clusterNameOf(clusterId)} notice nothing.`,
		],
		steps: isVoter ? [] : [plannedOf(step)],
		nothingToDo: isVoter ? `${name} is a voter already` : null,
	};
	const steps = isVoter ? [] : [step];
	return { plan, steps, course: courseOf(look), look, conclude: ([result]) => result?.text ?? plan.summary };
};

const withVote = ({ voters, serving }: Votes, learner: MemberView): Votes => ({
	voters: voters + 1,
	serving: serving + (followsLeader(learner) ? 1 : 0),
});

function checksOf(key: string, look: Look): readonly Check[] {
	const learner = look.snapshot.members.find(member => member.key === key);
	if (learner === undefined)
		return [{ title: 'it is a member', verdict: 'stop', detail: 'it is not in the list any more' }];
	const before = votesOf(look);
	const after = withVote(before, learner);
	return [
		servesItself(learner),
		caughtUpEnough(learner, look),
		quorumKept(before, after),
		goodCount(after),
		nothingInFlight(look),
		...corruptionSeen(look),
	];
}

/** A learner that is down would be a voter that is down. */
function servesItself(learner: MemberView): Check {
	const name = safeText(learner.name, 80);
	const title = `${name} serves`;
	return followsLeader(learner)
		? { title, verdict: 'pass', detail: 'it answers and follows the leader' }
		: { title, verdict: 'stop', detail: `${name} does not answer or knows no leader: start it first` };
}

function caughtUpEnough(learner: MemberView, { snapshot }: Look): Check {
	const name = safeText(learner.name, 80);
	const title = `${name} has caught up`;
	const leaderIndex = snapshot.members.find(({ id }) => id !== null && id === snapshot.leader?.id)?.numbers?.raftIndex;
	const index = followsLeader(learner) ? learner.numbers?.raftIndex : null;
	if (leaderIndex == null || index == null || leaderIndex === 0n)
		return { title, verdict: 'stop', detail: `not known: ${leaderIndex == null ? 'the leader' : name} tells no index` };
	const share = Math.min(1, Number(index) / Number(leaderIndex));
	const lag = lagOf(learner) ?? 0n;
	// Rounded up, 89.9 % would look like enough.
	const count = `${formatPercent(Math.floor(share * 100) / 100)}: ${formatCount(lag)} of ${formatCount(leaderIndex)} entries behind`;
	if (share < leastShare)
		return { title, verdict: 'stop', detail: `${count}; etcd asks for ${formatPercent(leastShare)}: give it time` };
	if (lag > mostLagEntries)
		return { title, verdict: 'warn', detail: `${count}; until they are read, its vote is of little use` };
	return { title, verdict: 'pass', detail: count };
}

function promoteStep(learner: MemberView, name: string, planned: Look['snapshot']['list']): Step {
	const change: Change = {
		except: learner.id,
		title: `promote ${name}`,
		ask: (calls, options) => calls.promoteMember(learner.id!, options),
		isIn: list => list.some(({ id, isLearner }) => id === learner.id && !isLearner),
		done(list) {
			const voters = list.filter(({ isLearner }) => !isLearner).length;
			return {
				text: `${name} is a voter: the ${voters === 1 ? 'only one' : `cluster has ${voters}`}`,
				facts: { voters },
			};
		},
	};
	return {
		title: `promote ${name}`,
		memberId: learner.id,
		isAbortable: false,
		warnings: [],
		recheck: (look, course) => [
			listKept(planned, look),
			leaderAgreed(look),
			courseKept(look, course),
			...checksOf(learner.key, look),
		],
		run: context => changeMembers(change, context),
	};
}
