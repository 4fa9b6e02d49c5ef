import { formatCount } from '../format/number.ts';
import { courseOf, notCorrupt, nothingInFlight, oneCluster } from './checks.ts';
import { ageCheck, type CompactCost, costConsequence, costOf, costText } from './compact-cost.ts';
import { targetFor } from './compact-evidence.ts';
import type { TargetChoice } from './compact-target.ts';
import { compactedRevision } from './history-of-revisions.ts';
import { type Check, clusterNameOf, type Plan } from './plan.ts';
import { sizesInUse } from './space.ts';
import { type Prepare, type Prepared, plannedOf, type Step } from './step.ts';
import { compactSteps, countsAfter } from './steps/compact.ts';
import { everybodyFollows, majorityServes } from './voter-to-ask.ts';
import type { Look, World } from './world.ts';

const title = 'Compact the history';

/** Drops old revisions on every member, and waits until all of them have freed the space. */
export const prepareCompaction: Prepare<'compact'> = async ({ target }, world) => {
	const look = await world.look();
	const general: readonly Check[] = [
		oneCluster(look),
		majorityServes(look),
		everybodyFollows(look),
		notCorrupt(look),
		demoted(nothingInFlight(look)),
	];
	const choice = await targetFor(target, look, world);
	if (choice.kind === 'compact') return compaction(choice, general, look, world);
	const check: Check = {
		title: 'the revision to compact to',
		verdict: choice.kind === 'stop' ? 'stop' : 'pass',
		detail: choice.kind === 'stop' ? choice.why : choice.text,
	};
	return prepared(look, {
		checks: [...general, check],
		summary: choice.kind === 'stop' ? 'nothing: the revision to compact to is not known' : choice.text,
		nothingToDo: choice.kind === 'nothing' ? choice.text : null,
	});
};

/** A compaction waits in the log until a busy member gets to it: worth knowing, no reason to stop. */
const demoted = (check: Check): Check => (check.verdict === 'stop' ? { ...check, verdict: 'warn' } : check);

function compaction(
	choice: TargetChoice & { readonly kind: 'compact' },
	general: readonly Check[],
	look: Look,
	world: World,
): Prepared {
	const { revision } = choice;
	const cost = costOf(revision, look, world.revisionBefore);
	const isFull = look.snapshot.alarms.some(({ type }) => type === 'NOSPACE');
	const compacted = compactedRevision(look);
	const steps = compactSteps(revision, { compacted, look });
	return prepared(look, {
		checks: [
			...general,
			{ title: 'the revision to compact to', verdict: 'pass', detail: `${formatCount(revision)}: ${choice.why}` },
			ageCheck(cost, choice.isOldByMark),
		],
		risk: cost.isHead && !isFull ? 'dangerous' : 'careful',
		summary: `compact to revision ${formatCount(revision)}: ${costText(cost)}; then wait until every member has freed the space`,
		consequence: consequenceOf(cost),
		steps,
		concluded: `compacted to ${formatCount(revision)}${countsAfter(revision, compacted) ? '' : uncounted}`,
	});
}

/** So few revisions that the sizes below may be those of before. */
const uncounted = ' (members that nobody writes to count what is free only later)';

const consequenceOf = (cost: CompactCost): readonly string[] => [
	...costConsequence(cost),
	'kube-apiserver’s own compaction goes on as before.',
];

/** What a plan that does something has besides; `concluded` is the success in words. */
type Doing = { readonly steps?: readonly Step[]; readonly concluded?: string };

function prepared(
	look: Look,
	{ steps = [], concluded = '', ...given }: Partial<Omit<Plan, 'steps'>> & Doing,
): Prepared {
	const { clusterId } = look.snapshot;
	return {
		plan: {
			operation: 'compact',
			title,
			clusterId,
			member: null,
			risk: 'careful',
			phrase: clusterNameOf(clusterId),
			checks: [],
			summary: '',
			consequence: [],
			nothingToDo: null,
			...given,
			steps: steps.map(plannedOf),
		},
		steps,
		course: courseOf(look),
		look,
		conclude: (_, after) => `${concluded}; in use: ${sizesInUse(look, after)}`,
	};
}
