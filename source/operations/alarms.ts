import { type AlarmType, mentionsAlarm } from '../cluster/alarms.ts';
import { type History, wallTimeAt } from '../cluster/history.ts';
import type { MemberId } from '../cluster/member.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { filesFit, spaceOf, spaceText } from './space.ts';
import type { Look } from './world.ts';

export type RaisedAlarm = Snapshot['alarms'][number];

/** An alarm in words, safe to show. */
export type AlarmDescription = {
	readonly type: AlarmType;
	/** Null where the list could not be read: some member has raised it. */
	readonly memberId: MemberId | null;
	readonly member: string;
	/** On the wall clock, milliseconds since 1970; null where nobody saw it being raised. */
	readonly sinceMs: number | null;
	readonly why: string;
	/** What is missing before it may be disarmed; null where nothing is. */
	readonly missing: string | null;
};

/** Every alarm that is raised. `sinceOf` may know from elsewhere, such as a journal, since when. */
export const describeAlarms = (
	look: Look,
	sinceOf: (alarm: RaisedAlarm) => number | null = () => null,
): readonly AlarmDescription[] =>
	look.snapshot.alarms.map(alarm => ({
		type: alarm.type,
		memberId: alarm.member,
		member: holderName(look, alarm.member),
		sinceMs: sinceOf(alarm) ?? raisedMs(look, alarm),
		...words[alarm.type](look, holderOf(look, alarm.member)),
	}));

const holderOf = ({ snapshot }: Look, id: MemberId | null): MemberView | null =>
	id === null ? null : (ownMembers(snapshot).find(member => member.id === id) ?? null);

/** The name of who has raised an alarm; one that was removed meanwhile goes by its id. */
export function holderName(look: Look, id: MemberId | null): string {
	if (id === null) return 'a member that is not known';
	const holder = holderOf(look, id);
	return holder === null ? `${id}, a former member` : safeText(holder.name, 80);
}

type Words = (look: Look, holder: MemberView | null) => Pick<AlarmDescription, 'why' | 'missing'>;

const words: Readonly<Record<AlarmType, Words>> = {
	NOSPACE(look, holder) {
		const fit = filesFit(look);
		const space = holder === null ? null : spaceOf(holder);
		const now = space === null ? 'how large it is now is not known' : `now ${spaceText(space)}`;
		return {
			why: `its file had reached its quota; ${now}`,
			missing: fit.verdict === 'stop' ? fit.detail : null,
		};
	},
	CORRUPT: () => ({ why: 'its data was found to differ from that of the other members', missing: corruptAdvice }),
};

/** What comes before disarming CORRUPT, in the order in which it is done. */
export const corruptAdvice =
	'save a snapshot from the majority, remove the member, wipe its data, add it again; never disarm CORRUPT blindly';

/** When an alarm was seen to be raised; null where it was there before anybody looked. */
function raisedMs({ history, atMs }: Look, { member, type }: RaisedAlarm): number | null {
	let index = history.alarms.countAt(atMs) - 1;
	let raisedAtMs: number | null = null;
	let isCalmBefore = false;
	for (; index >= 0 && !isCalmBefore; index--) {
		const entry = history.alarms.entry(index)!;
		isCalmBefore = !entry.value.some(each => each.type === type && each.memberId === member);
		if (!isCalmBefore) raisedAtMs = entry.atMs;
	}
	if (raisedAtMs === null) return null;
	return isCalmBefore || wasUnmentioned(history, type, raisedAtMs) ? wallTimeAt(history, raisedAtMs) : null;
}

/** The first that any member ever told was before this moment, and no alarm of this type. */
function wasUnmentioned({ rows }: History, type: AlarmType, beforeMs: number): boolean {
	const first = [...rows.values()]
		.map(({ facts }) => facts.entry(0))
		.filter(entry => entry !== undefined)
		.sort((a, b) => a.atMs - b.atMs)[0];
	return first !== undefined && first.atMs < beforeMs && !first.value.errors.some(text => mentionsAlarm(text, [type]));
}

/** Whether this alarm may still be raised: one whose holder could not be read counts as anybody's. */
export const isRaised = ({ snapshot }: Look, memberId: MemberId, type: AlarmType): boolean =>
	snapshot.alarms.some(alarm => alarm.type === type && (alarm.member === null || alarm.member === memberId));
