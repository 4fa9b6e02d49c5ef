import type { MemberId } from '../cluster/member.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatCount, formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { holderName } from './alarms.ts';
import { courseOf } from './checks.ts';
import { type CompactCost, costConsequence, costOf, costText } from './compact-cost.ts';
import { targetFor } from './compact-evidence.ts';
import { markAgeSeconds } from './compact-target.ts';
import { defragmentChecks } from './defragment-checks.ts';
import { learnersLeftOut, roomForCopy, somebodyLeads } from './defragment-plan.ts';
import { consequenceOf } from './defragment-words.ts';
import { compactedRevision } from './history-of-revisions.ts';
import { listNames } from './members.ts';
import { type Check, clusterNameOf, type Plan } from './plan.ts';
import { membersIn, type RollingOrder, rollingOrder, rollingSteps } from './rolling.ts';
import {
	dataFits,
	excessBytes,
	fileSizes,
	filesFit,
	fullShare,
	sizesKnown,
	spaceOf,
	spacesIn,
	spaceText,
} from './space.ts';
import { type Prepare, type Prepared, plannedOf, type Step, type StepResult } from './step.ts';
import { compactSteps } from './steps/compact.ts';
import { disarmStep, spaceAdvice } from './steps/disarm.ts';
import { verifyWriteStep } from './steps/verify-write.ts';
import { watchRearmStep } from './steps/watch-rearm.ts';
import type { Look, World } from './world.ts';
import { verdictOf } from './worth.ts';

/** What recovery will do, chosen by what the cluster looks like before it. */
type Recovery = {
	/** In their order: gentle first, the head after it only where that was not enough. */
	readonly compactions: readonly Compaction[];
	readonly order: RollingOrder;
	/** Whose NOSPACE is cleared. */
	readonly holders: readonly MemberId[];
};

type Compaction = { readonly cost: CompactCost; readonly isOnlyIfNeeded: boolean };

/** Makes room and lets the cluster write again, in the order that holds: compact, wait, defragment, disarm, try, watch. */
export const prepareSpaceRecovery: Prepare<'recover-space'> = async (_, world) => {
	const look = await world.look();
	const raised = look.snapshot.alarms.filter(({ type }) => type === 'NOSPACE');
	if (raised.length === 0) return prepared(look, { nothingToDo: notRaised(look), checks: [fillCheck(look)] });
	const isFull = filesFit(look).verdict === 'stop';
	const recovery: Recovery = {
		compactions: isFull ? await compactionsFor(look, world) : [],
		order: rollingOrder(look, isFull ? isInNeed : () => false),
		holders: holdersIn(look),
	};
	const isUnread = raised.some(({ member }) => member === null);
	const steps = isUnread ? [] : stepsOf(recovery, look);
	return prepared(
		look,
		{
			checks: [...checksOf(recovery, look), ...(isUnread ? [unreadHolders] : [])],
			summary: summaryOf(recovery, look),
			consequence: consequenceFor(recovery, look),
		},
		steps,
	);
};

const isInNeed = (member: MemberView): boolean => {
	const space = spaceOf(member);
	return space !== null && (excessBytes(space.fileBytes, space) > 0 || verdictOf(member).isWorth);
};

/** Who has raised NOSPACE, and who will by the next write that it is asked for. */
function holdersIn(look: Look): readonly MemberId[] {
	const raised = look.snapshot.alarms.filter(({ type }) => type === 'NOSPACE').map(({ member }) => member);
	const full = spacesIn(look)
		.filter(space => excessBytes(space.fileBytes, space) > 0)
		.map(({ member }) => member.id);
	return [...new Set([...raised, ...full])].filter(id => id !== null);
}

/** Why a member need not be defragmented after all. */
const needless = (member: MemberView): string | null => {
	const space = spaceOf(member);
	return space === null || isInNeed(member) ? null : `not needed any more: ${spaceText(space)}`;
};

async function compactionsFor(look: Look, world: World): Promise<readonly Compaction[]> {
	const gentle = await targetFor({ kind: 'keep', seconds: markAgeSeconds }, look, world);
	const head = await targetFor({ kind: 'head' }, look, world);
	return [gentle, head]
		.filter(choice => choice.kind === 'compact')
		.filter(({ revision }, index, all) => all.findIndex(each => each.revision === revision) === index)
		.map(({ revision }, index) => ({
			cost: costOf(revision, look, world.revisionBefore),
			isOnlyIfNeeded: index > 0,
		}));
}

/** With this much room the alarm does not come back within minutes, and nobody has to list anew for more. */
const roomyShare = 0.7;

function isRoomy(look: Look): string | null {
	const spaces = spacesIn(look);
	const isFull = spaces.some(
		({ inUseBytes, quotaBytes }) => quotaBytes !== null && inUseBytes > roomyShare * quotaBytes,
	);
	return isFull || spaces.length === 0
		? null
		: `not needed: less than ${formatPercent(roomyShare)} of every quota is in use`;
}

