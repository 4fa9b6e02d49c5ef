import type { Member } from '../cluster/member.ts';
import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { listNames } from './members.ts';
import type { Check } from './plan.ts';
import type { Look } from './world.ts';

/** A member's name, else its id: one that has not started yet has no name. Safe to show. */
export const labelOf = ({ name, id }: Pick<Member, 'name' | 'id'>): string => safeText(name === '' ? id : name, 80);

type Named = Pick<MemberView, 'id' | 'name'>;

const hasNamesake = ({ snapshot }: Look, { id, name }: Named): boolean =>
	[...snapshot.members, ...snapshot.list].some(other => other.id !== id && other.name === name && name !== '');

/** A member by its name, and by its id too where another one has the same name. Safe to show. */
export const labelIn = (look: Look, { id, name }: Named): string => {
	const label = labelOf({ id: id ?? 'unknown', name });
	return id !== null && hasNamesake(look, { id, name }) ? `${label} (${id})` : label;
};

/** The longest name that one types without a slip. */
const longestTyped = 40;

/** What is typed for a member: its name; its id where the name is another one's too, or is not to be typed as it is. */
export const phraseIn = (look: Look, { id, name }: Named): string =>
	id === null || (name !== '' && name === safeText(name.trim(), longestTyped) && !hasNamesake(look, { id, name }))
		? safeText(name, 80)
		: id;

/** Added and never started. */
export const isUnstarted = ({ name }: Member): boolean => name === '';

/** A member of the list, as the list has it. */
export const listedAs = ({ snapshot }: Look, id: string | null): Member | undefined =>
	snapshot.list.find(member => member.id === id);

/** The look without one member: what all others say. */
export const withoutMember = (look: Look, { key }: Pick<MemberView, 'key'>): Look => ({
	...look,
	snapshot: { ...look.snapshot, members: look.snapshot.members.filter(member => member.key !== key) },
});

const traitsOf = (list: readonly Member[]): string =>
	list
		.map(({ id, isLearner, peerUrls }) => JSON.stringify([id, isLearner, [...peerUrls].sort()]))
		.sort()
		.join();

/** Nobody else has changed the members since the plan was made. */
export function listKept(planned: readonly Member[], { snapshot }: Look): Check {
	const title = 'the members are still the same';
	if (traitsOf(planned) === traitsOf(snapshot.list))
		return { title, verdict: 'pass', detail: `${planned.length} members` };
	const now = listNames(snapshot.list.map(labelOf));
	return { title, verdict: 'stop', detail: `somebody else has changed them: now ${now}; look again before going on` };
}

/** No other member was added and has not started: one change at a time. */
export function noneUnstarted({ snapshot }: Look, verdict: 'warn' | 'stop'): Check {
	const title = 'no other change is under way';
	const waiting = snapshot.list.filter(isUnstarted);
	if (waiting.length === 0) return { title, verdict: 'pass', detail: 'every member has started' };
	const [first] = waiting;
	const where = safeText(first!.peerUrls.join(', '), 200);
	return {
		title,
		verdict,
		detail: `${labelOf(first!)} (${where}) was added and has not started: start it, or remove it first`,
	};
}

/** CORRUPT as a warning: mending the members is how it is mended, and a new member copies what the leader has. */
export function corruptionSeen({ snapshot }: Look): readonly Check[] {
	const corrupt = snapshot.alarms.filter(({ type }) => type === 'CORRUPT');
	if (corrupt.length === 0) return [];
	const names = ownMembers(snapshot).filter(({ id }) => corrupt.some(({ member }) => member === id));
	const who = names.length === 0 ? 'CORRUPT is raised' : `${listNames(names.map(({ name }) => name))} raised CORRUPT`;
	return [
		{
			title: 'no CORRUPT alarm',
			verdict: 'warn',
			detail: `${who}: new members copy what the leader has, so check the hashes first`,
		},
	];
}

/** Every member's version as it is told now; null where a member tells none. */
export function versionsOf({ snapshot }: Look): readonly (string | null)[] {
	return ownMembers(snapshot).map(member => (isAnswering(member) ? (member.numbers?.version ?? null) : null));
}
