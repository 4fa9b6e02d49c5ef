import type { History } from './history.ts';
import type { MemberKey } from './member.ts';

/** Two minutes of scrapes: the present one may have just begun. */
const recentMs = 120_000;

/**
 * By how much a member's clock is ahead of ours, in milliseconds; negative where it is behind; null where it told nothing
 * in the last minutes. HTTP's `Date` is cut to whole seconds and ages on its way, so each answer says too little: the most
 * that several of them said is nearest to the truth, short of it by a second at the worst.
 */
export function clockAheadMs(history: History, key: MemberKey, atMs: number): number | null {
	const place = history.rows.get(key)?.clock.placeAt(atMs) ?? null;
	if (place === null) return null;
	const { tier } = place;
	let most: number | null = null;
	for (let row = place.row; row >= 0 && atMs - tier.timeAt(row) <= recentMs; row--) {
		const ahead = tier.numberAt(0, row);
		if (most === null || ahead > most) most = ahead;
	}
	return most;
}
