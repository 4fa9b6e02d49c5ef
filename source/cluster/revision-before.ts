import type { History } from './history.ts';
import { ownRowsAt } from './rows.ts';
import { statusColumns } from './shapes.ts';

/**
 * The newest revision that a member told at least so many seconds ago, and how long ago that is. Null where nothing was
 * read so long ago.
 */
export function revisionBefore(
	history: History,
	atMs: number,
	seconds: number,
): { readonly revision: bigint; readonly ageSeconds: number } | null {
	const untilMs = atMs - seconds * 1000;
	let newest: { readonly revision: bigint; readonly ageSeconds: number } | null = null;
	for (const { history: row } of ownRowsAt(history, untilMs)) {
		const place = row?.numbers.placeAt(untilMs) ?? null;
		if (place === null) continue;
		const revision = place.tier.bigintAt(statusColumns.revision, place.row);
		if (newest === null || revision > newest.revision)
			newest = { revision, ageSeconds: (atMs - place.tier.timeAt(place.row)) / 1000 };
	}
	return newest;
}
