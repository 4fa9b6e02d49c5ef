import { quorumOf } from '../cluster/leadership.ts';
import { listNames } from './members.ts';

/** What one member's key space hashes to. */
export type MemberHash = {
	readonly name: string;
	readonly hash: number;
	/** What was hashed: the history from the one to the other. Before any compaction the first is -1. */
	readonly compactRevision: bigint;
	readonly hashRevision: bigint;
};

export type HashVerdict =
	| { readonly kind: 'equal'; readonly hash: number }
	/** A majority of all voters has one hash, and these have another. */
	| {
			readonly kind: 'odd';
			readonly hash: number;
			readonly majority: readonly string[];
			readonly odd: readonly string[];
	  }
	/** They differ, and no hash is that of a majority of all voters. */
	| { readonly kind: 'split'; readonly groups: readonly HashGroup[] };

export type HashGroup = { readonly hash: number; readonly names: readonly string[] };

/** Whether all of them hashed the same stretch of history: otherwise their hashes say nothing of each other. */
export const isComparable = (hashes: readonly MemberHash[]): boolean =>
	new Set(hashes.map(({ compactRevision, hashRevision }) => `${compactRevision} ${hashRevision}`)).size < 2;

/** Members by their hash, the largest group first. */
function groupsOf(hashes: readonly MemberHash[]): readonly HashGroup[] {
	const groups = new Map<number, string[]>();
	for (const { hash, name } of hashes) groups.set(hash, [...(groups.get(hash) ?? []), name]);
	return [...groups]
		.map(([hash, names]) => ({ hash, names }))
		.sort((one, other) => other.names.length - one.names.length);
}

/**
 * Who is right. Members that were not asked count as nobody's friend: only a majority of all voters of the cluster can
 * tell that another member is wrong. There has to be at least one hash.
 */
export function verdictOf(hashes: readonly MemberHash[], voters: number): HashVerdict {
	const groups = groupsOf(hashes);
	const [first, ...rest] = groups;
	if (first === undefined) throw new RangeError('no hash to judge');
	if (rest.length === 0) return { kind: 'equal', hash: first.hash };
	if (first.names.length < quorumOf(voters)) return { kind: 'split', groups };
	return { kind: 'odd', hash: first.hash, majority: first.names, odd: rest.flatMap(({ names }) => names) };
}

/** `m1 and m2: 123; m3: 456`. */
export const groupsInWords = (groups: readonly HashGroup[]): string =>
	groups.map(({ hash, names }) => `${listNames(names)}: ${hash}`).join('; ');
