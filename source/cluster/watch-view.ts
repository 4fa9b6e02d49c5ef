import type { History } from './history.ts';
import { countUpTo } from './ring.ts';
import type { TieredTable } from './tiered-table.ts';
import type { WatchLine } from './watch-history.ts';

export type { WatchLine } from './watch-history.ts';

/** Which lines to show. */
export type WatchQuery = {
	readonly atMs: number;
	readonly limit: number;
	/** Matching lines to leave out at the newest end: how far it is scrolled back. */
	readonly offset?: number;
	/** Keeps changes whose name or resource has this text, whatever its case; empty keeps all. */
	readonly text?: string;
	/** Keeps changes of this resource. */
	readonly resource?: string | null;
	/** Leaves out node leases and events; they stay counted in the rates. */
	readonly hideNoise?: boolean;
};

export type WatchPage = {
	/** Oldest first, as they are drawn. */
	readonly lines: readonly WatchLine[];
	/** All that match, for the scroll bar and as a bound for `offset`. */
	readonly matching: number;
};

const escapedForRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Gaps and interruptions always match: they say that changes are missing. */
function matcher({ text = '', resource = null, hideNoise = false }: WatchQuery): (line: WatchLine) => boolean {
	const pattern = text === '' ? null : new RegExp(escapedForRegExp(text), 'i');
	const isFiltered = pattern !== null || resource !== null;
	return line => {
		if (line.kind === 'unlisted') return !isFiltered;
		if (line.kind !== 'change') return true;
		const { change } = line;
		if (hideNoise && change.isNoise) return false;
		if (resource !== null && change.resource !== resource) return false;
		return pattern === null || pattern.test(change.name) || pattern.test(change.resource);
	};
}

/** The watch as it was at a moment. The oldest lines fall out of history while time goes on, paused or not. */
export function watchLines(history: History, query: WatchQuery): WatchPage {
	const { lines } = history.watch;
	const matches = matcher(query);
	const offset = Math.max(0, query.offset ?? 0);
	const page: WatchLine[] = [];
	let matching = 0;
	const count = countUpTo(lines.length, index => lines.at(index)!.atMs, query.atMs);
	for (let index = count - 1; index >= 0; index--) {
		const line = lines.at(index)!;
		if (!matches(line)) continue;
		if (matching >= offset && page.length < query.limit) page.push(line);
		matching++;
	}
	return { lines: page.reverse(), matching };
}

/** How much of one resource changes; `total` is puts and deletes since the watch began. */
export type ResourceRate = {
	readonly resource: string;
	readonly putsPerSecond: number;
	readonly deletesPerSecond: number;
	readonly bytesPerSecond: number;
	readonly total: number;
};

/** Every resource that the watch has counted, busiest first: also what is hidden, sampled or filtered away. */
export function resourceRates(history: History, atMs: number, windowSeconds = 10): readonly ResourceRate[] {
	const { sums, resources, firstMs } = history.watch;
	if (firstMs === null || firstMs > atMs) return [];
	const fromMs = atMs - windowSeconds * 1000;
	const seconds = Math.max(1, (atMs - Math.max(fromMs, firstMs)) / 1000);
	const rates = [...resources].map(([resource, column]) => {
		const since = (index: number) => {
			const before = sumAt(sums, column + index, fromMs);
			return Math.max(0, sumAt(sums, column + index, atMs) - before) / seconds;
		};
		return {
			resource,
			putsPerSecond: since(0),
			deletesPerSecond: since(1),
			bytesPerSecond: since(2),
			total: sumAt(sums, column, atMs) + sumAt(sums, column + 1, atMs),
		};
	});
	return rates
		.filter(({ total }) => total > 0)
		.sort((a, b) => changesOf(b) - changesOf(a) || b.total - a.total || (a.resource < b.resource ? -1 : 1));
}

/** Every change that the watch has counted since it began, listed or not. */
export const changesSeen = (history: History, atMs: number): number =>
	resourceRates(history, atMs).reduce((sum, { total }) => sum + total, 0);

const changesOf = ({ putsPerSecond, deletesPerSecond }: ResourceRate) => putsPerSecond + deletesPerSecond;

/** The last sums at or before a moment; the oldest that are left for one that is further back. */
function sumAt(sums: TieredTable, column: number, atMs: number): number {
	const tier = sums.tierSince(atMs);
	const sum = tier.length === 0 ? 0 : tier.numberAt(column, Math.max(0, tier.rowAt(atMs)));
	// A resource that had no column yet had not changed.
	return Number.isNaN(sum) ? 0 : sum;
}
