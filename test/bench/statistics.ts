/** The value that this part of all values does not exceed, 0.5 for the median; of the values that were really there. */
export function quantile(values: readonly number[], part: number): number {
	if (values.length === 0) throw new Error('nothing was measured');
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)]!;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Runs that count, after one that is discarded. */
export const runs = 5;

/**
 * Runs each of the takes once in every round, in turn, so that whatever else the machine does meets all of them alike.
 * The first round fills caches and is discarded; the answer is the median of the others for each take.
 */
export async function interleaved(
	takes: readonly (() => Promise<number>)[],
	rounds = runs,
): Promise<readonly number[]> {
	const measured: number[][] = takes.map(() => []);
	for (let round = 0; round <= rounds; round++)
		for (const [index, take] of takes.entries()) {
			const value = await take();
			if (round > 0) measured[index]!.push(value);
		}
	return measured.map(median);
}

export const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(seconds < 0.1 ? 1 : 0)} ms`;
export const percent = (part: number): string => `${(part * 100).toFixed(2)} %`;
