/** However far apart the times in a file are, no more than this wait. */
const mostWaiting = 20_000;

/**
 * Puts items into the order of their time that come nearly in it: each waits until one has come that is younger by
 * `windowMs`. Items of one time keep their order.
 */
export class Ordering<Item extends { readonly atMs: number }> {
	#waiting: Item[] = [];
	readonly #windowMs: number;

	constructor(windowMs: number) {
		this.#windowMs = windowMs;
	}

	/** Takes one in; gives those whose turn has come. */
	take(item: Item): readonly Item[] {
		const waiting = this.#waiting;
		let place = waiting.length;
		while (place > 0 && waiting[place - 1]!.atMs > item.atMs) place--;
		waiting.splice(place, 0, item);
		const releaseMs = waiting.at(-1)!.atMs - this.#windowMs;
		let count = Math.max(0, waiting.length - mostWaiting);
		while (waiting[count]!.atMs < releaseMs) count++;
		return waiting.splice(0, count);
	}

	/** Those that still wait. */
	rest(): readonly Item[] {
		const rest = this.#waiting;
		this.#waiting = [];
		return rest;
	}
}
