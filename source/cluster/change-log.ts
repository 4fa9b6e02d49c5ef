import { countUpTo, Ring } from './ring.ts';

export type Change<T> = { readonly atMs: number; readonly value: T };

/**
 * A fact that changes rarely, with the moment of each change, so that it can be told for any past moment. Bounded: the
 * oldest changes go first.
 */
export class ChangeLog<T> {
	readonly #changes: Ring<Change<T>>;

	constructor(capacity: number) {
		this.#changes = new Ring(capacity);
	}

	get length(): number {
		return this.#changes.length;
	}

	/** Entry `index`, 0 being the oldest that is left. */
	entry(index: number): Change<T> | undefined {
		return this.#changes.at(index);
	}

	get last(): Change<T> | undefined {
		return this.#changes.at(this.#changes.length - 1);
	}

	/** A time before the last change counts as that change's time: readings of different loops may cross. */
	push(atMs: number, value: T): void {
		this.#changes.push({ atMs: Math.max(atMs, this.last?.atMs ?? atMs), value });
	}

	/** Corrects what the last change said, at its old time. */
	replaceLast(value: T): void {
		const last = this.last;
		if (last !== undefined) this.#changes.replaceLast({ atMs: last.atMs, value });
	}

	/** The number of changes at or before `atMs`. */
	countAt(atMs: number): number {
		return countUpTo(this.#changes.length, index => this.#changes.at(index)!.atMs, atMs);
	}

	/** What held at `atMs`; null before the first change that is left. */
	at(atMs: number): T | null {
		return this.#changes.at(this.countAt(atMs) - 1)?.value ?? null;
	}
}
