import type { MemberId } from '../cluster/member.ts';
import { isAnswering } from '../cluster/member-state.ts';
import { ownMembers } from '../cluster/own-members.ts';
import { fullShare, quotaBytes } from '../cluster/quota.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { listNames } from './members.ts';
import type { Check } from './plan.ts';
import type { Look } from './world.ts';

/** What a member's file holds, as it tells now. */
export type Space = {
	readonly member: MemberView;
	readonly fileBytes: number;
	readonly inUseBytes: number;
	/** Null without a quota. */
	readonly quotaBytes: number | null;
	/** Nobody tells the quota: etcd's default stands in for it. */
	readonly isAssumed: boolean;
};

/** The sizes of a member; null where it does not tell them now. */
export function spaceOf(member: MemberView): Space | null {
	const { numbers, quota } = member;
	if (numbers === null || !isAnswering(member)) return null;
	return {
		member,
		fileBytes: numbers.dbSizeBytes,
		inUseBytes: numbers.dbInUseBytes,
		quotaBytes: quotaBytes(quota),
		isAssumed: quota.kind === 'assumed',
	};
}

/** Of every member that tells. */
export const spacesIn = ({ snapshot }: Look): readonly Space[] =>
	ownMembers(snapshot)
		.map(spaceOf)
		.filter(space => space !== null);

/** Bytes that are too many for a size to be under its share of the quota; 0 where it is. */
export function excessBytes(bytes: number, { quotaBytes: limit }: Pick<Space, 'quotaBytes'>): number {
	const mostBytes = limit === null ? Number.POSITIVE_INFINITY : fullShare * limit;
	return bytes < mostBytes ? 0 : Math.floor(bytes - mostBytes) + 1;
}

const nameOf = ({ member }: Space) => safeText(member.name, 80);

/** `34 MB of 34 MB (100%), 33 MB of it in use`. */
export function spaceText({ fileBytes, inUseBytes, quotaBytes: limit, isAssumed }: Space): string {
	const file =
		limit === null
			? `${formatBytes(fileBytes)}, no quota`
			: `${formatBytes(fileBytes)} of ${isAssumed ? 'an assumed ' : ''}${formatBytes(limit)} (${formatPercent(fileBytes / limit)})`;
	return `${file}, ${formatBytes(inUseBytes)} of it in use`;
}

const overText = (space: Space, bytes: number): string =>
	`${nameOf(space)} is ${formatBytes(excessBytes(bytes, space))} over: ${spaceText(space)}`;

/** Every file is under nine tenths of its quota. Not to be forced: a disarmed alarm would be back at once. */
export const filesFit = (look: Look): Check => fitCheck(spacesIn(look), 'every file');

/** The same of one member that was defragmented: if it is not, it is data that fills it. */
export const fileFits = (look: Look, memberId: MemberId | null): Check =>
	fitCheck(
		spacesIn(look).filter(({ member }) => member.id === memberId),
		'a defragmented file',
	);

function fitCheck(spaces: readonly Space[], what: string): Check {
	const title = `${what} is under ${formatPercent(fullShare)} of its quota`;
	const over = spaces.filter(space => excessBytes(space.fileBytes, space) > 0);
	if (over.length > 0)
		return { title, verdict: 'stop', detail: over.map(space => overText(space, space.fileBytes)).join('; ') };
	return { title, verdict: 'pass', detail: spaces.map(space => `${nameOf(space)} ${shareText(space)}`).join(', ') };
}

const shareText = (space: Space) =>
	space.quotaBytes === null
		? 'has no quota'
		: space.isAssumed
			? spaceText(space)
			: formatPercent(space.fileBytes / space.quotaBytes);

/** Members of which nobody here knows how full their file is: they do not answer, or their quota is not told. */
export const unknownFill = ({ snapshot }: Look): readonly string[] =>
	ownMembers(snapshot)
		.filter(member => spaceOf(member)?.isAssumed ?? true)
		.map(({ name }) => name);

/** Every member tells its size. Force passes it: one that is gone for good must not keep the others from writing. */
export function sizesKnown({ snapshot }: Look): Check {
	const title = 'every member tells its size';
	const silent = ownMembers(snapshot).filter(member => spaceOf(member) === null);
	if (silent.length === 0) return { title, verdict: 'pass', detail: `${ownMembers(snapshot).length} of them` };
	const detail = `not ${listNames(silent.map(({ name }) => name))}: a full one raises NOSPACE again when it is back`;
	return { title, verdict: 'stop', detail, mayBeForced: true };
}

/**
 * The quota of every member that answers is told, by itself or by the user. Force passes it. Without it a full file may
 * look nearly empty, and a file with much room too full.
 */
export function quotasKnown(look: Look): Check {
	const title = 'every quota is known';
	const assumed = spacesIn(look).filter(({ isAssumed }) => isAssumed);
	if (assumed.length === 0) return { title, verdict: 'pass', detail: `${spacesIn(look).length} of them` };
	const names = listNames(assumed.map(({ member }) => member.name));
	const detail = `not of ${names}: no metrics tell it, and ${formatBytes(assumed[0]!.quotaBytes ?? 0)} is only etcd’s default; give --quota, the size that etcd has as --quota-backend-bytes`;
	return { title, verdict: 'stop', detail, mayBeForced: true };
}

/** What is in use fits, so that a defragmentation can bring the file below: else only less data, or a larger quota, helps. */
export function dataFits(look: Look): Check {
	const title = `what is in use fits under ${formatPercent(fullShare)} of the quota`;
	const over = spacesIn(look).filter(space => excessBytes(space.inUseBytes, space) > 0);
	if (over.length === 0) return { title, verdict: 'pass', detail: 'on every member' };
	const detail = over.map(space => overText(space, space.inUseBytes)).join('; ');
	return { title, verdict: 'stop', detail };
}

/** `m1 13 MB → 16 kB, m2 13 MB → 16 kB`. */
export const sizesInUse = (before: Look, after: Look): string => changes(before, after, ({ inUseBytes }) => inUseBytes);

/** The same of the files. */
export const fileSizes = (before: Look, after: Look): string => changes(before, after, ({ fileBytes }) => fileBytes);

function changes(before: Look, after: Look, sizeOf: (space: Space) => number): string {
	const text = (member: MemberView | undefined) => {
		const space = member === undefined ? null : spaceOf(member);
		return space === null ? '?' : formatBytes(sizeOf(space));
	};
	return ownMembers(after.snapshot)
		.map(member => {
			const earlier = before.snapshot.members.find(({ key }) => key === member.key);
			return `${safeText(member.name, 80)} ${text(earlier)} → ${text(member)}`;
		})
		.join(', ');
}