function stepsOf({ compactions, order, holders }: Recovery, look: Look): readonly Step[] {
	const compacted = compactedRevision(look);
	return [
		...compactions.flatMap(({ cost, isOnlyIfNeeded }, index) =>
			compactSteps(cost.revision, {
				compacted: compactions[index - 1]?.cost.revision ?? compacted,
				look,
				...(isOnlyIfNeeded ? { needless: isRoomy } : {}),
				...(cost.isHead ? { note: isOnlyIfNeeded ? 'the head, if that was not enough' : 'the head' } : {}),
			}),
		),
		...onlyIfDataFits(rollingSteps(look, order, { needless })),
		...holders.map(memberId => disarmStep({ memberId, type: 'NOSPACE', name: holderName(look, memberId) })),
		verifyWriteStep,
		watchRearmStep('NOSPACE', []),
	];
}

/** Where even the data does not fit, nobody is kept waiting by a defragmentation that cannot help. */
const onlyIfDataFits = ([first, ...rest]: readonly Step[]): readonly Step[] =>
	first === undefined
		? []
		: [
				{
					...first,
					recheck: (look, course) => [dataFits(look), ...(first.recheck?.(look, course) ?? [])],
					adviceOnStop: spaceAdvice,
				},
				...rest,
			];

function checksOf({ order }: Recovery, look: Look): readonly Check[] {
	const members = membersIn(order);
	return [
		...defragmentChecks(look),
		sizesKnown(look),
		fillCheck(look),
		...(members.length === 0 ? [] : [...somebodyLeads(look, order), ...learnersLeftOut(look), roomForCopy(members)]),
	];
}

/** What the files hold: history and data are in use, all else is free pages that a defragmentation gives back. */
function fillCheck(look: Look): Check {
	const compacted = compactedRevision(look);
	const { revision } = look.snapshot;
	const history =
		compacted === null || revision === null
			? 'how much history there is is not known'
			: `${formatCount(revision > compacted ? revision - compacted : 0n)} revisions of history`;
	const sizes = spacesIn(look).map(space => `${safeText(space.member.name, 80)} ${spaceText(space)}`);
	return {
		title: 'what fills the files',
		verdict: filesFit(look).verdict === 'stop' ? 'warn' : 'pass',
		detail: [...sizes, history].join('; '),
	};
}

const unreadHolders: Check = {
	title: 'whose alarm it is',
	verdict: 'stop',
	detail:
		'a member tells of NOSPACE, but the alarm list could not be read; it needs a majority, and the right to read it',
};

function notRaised(look: Look): string {
	const fit = filesFit(look);
	return fit.verdict === 'stop'
		? `NOSPACE is not raised yet, but soon: ${fit.detail}; compact and defragment now`
		: `NOSPACE is not raised; every file is under ${formatPercent(fullShare)} of its quota`;
}

function summaryOf({ compactions, order, holders }: Recovery, look: Look): string {
	const compacting = compactions.map(({ cost, isOnlyIfNeeded }) => {
		const condition = isOnlyIfNeeded ? 'if that is not enough, ' : '';
		return `${condition}compact to ${formatCount(cost.revision)}${cost.isHead ? ', the head' : ''} (${costText(cost)})`;
	});
	return [
		...compacting,
		...rollingWords(order),
		`disarm NOSPACE of ${holders.map(id => holderName(look, id)).join(', ')}`,
		'see that writes work',
	].join('; then ');
}

function rollingWords({ followers, leader, successor }: RollingOrder): readonly string[] {
	const first = followers.length === 0 ? [] : [`defragment ${listNames(followers.map(({ name }) => name))}`];
	if (leader === null) return first;
	const moved = successor === null ? '' : `move the leader to ${safeText(successor.name, 80)} and `;
	return [...first, `${moved}defragment ${safeText(leader.name, 80)}`];
}

function consequenceFor({ compactions, order }: Recovery, look: Look): readonly string[] {
	const furthest = compactions.at(-1);
	return [
		'Until it is done etcd goes on refusing writes, as it does now; it takes deletions.',
		...(furthest === undefined ? [] : costConsequence(furthest.cost)),
		...(membersIn(order).length === 0 ? [] : consequenceOf(look, order).map(asSentence)),
	];
}

const asSentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

function prepared(look: Look, given: Partial<Plan>, steps: readonly Step[] = []): Prepared {
	const { clusterId } = look.snapshot;
	return {
		plan: {
			operation: 'recover-space',
			title: 'Recover from NOSPACE',
			clusterId,
			member: null,
			risk: 'careful',
			phrase: clusterNameOf(clusterId),
			checks: [],
			summary: given.nothingToDo ?? '',
			consequence: [],
			nothingToDo: null,
			...given,
			steps: steps.map(plannedOf),
		},
		steps,
		course: courseOf(look),
		look,
		conclude: (results, after) => `${lastWords(results)}; files: ${fileSizes(look, after)}`,
	};
}

/** That writes work, and that the alarm stays away. */
const lastWords = (results: readonly StepResult[]): string =>
	results
		.slice(-2)
		.map(({ text }) => text)
		.join('; ');
