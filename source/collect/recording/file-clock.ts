import type { Stamp } from '../../cluster/reading.ts';

/** Lines may be in disorder by this much: loops end when they end. */
const disorderMs = 10_000;
/** Nothing is recorded over a longer gap than this: such a jump is the clock's. */
const longestGapMs = 7 * 24 * 60 * 60_000;

/**
 * Makes a clock that never jumps from the wall clock's times in a recording. Where the recording tells by how far the
 * clock had jumped, that is taken away; where it does not, times that fall back go on from the latest one. A gap stays
 * a gap.
 */
export class FileClock {
	/** How far the clock had jumped since the start, as the recording tells. */
	#toldMs = 0;
	/** What has to be taken away beside that. */
	#foundMs = 0;
	#latestMs: number | null = null;
	readonly #stepMs: number;

	/** `stepMs` is how far apart readings are, for want of anything better where the clock fell back. */
	constructor(stepMs: number) {
		this.#stepMs = stepMs;
	}

	tell(offsetMs: number): void {
		this.#toldMs = offsetMs;
	}

	stamp(timeMs: number): Stamp {
		let atMs = timeMs - this.#toldMs - this.#foundMs;
		if (this.#latestMs !== null && (atMs < this.#latestMs - disorderMs || atMs > this.#latestMs + longestGapMs)) {
			this.#foundMs += atMs - (this.#latestMs + this.#stepMs);
			atMs = this.#latestMs + this.#stepMs;
		}
		this.#latestMs = Math.max(this.#latestMs ?? atMs, atMs);
		return { atMs, timeMs };
	}
}
