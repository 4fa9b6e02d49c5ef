import { followsLeader } from '../cluster/member-state.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { courseKept, courseOf, leaderAgreed, oneCluster } from './checks.ts';
import { memberNamed } from './members.ts';
import { isUnstarted, labelIn, listedAs, listKept, noneUnstarted, phraseIn, withoutMember } from './membership.ts';
import { type Change, changeMembers } from './membership-change.ts';
import { freePeerUrls, goodPeerUrls, reachableUrls } from './peer-urls.ts';
import type { Check, Plan } from './plan.ts';
import { changeInWords, spareOf, votesInWords, votesOf } from './quorum.ts';
import { Refused } from './refused.ts';
import { type Prepare, plannedOf, type Step } from './step.ts';
import { warningsFor } from './version-warnings.ts';
import type { Look } from './world.ts';

/** Tells the cluster where a member listens for its peers. */
export const prepareMemberUpdate: Prepare<'member-update'> = async (request, world) => {
	const peerUrls = goodPeerUrls(request.peerUrls);
	const look = await world.look();
	const view = memberNamed(look.snapshot, request.member);
	const { list, clusterId } = look.snapshot;
	const member = listedAs(look, view.id);
	if (member === undefined) throw new Refused(`${safeText(view.name, 80)} is not in the member list; try it again`);
	freePeerUrls(peerUrls, list, member.id);
	const name = labelIn(look, member);
	const isSame = sameUrls(member.peerUrls, peerUrls);
	const [old, next] = [member.peerUrls, peerUrls].map(urls => safeText(urls.join(', '), 200));
	const step = updateStep(view, name, peerUrls, look);
	const others = list.filter(({ id }) => id !== member.id);
	const plan: Plan = {
		operation: 'member-update',
		title: `Change the peer URLs of ${name}`,
		clusterId,
		member: name,
		risk: 'dangerous',
		phrase: phraseIn(look, member),
		checks: isSame ? [oneCluster(look)] : [oneCluster(look), ...checksOf(view, look), reachableUrls(peerUrls, others)],
		summary: `tell every member that ${name} is to be found at ${next} instead of ${old}`,
		consequence: [
			`The others connect to ${name} there from now on; what it listens on itself does not change: start it with --listen-peer-urls and --initial-advertise-peer-urls to match.`,
			...riskOfLoss(view, name, look),
		],
		steps: isSame ? [] : [plannedOf(step)],
		nothingToDo: isSame ? `${name} has these peer URLs already` : null,
	};
	const steps = isSame ? [] : [step];
	return { plan, steps, course: courseOf(look), look, conclude: ([result]) => result?.text ?? plan.summary };
};

const sameUrls = (one: readonly string[], other: readonly string[]) =>
	[...one].sort().join() === [...other].sort().join();

/** Where the URL is wrong the member is cut off: the votes as they would be then. */
const votesWithout = (view: MemberView, look: Look) => {
	const votes = votesOf(look);
	return !view.isLearner && followsLeader(view) ? { ...votes, serving: votes.serving - 1 } : votes;
};

const riskOfLoss = (view: MemberView, name: string, look: Look): readonly string[] =>
	view.isLearner || look.snapshot.voters === 1
		? []
		: [`If ${name} cannot be reached there: ${changeInWords(votesOf(look), votesWithout(view, look))}.`];

function checksOf(view: MemberView, look: Look): readonly Check[] {
	const isPending = look.snapshot.list.some(member => member.id === view.id && isUnstarted(member));
	return [
		leaderAgreed(withoutMember(look, view)),
		majority(look),
		...(view.isLearner ? [learnerKept(look)] : look.snapshot.voters === 1 ? [] : [bearsLoss(view, look)]),
		...(isPending ? [] : [noneUnstarted(look, 'warn')]),
	];
}

function majority(look: Look): Check {
	const votes = votesOf(look);
	return {
		title: 'a majority serves',
		verdict: spareOf(votes) < 0 ? 'stop' : 'pass',
		detail: votesInWords(votes),
	};
}

/** The member may be lost to a wrong URL; etcd takes the change all the same. */
function bearsLoss(view: MemberView, look: Look): Check {
	const title = 'writes go on if the URLs are wrong';
	const after = votesWithout(view, look);
	const detail = changeInWords(votesOf(look), after);
	return spareOf(after) < 0
		? { title, verdict: 'warn', detail: `${detail}: check the URLs twice, a wrong one stops every write` }
		: { title, verdict: 'pass', detail };
}

/**
 * Before 3.6.12 the list calls a learner a voter after its update, while it has no vote and can never be given one: what
 * the cluster can lose is then told wrongly for good. Removing and adding the learner costs nothing.
 */
function learnerKept({ snapshot }: Look): Check {
	const title = 'a learner that stays one';
	const versions = snapshot.members.flatMap(({ numbers }) => numbers?.version ?? []);
	if (versions.length === 0)
		return {
			title,
			verdict: 'warn',
			detail:
				'no version is known: before 3.6.12 the list calls a learner a voter after an update, though it never gets a vote',
		};
	const faults = [...new Set(versions.flatMap(version => warningsFor('member-update', version)))];
	if (faults.length === 0) return { title, verdict: 'pass', detail: 'no version with a known fault answers' };
	return { title, verdict: 'stop', detail: `${faults.join('; ')}; remove the learner and add it anew instead` };
}

function updateStep(view: MemberView, name: string, peerUrls: readonly string[], { snapshot }: Look): Step {
	const where = safeText(peerUrls.join(', '), 200);
	const change: Change = {
		except: null,
		title: `change the peer URLs of ${name}`,
		ask: (calls, options) => calls.updateMember(view.id!, peerUrls, options),
		isIn: list => list.some(({ id, peerUrls: urls }) => id === view.id && sameUrls(urls, peerUrls)),
		done: () => ({ text: `the cluster looks for ${name} at ${where} now`, facts: { peerUrls: where } }),
	};
	return {
		title: `change the peer URLs of ${name} to ${where}`,
		memberId: view.id,
		isAbortable: false,
		warnings: [],
		recheck: (look, course) => [listKept(snapshot.list, look), courseKept(look, course), ...checksOf(view, look)],
		run: context => changeMembers(change, context),
	};
}
