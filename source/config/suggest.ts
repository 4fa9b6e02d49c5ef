/** Edits (insert, delete, replace, swap of neighbours) between two short words. */
function distance(left: string, right: string): number {
	let before: number[] = [];
	let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
	for (let row = 1; row <= left.length; row++) {
		const current = [row];
		for (let column = 1; column <= right.length; column++) {
			const isSame = left[row - 1] === right[column - 1];
			let best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (isSame ? 0 : 1));
			if (left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
				best = Math.min(best, before[column - 2]! + 1);
			current.push(best);
		}
		before = previous;
		previous = current;
	}
	return previous[right.length]!;
}

/** The known word that a mistyped one most likely means; null where none is close. */
export function nearest(word: string, known: readonly string[]): string | null {
	if (word.length > 40) return null;
	const ranked = known
		.map(name => ({
			name,
			edits: distance(word.toLowerCase(), name) - (name.startsWith(word) && word.length > 2 ? 5 : 0),
		}))
		.sort((left, right) => left.edits - right.edits);
	const best = ranked[0];
	return best !== undefined && best.edits <= Math.max(1, Math.floor(word.length / 3)) ? best.name : null;
}
