import type { MemberId } from '../cluster/member.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatPercent } from '../format/number.ts';
import { holderName } from './alarms.ts';
import { alarmsTold, courseOf } from './checks.ts';
import { costOf } from './compact-cost.ts';
import { targetFor } from './compact-evidence.ts';
import { markAgeSeconds } from './compact-target.ts';
import { defragmentChecks } from './defragment-checks.ts';
import { learnersLeftOut, roomForCopy, somebodyLeads } from './defragment-plan.ts';
import { compactedRevision } from './history-of-revisions.ts';
import { type Check, clusterNameOf, type Plan } from './plan.ts';
import { type Compaction, consequenceFor, fillCheck, notRaised, type Recovery, summaryOf } from './recover-words.ts';
import { membersIn, rollingOrder, rollingSteps } from './rolling.ts';
import {
	dataFits,
	excessBytes,
	fileFits,
	fileSizes,
	filesFit,
	quotasKnown,
	sizesKnown,
	spaceOf,
	spacesIn,
	spaceText,
} from './space.ts';
import { type Prepare, type Prepared, plannedOf, type Step, type StepResult } from './step.ts';
import { compactSteps, countsAfter } from './steps/compact.ts';
import { disarmStep, spaceAdvice } from './steps/disarm.ts';
import { verifyWriteStep } from './steps/verify-write.ts';
import { watchRearmStep } from './steps/watch-rearm.ts';
import type { Look, World } from './world.ts';
import { verdictOf } from './worth.ts';

/** Makes room and lets the cluster write again, in the order that holds: compact, wait, defragment, disarm, try, watch. */
export const prepareSpaceRecovery: Prepare<'recover-space'> = async (_, world) => {
	const look = await world.look();
	const raised = look.snapshot.alarms.filter(({ type }) => type === 'NOSPACE');
	const untold = alarmsTold(look);
	if (untold.length > 0)
		return prepared(look, { checks: [...untold, fillCheck(look)], summary: 'nothing can be done now' });
	if (raised.length === 0) return prepared(look, { nothingToDo: notRaised(look), checks: [fillCheck(look)] });
	const isFull = filesFit(look).verdict === 'stop';
	const recovery: Recovery = {
		compactions: isFull ? await compactionsFor(look, world) : [],
		order: rollingOrder(look, isFull ? mayBeInNeed : () => false),
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

/** A file that is smaller than this now is not full by the time of the last step, whatever its member has still to apply. */
const mayFillShare = 0.5;

/** Looked at again when its turn comes. */
const mayBeInNeed = (member: MemberView): boolean => {
	const space = spaceOf(member);
	const isLarge = space !== null && space.quotaBytes !== null && space.fileBytes > mayFillShare * space.quotaBytes;
	return isLarge || isInNeed(member);
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
	const before = compactions.map((_, index) => compactions[index - 1]?.cost.revision ?? compactedRevision(look));
	const compacting = compactions.flatMap(({ cost, isOnlyIfNeeded }, index) =>
		compactSteps(cost.revision, {
			compacted: before[index]!,
			look,
			...(isOnlyIfNeeded ? { needless: isRoomy } : {}),
			...(cost.isHead ? { note: isOnlyIfNeeded ? 'the head, if that was not enough' : 'the head' } : {}),
		}),
	);
	const areCounted =
		compactions.length > 0 && compactions.every(({ cost }, index) => countsAfter(cost.revision, before[index]!));
	return [
		...compacting,
		...onlyIfItHelps(rollingSteps(look, order, { needless }), areCounted),
		...holders.map(memberId => disarmStep({ memberId, type: 'NOSPACE', name: holderName(look, memberId) })),
		verifyWriteStep,
		watchRearmStep('NOSPACE', []),
	];
}

/**
 * Where even the data does not fit, nobody is kept waiting by a defragmentation that cannot help. What is in use tells it
 * before the first one, where the members have counted what is free; else the first member's file does after its turn.
 */
function onlyIfItHelps(steps: readonly Step[], areCounted: boolean): readonly Step[] {
	const [first, ...rest] = steps;
	if (first === undefined) return [];
	const withCheck = (step: Step, check: (look: Look) => Check): Step => ({
		...step,
		recheck: (look, course) => [check(look), ...(step.recheck?.(look, course) ?? [])],
		adviceOnStop: spaceAdvice,
	});
	return [
		areCounted ? withCheck(first, dataFits) : first,
		...rest.map((step, index) => (index === 0 ? withCheck(step, look => fileFits(look, first.memberId)) : step)),
	];
}

function checksOf({ order }: Recovery, look: Look): readonly Check[] {
	const members = membersIn(order);
	return [
		...defragmentChecks(look),
		sizesKnown(look),
		quotasKnown(look),
		fillCheck(look),
		...(members.length === 0 ? [] : [...somebodyLeads(look, order), ...learnersLeftOut(look), roomForCopy(members)]),
	];
}

const unreadHolders: Check = {
	title: 'whose alarm it is',
	verdict: 'stop',
	detail:
		'a member tells of NOSPACE, but the alarm list could not be read; it needs a majority, and the right to read it',
};

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
