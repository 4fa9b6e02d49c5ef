import type { AlarmType } from '../../cluster/alarms.ts';
import type { MemberId } from '../../cluster/member.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { formatCounted } from '../../format/number.ts';
import { holderName, isRaised } from '../alarms.ts';
import { mayHaveHappened } from '../rejections.ts';
import { filesFit, sizesKnown } from '../space.ts';
import type { Step, StepContext, StepReport, StepResult } from '../step.ts';
import { failureIn, troubleOf } from '../trouble.ts';
import { majorityServes, servingVoters } from '../voter-to-ask.ts';
import { callsOf, type Look } from '../world.ts';

export type DisarmOptions = {
	readonly memberId: MemberId;
	readonly type: AlarmType;
	/** Safe to show. */
	readonly name: string;
};

export const spaceAdvice =
	'delete keys that are not needed (etcd takes that while it is out of space), or raise --quota-backend-bytes; then recover again';

/** Clears one type of alarm on one member, confirmed by the alarm list and by what every member says. */
export function disarmStep(alarm: DisarmOptions): Step {
	const { memberId, type, name } = alarm;
	return {
		title: `disarm ${type} of ${name}`,
		memberId,
		isAbortable: false,
		warnings: [],
		adviceOnStop: spaceAdvice,
		recheck: look => [majorityServes(look), ...(type === 'NOSPACE' ? [sizesKnown(look), filesFit(look)] : [])],
		run: context => disarm(alarm, context),
	};
}

async function* disarm(
	{ memberId, type, name }: DisarmOptions,
	{ world, look }: StepContext,
): AsyncGenerator<StepReport, StepResult, undefined> {
	if (!isRaised(look, memberId, type)) return { end: 'skipped', text: `${type} of ${name} is not raised` };
	const asked = servingVoters(look)[0]!;
	let trouble: string | null = null;
	try {
		await callsOf(world, asked).disarm({ memberId, type }, { timeoutSeconds: world.patience.callSeconds });
	} catch (error) {
		// Whether it was heard is seen from the list.
		if (!mayHaveHappened(failureIn(error))) throw error;
		trouble = troubleOf(error)!.text;
	}
	const untilMs = world.nowMs() + world.patience.callSeconds * 1000;
	const never = new AbortController().signal;
	for (;;) {
		const now = await world.look();
		if (!isRaised(now, memberId, type)) return { end: 'done', text: `${type} of ${name} is cleared${toldBy(now)}` };
		if (world.nowMs() >= untilMs) return stillThere(now, { memberId, type, name }, trouble);
		yield { text: 'asked for; waiting until no member tells of it', fraction: null };
		await world.pause(world.patience.lookEveryMs, never);
	}
}

function toldBy({ snapshot }: Look): string {
	const members = ownMembers(snapshot);
	return `, told by ${members.filter(isAnswering).length} of ${formatCounted(members.length, 'member', 'members')}`;
}

function stillThere(look: Look, { type, name }: DisarmOptions, trouble: string | null): StepResult {
	const holders = look.snapshot.alarms
		.filter(alarm => alarm.type === type)
		.map(({ member }) => holderName(look, member));
	return {
		end: trouble === null ? 'failed' : 'unknown',
		text: `${type} of ${name} is still raised, or again (${holders.join(', ')})${trouble === null ? '' : `: ${trouble}`}`,
		advice: type === 'NOSPACE' ? 'something may be writing much: look at what grows, then recover again' : null,
	};
}
