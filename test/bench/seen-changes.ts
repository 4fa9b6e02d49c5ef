import type { Screen } from './screen.ts';

/** Gives the watch the whole screen: its border then says how many changes were seen. */
export async function zoomWatch(screen: Screen): Promise<void> {
	screen.press('\x1b[Z');
	screen.press('\r');
	await screen.until(text => seenOn(text) !== null);
}

/** How many changes the watch has counted, as its border tells. */
export function seenOn(text: string): number | null {
	const found = /([\d,]+) seen\b/.exec(text)?.[1];
	return found === undefined ? null : Number(found.replaceAll(',', ''));
}

/** Revisions that the watch says it did not see. */
export function skippedOn(text: string): number {
	const found = [...text.matchAll(/([\d,]+) revisions not seen/g)];
	return found.reduce((sum, match) => sum + Number(match[1]!.replaceAll(',', '')), 0);
}

/** Waits until the count stands still, which is when all that was written has arrived, or is lost. */
export async function settledCount(screen: Screen, expected: number): Promise<number> {
	await screen.until(text => seenOn(text)! >= expected, 15).catch(() => {});
	return seenOn(screen.text())!;
}
