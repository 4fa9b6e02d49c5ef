import { parseBytes } from '../format/bytes.ts';
import { parseDuration } from '../format/duration.ts';
import { safeText } from '../format/safe.ts';
import type { GivenValues } from './command-line.ts';
import { UsageError } from './errors.ts';
import { type FlagName, flagOf } from './flags.ts';

/** Lists of one or several `a,b`, without empty parts. */
const splitList = (values: readonly string[]) =>
	values
		.flatMap(value => value.split(','))
		.map(value => value.trim())
		.filter(value => value !== '');

/** As Go reads a boolean, because etcdctl's variables are read by it. */
const booleans: Readonly<Record<string, boolean>> = Object.fromEntries([
	...['1', 't', 'true', 'yes', 'on'].map((word): [string, boolean] => [word, true]),
	...['0', 'f', 'false', 'no', 'off'].map((word): [string, boolean] => [word, false]),
]);

function bad(where: string, value: string, expected: string): UsageError {
	return new UsageError(`${where} ${safeText(value, 60) || '""'} is not ${expected}`);
}

/** Typed values of what was given. Each function throws a `UsageError` that names where the value came from. */
export function valuesOf(given: GivenValues) {
	const last = (name: FlagName) => {
		const found = given.get(name);
		const value = found?.values.at(-1);
		return found === undefined || value === undefined ? null : { value, where: found.where };
	};
	return {
		given: (name: FlagName): boolean => given.has(name),
		where: (name: FlagName): string => given.get(name)?.where ?? `--${name}`,
		text: (name: FlagName): string | null => last(name)?.value ?? null,
		list: (name: FlagName): readonly string[] | null => {
			const found = given.get(name);
			if (found === undefined) return null;
			const parts = splitList(found.values);
			if (parts.length === 0) throw new UsageError(`${found.where} is empty; give ${flagOf(name).placeholder}`);
			return parts;
		},
		isOn: (name: FlagName): boolean => {
			const found = last(name);
			if (found === null) return flagOf(name).isOnByDefault ?? false;
			const value = booleans[found.value.toLowerCase()];
			if (value === undefined) throw bad(found.where, found.value, 'true or false');
			return value;
		},
		seconds: (name: FlagName, fallback: number, least: number): number => {
			const found = last(name);
			if (found === null) return fallback;
			const value = parseDuration(found.value);
			if (value === null) throw bad(found.where, found.value, 'a time; try 500ms, 2s or 1m');
			if (value < least || value > 86_400)
				throw bad(found.where, found.value, `between ${least < 1 ? `${least * 1000}ms` : `${least}s`} and 24h`);
			return value;
		},
		/** A span of history or of keeping: a second to ten years. Its unit is not left to a guess: days may be meant. */
		span: (name: FlagName): number | null => {
			const found = last(name);
			if (found === null) return null;
			const value = /[a-z]/.test(found.value) ? parseDuration(found.value) : null;
			if (value === null) throw bad(found.where, found.value, 'a time with its unit; try 5m, 12h or 7d');
			if (value < 1 || value > 3650 * 86_400) throw bad(found.where, found.value, 'between 1s and 3650d');
			return value;
		},
		bytes: (name: FlagName): number | null => {
			const found = last(name);
			if (found === null) return null;
			const value = parseBytes(found.value);
			if (value === null || value === 0) throw bad(found.where, found.value, 'a size; try 512MiB or 8GiB');
			return value;
		},
		number: (name: FlagName, least: number, most: number): number | null => {
			const found = last(name);
			if (found === null) return null;
			const value = /^\d+$/.test(found.value) ? Number(found.value) : Number.NaN;
			if (!(value >= least && value <= most))
				throw bad(found.where, found.value, `a whole number from ${least} to ${most}`);
			return value;
		},
		choice: <Choice extends string>(name: FlagName, choices: readonly Choice[], fallback: Choice): Choice => {
			const found = last(name);
			if (found === null) return fallback;
			const value = choices.find(choice => choice === found.value);
			if (value === undefined) throw bad(found.where, found.value, `one of ${choices.join(', ')}`);
			return value;
		},
	};
}

export type Values = ReturnType<typeof valuesOf>;
