import { ownMembers } from '../cluster/own-members.ts';
import type { MemberView, Snapshot } from '../cluster/snapshot.ts';
import { safeText } from '../format/safe.ts';
import { Refused } from './refused.ts';
import type { MemberName } from './request.ts';

/** The members' names in words: `m1, m2 and m3`. */
export function listNames(names: readonly string[]): string {
	const safe = names.map(name => safeText(name, 80));
	return safe.length < 2 ? safe.join() : `${safe.slice(0, -1).join(', ')} and ${safe.at(-1)}`;
}

/** The member that is meant by a name, an id or an endpoint. Throws `Refused` where there is none, or more than one. */
export function memberNamed({ members: rows, ...snapshot }: Snapshot, wanted: MemberName): MemberView {
	const members = ownMembers({ ...snapshot, members: rows });
	const matching = [
		members.filter(({ name }) => name === wanted),
		members.filter(
			({ id }) =>
				id ===
				wanted
					.toLowerCase()
					.replace(/^0x/, '')
					.replace(/^0+(?=.)/, ''),
		),
		members.filter(({ endpoint }) => endpoint === wanted),
	].find(found => found.length > 0);
	const known = listNames(members.map(({ name }) => name));
	if (matching === undefined) throw new Refused(`there is no member ${safeText(wanted, 80)}; the members are ${known}`);
	if (matching.length > 1)
		throw new Refused(
			`several members are called ${safeText(wanted, 80)}; try an id: ${matching.map(({ id }) => id).join(', ')}`,
		);
	return matching[0]!;
}
