import { type Growth, growthOf } from './growth.ts';
import type { History } from './history.ts';
import { type Records, recordsAt } from './records.ts';
import type { MemberView } from './snapshot.ts';

/** What takes the space. `history`: revisions that a compaction would drop. `free-pages`: what a defragmentation would. */
export type Filler = 'data' | 'history' | 'free-pages';

/** What fills a member's file, and what it grows by; null where that cannot be told. */
export type Contents = {
	readonly filler: Filler | null;
	readonly grows: Filler | null;
	readonly records: Records | null;
	/** The same at the beginning of the time over which growth was taken; null where nothing was read then. */
	readonly before: Records | null;
	readonly growth: Growth;
};

/** A file of which less is in use is mostly free pages to whoever looks for room. */
const muchFreeShare = 0.4;
/** kube-apiserver compacts every five minutes: in less than two rounds what is written always seems to stay. */
const shortestSeconds = 12 * 60;
const fewestRevisions = 10;

/** What a member's file is full of at a moment, and what it grows by. */
export function contentsOf(history: History, member: Pick<MemberView, 'key' | 'numbers'>, atMs: number): Contents {
	const growth = growthOf(history, member.key, atMs);
	const records = recordsAt(history, atMs);
	const before = recordsAt(history, atMs - growth.windowSeconds * 1000);
	const filler = fillerOf(member, records);
	return { filler, grows: growerOf(growth, filler, records, before), records, before, growth };
}

function fillerOf({ numbers }: Pick<MemberView, 'numbers'>, records: Records | null): Filler | null {
	if (numbers === null || numbers.dbSizeBytes <= 0) return null;
	if (1 - numbers.dbInUseBytes / numbers.dbSizeBytes >= muchFreeShare) return 'free-pages';
	if (records === null || records.keys === null) return null;
	const { keptRevisions, keys } = records;
	// Each kept revision is a record; of those no more than there are keys can be the present state of one.
	if (keptRevisions > 2 * keys && keptRevisions >= fewestRevisions) return 'history';
	return keptRevisions <= keys * 1.1 + fewestRevisions ? 'data' : null;
}

function growerOf(
	{ kind, windowSeconds }: Growth,
	filler: Filler | null,
	now: Records | null,
	before: Records | null,
): Filler | null {
	if (kind === 'file') return 'free-pages';
	if (kind !== 'data') return null;
	if (now === null || before === null || now.keys === null || before.keys === null || windowSeconds < shortestSeconds)
		return filler === 'free-pages' ? null : filler;
	const written = now.headRevision - before.headRevision;
	const keptMore = now.keptRevisions - before.keptRevisions;
	const moreKeys = now.keys - before.keys;
	return written > 0 && keptMore > written / 2 && moreKeys < keptMore / 2 ? 'history' : 'data';
}
