import { isAnswering } from './member-state.ts';
import { quotaBytes } from './quota.ts';
import type { MemberView } from './snapshot.ts';

const mebibyte = 1024 ** 2;

/** From where on a defragmentation is worth its trouble: one of three has to hold. */
export const worthwhile = {
	/** Much of a file of some size is free. */
	freeShare: 0.45,
	ofAtLeastBytes: 100 * mebibyte,
	/** The quota is near, above this share of it. */
	quotaShare: 0.8,
	/** There is much to gain, whatever the size. */
	freeBytes: 200 * mebibyte,
} as const;

/** Free pages that stay: etcd keeps a few whatever is done. */
const leastFreeShare = 0.01;
const leastFreeBytes = 128 * 1024;

type Sized = Pick<MemberView, 'numbers' | 'quota' | 'state'>;

/** What a defragmentation would give back, in bytes; null where the member does not tell its sizes now. */
export function freeBytesOf(member: Sized): number | null {
	const { numbers } = member;
	return numbers === null || !isAnswering(member) ? null : Math.max(0, numbers.dbSizeBytes - numbers.dbInUseBytes);
}

/** Whether so little is free that a defragmentation would give nothing back. */
export const isNothingFree = (freeBytes: number, fileBytes: number): boolean =>
	freeBytes / fileBytes < leastFreeShare || freeBytes < leastFreeBytes;

/** What speaks for defragmenting a member. */
export type Gain = {
	readonly why: 'free-share' | 'quota' | 'free-bytes';
	readonly fileBytes: number;
	/** What the file would have afterwards; etcd's own count, which may be high by what became free last. */
	readonly inUseBytes: number;
	readonly freeBytes: number;
	readonly freeShare: number;
};

/** Null where it is not worth it, or where the member does not tell. The rule that operations have unless given another. */
export function defragmentGain(member: Sized): Gain | null {
	const freeBytes = freeBytesOf(member);
	const { numbers, quota } = member;
	if (freeBytes === null || numbers === null || isNothingFree(freeBytes, numbers.dbSizeBytes)) return null;
	const { dbSizeBytes: fileBytes, dbInUseBytes: inUseBytes } = numbers;
	const freeShare = fileBytes > 0 ? freeBytes / fileBytes : 0;
	const gain = (why: Gain['why']): Gain => ({ why, fileBytes, inUseBytes, freeBytes, freeShare });
	if (freeShare >= worthwhile.freeShare && fileBytes >= worthwhile.ofAtLeastBytes) return gain('free-share');
	if (fileBytes / (quotaBytes(quota) ?? Number.POSITIVE_INFINITY) > worthwhile.quotaShare) return gain('quota');
	return freeBytes > worthwhile.freeBytes ? gain('free-bytes') : null;
}
