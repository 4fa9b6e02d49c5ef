/** One JSON object that anybody may have written: every look at it says what it expects. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longer texts than this are cut: a name, an endpoint or an error needs no more. */
const longestText = 4096;

export const fieldsOf = (value: unknown): Fields | null =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

export const textOf = (value: unknown): string | null =>
	typeof value === 'string' ? value.slice(0, longestText) : null;

export const numberOf = (value: unknown): number | null =>
	typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A 64-bit number as text or, where a double holds it, as a number; null for anything else. */
export function bigintOf(value: unknown): bigint | null {
	if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
	return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : null;
}

/** A count of bytes: a number, or text where it may exceed 2^53. */
export function bytesOf(value: unknown): number | null {
	const whole = bigintOf(value);
	return whole === null ? numberOf(value) : Number(whole);
}

/** A member's or cluster's id, in hex as etcdctl prints it; what is no hex stays as it is: it only has to be the same everywhere. */
export function idOf(value: unknown): string | null {
	if (typeof value !== 'string' || value === '' || value.length > 64) return null;
	return /^(?:0x)?[0-9a-f]+$/i.test(value)
		? value
				.toLowerCase()
				.replace(/^0x/, '')
				.replace(/^0+(?=.)/, '')
		: value;
}

export const listOf = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null);

/** The elements that are text; null where it is no list or one of them is something else. */
export function textsOf(value: unknown): readonly string[] | null {
	const list = listOf(value)?.slice(0, 64);
	return list?.every(item => typeof item === 'string') ? list.map(item => item.slice(0, longestText)) : null;
}

/** An ISO time as milliseconds since 1970; null where it is none. */
export function timeOf(value: unknown): number | null {
	const timeMs = typeof value === 'string' && value.length < 40 ? Date.parse(value) : Number.NaN;
	return Number.isNaN(timeMs) ? null : timeMs;
}

/** What stands in a field: absent and null are the same, wrong is not. */
export type Found<Value> = { readonly value: Value } | 'absent' | 'wrong';

export function find<Value>(value: unknown, read: (value: unknown) => Value | null): Found<Value> {
	if (value === undefined || value === null) return 'absent';
	const found = read(value);
	return found === null ? 'wrong' : { value: found };
}
