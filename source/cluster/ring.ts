/** The last `capacity` items that were put in, oldest first. Takes memory only for what it holds. */
export class Ring<T> {
	readonly capacity: number;
	readonly #items: T[] = [];
	#start = 0;

	constructor(capacity: number) {
		this.capacity = capacity;
	}

	get length(): number {
		return this.#items.length;
	}

	push(item: T): void {
		if (this.#items.length < this.capacity) {
			this.#items.push(item);
			return;
		}
		this.#items[this.#start] = item;
		this.#start = (this.#start + 1) % this.capacity;
	}

	/** Item `index`, 0 being the oldest that is left; undefined outside. */
	at(index: number): T | undefined {
		if (index < 0 || index >= this.#items.length) return undefined;
		return this.#items[(this.#start + index) % this.#items.length];
	}

	replaceLast(item: T): void {
		if (this.#items.length === 0) return;
		this.#items[(this.#start + this.#items.length - 1) % this.#items.length] = item;
	}
}

/**
 * How many of the first `length` items have a time at or before `atMs`, where times never fall. The item before that
 * position is the one that held at `atMs`.
 */
export function countUpTo(length: number, timeAt: (index: number) => number, atMs: number): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (timeAt(middle) <= atMs) low = middle + 1;
		else high = middle;
	}
	return low;
}
