import type { Retention } from './request.ts';
import type { SnapshotFile } from './snapshot-files.ts';

/** Whether anything is ever removed. */
export const isRetaining = ({ keepLast, keepForSeconds }: Retention): boolean =>
	keepLast !== null || keepForSeconds !== null;

/**
 * Which of the older snapshots of a cluster go once a new one, which is not among them, is verified; newest first. The new
 * one counts as one of the last. A file stays where either rule keeps it.
 */
export function expired(
	older: readonly SnapshotFile[],
	{ keepLast, keepForSeconds }: Retention,
	timeMs: number,
): readonly SnapshotFile[] {
	if (keepLast === null && keepForSeconds === null) return [];
	const oldestMs = keepForSeconds === null ? Number.POSITIVE_INFINITY : timeMs - keepForSeconds * 1000;
	return older
		.toSorted((a, b) => b.timeMs - a.timeMs)
		.slice(Math.max(0, (keepLast ?? 1) - 1))
		.filter(file => file.timeMs < oldestMs);
}
