import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatCount } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { courseOf, nothingInFlight, oneCluster } from './checks.ts';
import { HashRounds } from './hash-rounds.ts';
import { listNames } from './members.ts';
import { type Check, clusterNameOf, type Plan } from './plan.ts';
import { type Prepare, plannedOf } from './step.ts';
import type { Look } from './world.ts';

/** Hashes every voter at one revision, one after the other, and compares. */
export const prepareHashCheck: Prepare<'check-hash'> = async (_request, world) => {
	const look = await world.look();
	const members = ownMembers(look.snapshot).filter(isHashable);
	const isAlone = look.snapshot.voters === 1;
	const rounds = new HashRounds(members, look.snapshot.voters);
	const steps = isAlone ? [] : [...members.map(member => rounds.memberStep(member)), rounds.verdictStep()];
	const { clusterId } = look.snapshot;
	const plan: Plan = {
		operation: 'check-hash',
		title: 'Check the consistency',
		clusterId,
		member: null,
		risk: 'careful',
		phrase: clusterNameOf(clusterId),
		checks: [oneCluster(look), ...(isAlone ? [] : checksOf(members, look))],
		summary: `hash ${listNames(members.map(({ name }) => name))} one after the other at one revision, and compare`,
		consequence: consequenceOf(members),
		steps: steps.map(plannedOf),
		nothingToDo: isAlone ? 'a cluster of one voter: there is nothing to compare it with' : null,
	};
	return { plan, steps, course: courseOf(look), look, conclude: results => results.at(-1)?.text ?? plan.summary };
};

/** Learners refuse the call; who does not answer now would only be waited for. */
const isHashable = (member: MemberView): boolean => !member.isLearner && isAnswering(member);

const checksOf = (members: readonly MemberView[], look: Look): readonly Check[] => [
	enoughToCompare(members, look),
	oneVersion(members),
	nothingInFlight(look),
];

function enoughToCompare(members: readonly MemberView[], { snapshot }: Look): Check {
	const title = 'every member can be hashed';
	const count = `${members.length} of ${snapshot.voters} voters`;
	const left = ownMembers(snapshot).filter(member => !members.includes(member));
	const learners = left.filter(({ isLearner }) => isLearner);
	const silent = left.filter(({ isLearner }) => !isLearner);
	if (members.length < 2) return { title, verdict: 'stop', detail: `${count}: there is nothing to compare` };
	const notes = [
		...(silent.length === 0 ? [] : [`${namesOf(silent)} cannot be asked now`]),
		...(learners.length === 0
			? []
			: [`${namesOf(learners)} ${learners.length === 1 ? 'is a learner' : 'are learners'} and cannot be asked`]),
	];
	const detail = [count, ...notes].join('; ');
	return { title, verdict: silent.length === 0 ? 'pass' : 'warn', detail };
}

const namesOf = (members: readonly MemberView[]) => listNames(members.map(({ name }) => name));

/** A release may hash in another way, or keep another history at a compaction. */
function oneVersion(members: readonly MemberView[]): Check {
	const title = 'one version';
	const versions = [...new Set(members.map(({ numbers }) => numbers?.version ?? null))];
	const detail = versions.map(version => (version === null ? 'unknown' : safeText(version, 40))).join(', ');
	if (versions.length === 1 && versions[0] !== null) return { title, verdict: 'pass', detail };
	return { title, verdict: 'warn', detail: `${detail}: different hashes may come from different versions` };
}

function consequenceOf(members: readonly MemberView[]): readonly string[] {
	const sizes = members.flatMap(({ name, numbers }) =>
		numbers === null ? [] : `${safeText(name, 80)} ${formatBytes(numbers.dbInUseBytes)}`,
	);
	return [
		`Each of the ${formatCount(members.length)} members reads its whole database, one after the other: ${sizes.join(', ')}.`,
		'Its disk is busy and requests are slower meanwhile; nothing is written.',
	];
}
