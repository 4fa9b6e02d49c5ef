import type { AlarmType } from '../cluster/alarms.ts';
import type { MemberId } from '../cluster/member.ts';
import { safeText } from '../format/safe.ts';
import { corruptAdvice, describeAlarms, holderName } from './alarms.ts';
import { alarmsTold, courseOf, oneCluster } from './checks.ts';
import { memberNamed } from './members.ts';
import { labelIn, phraseIn } from './membership.ts';
import type { Check, Plan } from './plan.ts';
import type { MemberName } from './request.ts';
import { filesFit, quotasKnown, sizesKnown } from './space.ts';
import { type Prepare, plannedOf } from './step.ts';
import { disarmStep } from './steps/disarm.ts';
import { watchRearmStep } from './steps/watch-rearm.ts';
import { majorityServes } from './voter-to-ask.ts';
import type { Look } from './world.ts';

/** Clears one type of alarm on one member, and watches whether it comes back. */
export const prepareDisarm: Prepare<'disarm-alarm'> = async ({ member: wanted, type }, world) => {
	const look = await world.look();
	const { snapshot } = look;
	const holder = holderNamed(look, wanted, type);
	const { id: memberId, name } = holder;
	const raised = snapshot.alarms.filter(alarm => alarm.type === type);
	const isOurs = raised.some(({ member }) => member === memberId);
	const isUnread = raised.some(({ member }) => member === null);
	const untold = alarmsTold(look);
	const steps =
		memberId === null || !isOurs
			? []
			: [
					disarmStep({ memberId, type, name }),
					watchRearmStep(
						type,
						raised.filter(({ member }) => member !== memberId),
					),
				];
	const plan: Plan = {
		operation: 'disarm-alarm',
		title: `Disarm ${type} of ${name}`,
		clusterId: snapshot.clusterId,
		member: name,
		risk: type === 'CORRUPT' ? 'dangerous' : 'careful',
		phrase: holder.phrase,
		checks: [
			oneCluster(look),
			majorityServes(look),
			...untold,
			...(isUnread ? [listUnread(type)] : isOurs ? checksOf[type](look) : []),
		],
		summary: isOurs
			? `clear ${type} of ${name}, on no other member, and watch whether it comes back: ${whyOf(look, memberId, type)}`
			: `${type} of ${name} is not known to be raised`,
		consequence: isOurs ? consequences[type] : [],
		steps: steps.map(plannedOf),
		nothingToDo: isOurs || isUnread || untold.length > 0 ? null : notRaised(look, name, type),
	};
	return {
		plan,
		steps,
		course: courseOf(look),
		look,
		conclude: results => results.map(({ text }) => text).join('; '),
	};
};

/** A member, or one that is gone and has left its alarm behind: that is named by its id. */
function holderNamed(
	look: Look,
	wanted: MemberName,
	type: AlarmType,
): { readonly id: MemberId | null; readonly name: string; readonly phrase: string } {
	const { alarms, members } = look.snapshot;
	const left = alarms.find(alarm => alarm.type === type && alarm.member === wanted);
	if (left !== undefined && !members.some(({ id }) => id === wanted))
		return { id: left.member, name: safeText(wanted, 80), phrase: safeText(wanted, 80) };
	const member = memberNamed(look.snapshot, wanted);
	return { id: member.id, name: labelIn(look, member), phrase: phraseIn(look, member) };
}

const whyOf = (look: Look, memberId: MemberId | null, type: AlarmType): string =>
	describeAlarms(look).find(alarm => alarm.memberId === memberId && alarm.type === type)?.why ?? '';

function notRaised(look: Look, name: string, type: AlarmType): string {
	const others = look.snapshot.alarms.map(alarm => `${alarm.type} by ${holderName(look, alarm.member)}`);
	return `${type} is not raised by ${name}; ${others.length === 0 ? 'no alarm is raised' : `raised: ${others.join(', ')}`}`;
}

const listUnread = (type: AlarmType): Check => ({
	title: 'whose alarm it is',
	verdict: 'stop',
	detail: `a member tells of ${type}, but the alarm list could not be read; it needs a majority, and the right to read it`,
});

const checksOf: Readonly<Record<AlarmType, (look: Look) => readonly Check[]>> = {
	NOSPACE: look => [sizesKnown(look), quotasKnown(look), filesFit(look)],
	CORRUPT: () => [{ title: 'the member was replaced', verdict: 'warn', detail: `not known here: ${corruptAdvice}` }],
};

const consequences: Readonly<Record<AlarmType, readonly string[]>> = {
	NOSPACE: [
		'Once no member raises NOSPACE, the cluster takes writes again.',
		'Before there is space the next write would raise it again: every file has to be under 90% of its quota.',
	],
	CORRUPT: [
		'The alarm is all that keeps wrong data from being served and spread: without it the cluster goes on as if nothing was wrong.',
		'Disarm it only after the member was replaced, or a check of the hashes has shown that all members agree.',
	],
};
