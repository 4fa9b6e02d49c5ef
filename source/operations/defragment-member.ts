import { isAnswering } from '../cluster/member-state.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { troubleOf } from './checks.ts';
import { defragmentChecks } from './defragment-checks.ts';
import { historyDropped, preparedFrom, roomForCopy, ruleOf, somebodyLeads } from './defragment-plan.ts';
import { memberNamed } from './members.ts';
import { labelIn, phraseIn } from './membership.ts';
import type { Check } from './plan.ts';
import { rollingOrder } from './rolling.ts';
import type { Rule } from './rule.ts';
import type { Prepare } from './step.ts';
import { verdictOf } from './worth.ts';

/** Defragments one voter, worth it or not, because the operator has named it; a leader hands over first. */
export const prepareMemberDefragmentation: Prepare<'defragment-member'> = async (
	{ member: wanted, rule: text },
	world,
) => {
	const rule = ruleOf(text);
	const look = await world.look();
	const member = memberNamed(look.snapshot, wanted);
	const name = labelIn(look, member);
	const order = rollingOrder(look, ({ key }) => key === member.key);
	const base = {
		operation: 'defragment-member',
		title: `Defragment ${name}`,
		member: name,
		phrase: phraseIn(look, member),
		checks: [
			canBeAsked(member, name),
			...defragmentChecks(look),
			worthCheck(member, rule),
			...somebodyLeads(look, order),
			historyDropped(look),
			roomForCopy([member]),
		],
		nothingToDo: null,
	} as const;
	return preparedFrom(base, look, order, world);
};

/** It is there, and a voter. */
function canBeAsked(member: MemberView, name: string): Check {
	const title = `${name} serves and is a voter`;
	if (member.isLearner) return { title, verdict: 'stop', detail: `${name} is a learner: etcd defragments voters only` };
	if (!isAnswering(member)) return { title, verdict: 'stop', detail: troubleOf(member) };
	return { title, verdict: 'pass', detail: member.role ?? 'voter' };
}

/** The operator's will counts, the rule only warns. */
function worthCheck(member: MemberView, rule: Rule): Check {
	const { isWorth, because } = verdictOf(member, rule);
	return { title: 'worth it', verdict: isWorth ? 'pass' : 'warn', detail: isWorth ? because : `hardly: ${because}` };
}
