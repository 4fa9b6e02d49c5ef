import type { KeyRange, ValueHead } from '../../etcd/calls.ts';

/** What looking for keys needs of a member. */
export type Looker = {
	/** Keys in a range; reads no value. */
	count(range: KeyRange): Promise<number>;
	/** The first key of a range; null where there is none. */
	first(range: KeyRange): Promise<ValueHead | null>;
};

type Cell = KeyRange & { readonly count: number };

/** What names of Kubernetes are made of, in the order of bytes. */
const letters = '-./0123456789:abcdefghijklmnopqrstuvwxyz';
/** How far a part may be from its target, as a part of the whole. */
const tolerance = 0.2;

/** The smallest key that is greater. */
export const after = (key: Uint8Array): Uint8Array => Buffer.concat([key, Buffer.of(0)]);

/**
 * Some keys of a range, spread over all of it, each once. etcd has no way to ask for the n-th key, and sorting or
 * filtering would make it read every value; counting is cheap. So the largest part is cut in two by counting, about where
 * chance says, and the first key of each part is taken. With no more keys than wanted it is all of them.
 */
export async function* spread(
	looker: Looker,
	range: KeyRange,
	total: number,
	most: number,
	random: () => number,
): AsyncGenerator<ValueHead, void> {
	const cells: Cell[] = [{ ...range, count: total }];
	for (let taken = 0; taken < most; ) {
		cells.sort((a, b) => b.count - a.count);
		const cell = cells.shift();
		if (cell === undefined) return;
		const found = await looker.first(cell);
		if (found === null) continue;
		taken++;
		const rest = { from: after(found.key), end: cell.end, count: cell.count - 1 };
		const isCut = taken < most && total > most && rest.count > 1;
		cells.push(...(isCut ? await cut(looker, rest, found.key, random) : [rest]).filter(({ count }) => count > 0));
		yield found;
	}
}

/** Cuts a part in two. `before` is the key in front of it. */
async function cut(looker: Looker, cell: Cell, before: Uint8Array, random: () => number): Promise<readonly Cell[]> {
	const points = pointsAfter(before, cell.end);
	const target = (0.3 + 0.4 * random()) * cell.count;
	let low = 0;
	let high = points.length;
	let best: Cut | null = null;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		const point = somewhereBehind(points[middle]!, random);
		const count = await looker.count({ from: cell.from, end: point });
		if (best === null || Math.abs(count - target) < Math.abs(best.count - target)) best = { point, count };
		if (Math.abs(count - target) <= tolerance * cell.count) break;
		if (count < target) low = middle + 1;
		else high = middle;
	}
	if (best === null || best.count === 0 || best.count >= cell.count) return [cell];
	return [
		{ from: cell.from, end: best.point, count: best.count },
		{ from: best.point, end: cell.end, count: cell.count - best.count },
	];
}

type Cut = { readonly point: Uint8Array; readonly count: number };

/** So that not only those keys are ever met that come first behind a letter. */
const somewhereBehind = (point: Uint8Array, random: () => number): Uint8Array =>
	Buffer.concat([point, Buffer.from([0, 1].map(() => letters.charCodeAt(Math.floor(random() * letters.length))))]);

/**
 * Where to cut behind a key, in rising order: what has the same beginning lies close to it, so behind each of its
 * beginnings, the longest first, every letter that is greater than the one that follows.
 */
function pointsAfter(key: Uint8Array, end: Uint8Array): readonly Uint8Array[] {
	const points: Uint8Array[] = [];
	for (let length = key.length; length >= 0; length--) {
		const next = key[length] ?? 0;
		const beginning = key.subarray(0, length);
		for (const letter of letters) {
			const code = letter.charCodeAt(0);
			if (code > next) points.push(Buffer.concat([beginning, Buffer.of(code)]));
		}
	}
	return points.filter(point => Buffer.compare(point, end) < 0);
}
