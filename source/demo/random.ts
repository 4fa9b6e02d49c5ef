/** Numbers that look random and are the same for the same seed (the "mulberry32" generator). */
export type Random = {
	/** From 0 up to, not including, 1. */
	fraction(): number;
	/** A whole number, both ends included. */
	between(low: number, high: number): number;
	pick<Item>(items: readonly Item[]): Item;
	/** Letters and digits as Kubernetes uses for generated names (no vowels). */
	suffix(length: number): string;
	bytes(length: number): Uint8Array;
	uuid(): string;
};

const nameLetters = [...'bcdfghjklmnpqrstvwxz2456789'];

export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const fraction = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const between = (low: number, high: number) => low + Math.floor(fraction() * (high - low + 1));
	const pick = <Item>(items: readonly Item[]) => items[between(0, items.length - 1)]!;
	const bytes = (length: number) => Uint8Array.from({ length }, () => between(0, 255));
	return {
		fraction,
		between,
		pick,
		bytes,
		suffix: length => Array.from({ length }, () => pick(nameLetters)).join(''),
		uuid: () =>
			Buffer.from(bytes(16))
				.toString('hex')
				.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
	};
}
