import { followsLeader, isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import { formatCount } from '../format/number.ts';
import {
	canLoseOne,
	caughtUp,
	courseKept,
	leaderAgreed,
	notCorrupt,
	nothingInFlight,
	oneCluster,
	votersUp,
} from './checks.ts';
import { listNames } from './members.ts';
import type { Check } from './plan.ts';
import type { Course } from './step.ts';
import type { Look } from './world.ts';

/** Members are asked at slightly different moments, and a busy cluster writes thousands of revisions a second. */
const mostRevisionSpread = 1000n;

/** What has to hold before a member is defragmented. Force passes an outage that is wanted, and nothing else. */
export const defragmentChecks = (look: Look): readonly Check[] => [...idleChecks(look), canLoseOne(look)];

/** What is left of them where no member is to be taken away: there is no outage that force would have to pass. */
export const idleChecks = (look: Look): readonly Check[] => [...lastingChecks(look), forcible(votersUp(look))];

/**
 * The same before each step, and that nothing has changed since: who leads, who is in the cluster, who serves. What was
 * passed by force at the beginning passes again as long as it is not worse.
 */
export function defragmentRechecks(look: Look, course: Course, planned: Look): readonly Check[] {
	const fallen = missingVoters(look).filter(({ id }) => !missingVoters(planned).some(each => each.id === id));
	const hold = ({ mayBeForced: _, ...check }: Check): Check => check;
	const isWorse = (look.snapshot.canLose ?? -1) < (planned.snapshot.canLose ?? -1);
	return [
		...lastingChecks(look),
		courseKept(look, course),
		sameMembers(look, planned),
		fallen.length > 0 ? hold(votersUp(look)) : forcible(votersUp(look)),
		fallen.length > 0 || isWorse ? hold(canLoseOne(look)) : canLoseOne(look),
	];
}

const lastingChecks = (look: Look): readonly Check[] => [
	oneCluster(look),
	leaderAgreed(look),
	notCorrupt(look),
	nothingInFlight(look),
	// Who does not answer is told by another check.
	caughtUp(look, ownMembers(look.snapshot).filter(isAnswering)),
	revisionsClose(look),
];

const forcible = (check: Check): Check => (check.verdict === 'stop' ? { ...check, mayBeForced: true } : check);

/** By the member list: who was never reached has no row that could tell. */
const missingVoters = ({ snapshot }: Look) =>
	snapshot.list.filter(
		({ id, isLearner }) =>
			!isLearner && !ownMembers(snapshot).some(member => member.id === id && followsLeader(member)),
	);

/** Nobody has joined, left or been promoted meanwhile. */
function sameMembers({ snapshot: { list } }: Look, { snapshot: { list: before } }: Look): Check {
	const title = 'the same members as planned';
	const asText = (members: typeof list) =>
		members
			.map(({ id, isLearner }) => `${id} ${isLearner}`)
			.sort()
			.join();
	if (asText(list) === asText(before)) return { title, verdict: 'pass', detail: `${list.length} of them` };
	const detail = `now ${listNames(list.map(({ name, id }) => name || id))}: the member list has changed`;
	return { title, verdict: 'stop', detail };
}

/** Members that have applied the same have the same revision; where they have not, their data differ. */
function revisionsClose({ snapshot }: Look): Check {
	const title = 'revisions are close';
	const told = ownMembers(snapshot).filter(isAnswering);
	const revisions = told.flatMap(({ numbers }) => (numbers?.revision == null ? [] : [numbers.revision]));
	if (revisions.length === 0) return { title, verdict: 'warn', detail: 'no member tells its revision' };
	const lowest = revisions.reduce((least, each) => (each < least ? each : least));
	const highest = revisions.reduce((most, each) => (each > most ? each : most));
	const spread = highest - lowest;
	const detail = spread === 0n ? `all at ${formatCount(highest)}` : `${formatCount(spread)} apart`;
	if (spread <= mostRevisionSpread) return { title, verdict: 'pass', detail };
	return {
		title,
		verdict: 'stop',
		detail: `${detail}: a member is behind, or its data differ (check the consistency)`,
	};
}
