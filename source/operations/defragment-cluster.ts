import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { defragmentChecks, idleChecks } from './defragment-checks.ts';
import {
	historyDropped,
	learnersLeftOut,
	preparedFrom,
	roomForCopy,
	ruleOf,
	somebodyLeads,
} from './defragment-plan.ts';
import { type Check, clusterNameOf } from './plan.ts';
import { membersIn, rollingOrder } from './rolling.ts';
import type { Rule } from './rule.ts';
import type { Prepare } from './step.ts';
import type { Look } from './world.ts';
import { verdictOf } from './worth.ts';

/** Defragments every voter that is worth it, one after the other, the leader last and not as the leader. */
export const prepareClusterDefragmentation: Prepare<'defragment-cluster'> = async ({ rule: text }, world) => {
	const rule = ruleOf(text);
	const look = await world.look();
	const order = rollingOrder(look, member => verdictOf(member, rule).isWorth);
	const members = membersIn(order);
	const isIdle = members.length === 0;
	const worth = worthCheck(look, rule);
	const base = {
		operation: 'defragment-cluster',
		title: 'Defragment the cluster, rolling',
		member: null,
		phrase: clusterNameOf(look.snapshot.clusterId),
		checks: [
			...(isIdle ? idleChecks(look) : defragmentChecks(look)),
			worth,
			...learnersLeftOut(look),
			...somebodyLeads(look, order),
			historyDropped(look),
			...(isIdle ? [] : [roomForCopy(members)]),
		],
		nothingToDo: isIdle ? `no member is worth it by ${safeText(rule.text, 200)}: ${worth.detail}` : null,
	} as const;
	return preparedFrom(base, look, order, world);
};

/** The verdict on every voter, those that are worth it first. */
function worthCheck({ snapshot }: Look, rule: Rule): Check {
	const judged = ownMembers(snapshot)
		.filter(({ isLearner }) => !isLearner)
		.map(member => ({ member, ...verdictOf(member, rule) }));
	const told = (isWorth: boolean) =>
		judged
			.filter(verdict => verdict.isWorth === isWorth)
			.map(({ member, because }) => `${nameOf(member)} ${because}`)
			.join('; ');
	const [yes, no] = [told(true), told(false)];
	const detail = yes === '' || no === '' ? `${yes}${no}` : `${yes}; not worth it: ${no}`;
	return { title: 'who is worth it', verdict: 'pass', detail };
}

const nameOf = ({ name }: MemberView) => safeText(name, 80);
