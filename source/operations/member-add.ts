import type { Member } from '../cluster/member.ts';
import { safeText } from '../format/safe.ts';
import { courseKept, courseOf, leaderAgreed, nothingInFlight, oneCluster, votersUp } from './checks.ts';
import { corruptionSeen, isUnstarted, listKept, noneUnstarted, versionsOf } from './membership.ts';
import { type Change, changeMembers } from './membership-change.ts';
import { newMemberLines } from './new-member.ts';
import { freePeerUrls, goodPeerUrls, reachableUrls } from './peer-urls.ts';
import { type Check, clusterNameOf, type Plan } from './plan.ts';
import { changeInWords, goodCount, quorumKept, type Votes, votesInWords, votesOf } from './quorum.ts';
import { Refused } from './refused.ts';
import type { RequestOf } from './request.ts';
import { type Prepare, plannedOf, type Step } from './step.ts';
import { isBefore } from './version.ts';
import type { Look } from './world.ts';

type Request = RequestOf<'member-add'>;

/** Announces a new member; nobody joins before somebody starts it with the lines that come out of it. */
export const prepareMemberAdd: Prepare<'member-add'> = async (given, world) => {
	const peerUrls = goodPeerUrls(given.peerUrls);
	const request = { ...given, peerUrls };
	goodName(request.name);
	const look = await world.look();
	const { list, clusterId } = look.snapshot;
	freePeerUrls(peerUrls, list, null);
	if (list.some(({ name }) => name === request.name))
		throw new Refused(`there is a member ${safeText(request.name, 80)} already; every member needs its own name`);
	const step = addStep(request, list);
	const plan: Plan = {
		operation: 'member-add',
		title: `Add ${request.name}`,
		clusterId,
		member: null,
		risk: 'careful',
		phrase: clusterNameOf(clusterId),
		checks: [oneCluster(look), leaderAgreed(look), ...checksOf(request, look), reachableUrls(peerUrls, list)],
		summary: summaryOf(request, look),
		consequence: consequenceOf(request, look),
		steps: [plannedOf(step)],
		nothingToDo: null,
	};
	return { plan, steps: [step], course: courseOf(look), look, conclude: ([result]) => result!.text };
};

/** What stands in `--initial-cluster` as it is, and in files and logs. */
function goodName(name: string): void {
	if (!/^[\w.-]{1,63}$/.test(name))
		throw new Refused(
			`${name === '' ? 'no name is' : `${safeText(name, 80)} cannot be`} given to the new member; use letters, digits, . _ and -`,
		);
}

const after = ({ isLearner }: Request, { voters, serving }: Votes): Votes => ({
	voters: isLearner ? voters : voters + 1,
	serving,
});

const checksOf = (request: Request, look: Look): readonly Check[] => [
	votersUp(withoutUnstarted(look)),
	noneUnstarted(look, 'stop'),
	...(request.isLearner ? [oneLearner(look)] : [goodCount(after(request, votesOf(look)))]),
	quorumKept(votesOf(look), after(request, votesOf(look))),
	nothingInFlight(look),
	...corruptionSeen(look),
];

/** Members that never started have a check of their own. */
function withoutUnstarted(look: Look): Look {
	const waiting = look.snapshot.list.filter(isUnstarted);
	const voters = look.snapshot.voters - waiting.filter(({ isLearner }) => !isLearner).length;
	const members = look.snapshot.members.filter(({ id }) => !waiting.some(member => member.id === id));
	return { ...look, snapshot: { ...look.snapshot, members, voters } };
}

/** etcd takes one learner at a time; 3.6 has a flag for more. */
function oneLearner(look: Look): Check {
	const title = 'no other learner';
	const learner = look.snapshot.list.find(({ isLearner, name }) => isLearner && name !== '');
	if (learner === undefined) return { title, verdict: 'pass', detail: 'none' };
	const name = safeText(learner.name, 80);
	const takesOne = versionsOf(look).some(version => isBefore(version, '3.6.0') === true);
	return !takesOne
		? { title, verdict: 'warn', detail: `${name} is one: etcd takes another only with --max-learners` }
		: { title, verdict: 'stop', detail: `${name} is one, and etcd takes one at a time: promote or remove it first` };
}

function summaryOf({ name, peerUrls, isLearner }: Request, look: Look): string {
	const where = safeText(peerUrls.join(', '), 200);
	const votes = votesOf(look);
	return isLearner
		? `announce ${name} at ${where} as a learner, which has no vote: ${votesInWords(votes)}, as before`
		: `announce ${name} at ${where} as a voter: ${changeInWords(votes, { ...votes, voters: votes.voters + 1 })} until it is started`;
}

function consequenceOf({ name, isLearner }: Request, look: Look): readonly string[] {
	const { voters } = votesOf(look);
	const start = `Nothing runs yet: start ${name} with the lines that are printed, on an empty data directory.`;
	return isLearner
		? [start, `Once it has caught up, promote it: that makes ${voters + 1} voters.`]
		: [start, `It counts as a voter at once: until it runs, it is a voter that is down.`];
}

function addStep(request: Request, planned: readonly Member[]): Step {
	const { name, peerUrls, isLearner } = request;
	const isNew = ({ id, peerUrls: urls }: Member) =>
		!planned.some(member => member.id === id) && peerUrls.every(url => urls.includes(url));
	const change: Change = {
		except: null,
		title: `add ${name}`,
		ask: (calls, options) => calls.addMember({ peerUrls, isLearner }, options),
		isIn: list => list.some(isNew),
		done(list) {
			const added = list.find(isNew)!;
			const lines = newMemberLines(name, added, list);
			const tls = lines.tlsFlags === null ? '' : ', together with the TLS files of its own';
			return {
				text: `${name} is announced as a ${isLearner ? 'learner' : 'voter'} with the id ${added.id}: start it with the printed flags${tls}`,
				facts: { memberId: added.id, isLearner: added.isLearner, ...lines },
			};
		},
	};
	return {
		title: `add ${name} as a ${isLearner ? 'learner' : 'voter'}`,
		memberId: null,
		isAbortable: false,
		warnings: [],
		recheck: (look, course) => [
			listKept(planned, look),
			leaderAgreed(look),
			courseKept(look, course),
			...checksOf(request, look),
		],
		run: context => changeMembers(change, context),
	};
}
