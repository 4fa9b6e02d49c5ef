import type { Setting } from '../../cluster/examinations/control-plane.ts';
import { parseDuration } from '../../format/duration.ts';

/** Flags by their names, each with its values in their order; only those that were asked for. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/** `--name=value`, `--name value` and `--name`, with one dash or two, as Go's flag packages take them. */
export function flagsOf(words: readonly string[], wanted: ReadonlySet<string>): Flags {
	const flags = new Map<string, string[]>();
	for (let at = 0; at < words.length; at++) {
		const [, name, given] = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(words[at]!) ?? [];
		if (name === undefined || !wanted.has(name)) continue;
		const next = words[at + 1];
		const value = given ?? (next === undefined || next.startsWith('-') ? 'true' : next);
		flags.set(name, [...(flags.get(name) ?? []), value]);
	}
	return flags;
}

/** The kubelet puts variables in: what it has not told us cannot be known. */
const isOpen = (text: string) => text.includes('$(');

/** The last value counts. */
export function settingOf<Value>(flags: Flags, name: string, parse: (text: string) => Value | null): Setting<Value> {
	const text = flags.get(name)?.at(-1);
	if (text === undefined) return 'default';
	return isOpen(text) ? 'unknown' : (parse(text) ?? 'unknown');
}

export const text = (value: string): string => value;
export const wholeNumber = (value: string): number | null => (/^-?\d+$/.test(value) ? Number(value) : null);
/** etcd takes heartbeat and election in milliseconds. */
export const milliseconds = (value: string): number | null => (/^\d+$/.test(value) ? Number(value) / 1000 : null);
/** `5m0s`; plain numbers but 0 have no meaning to Go. */
export const duration = (value: string): number | null =>
	value === '0' || /[a-zµ]$/.test(value) ? parseDuration(value) : null;

/** The parts of a list, which may be given several times; empty where something in it is open. */
export function partsOf(flags: Flags, name: string): readonly string[] {
	const parts = (flags.get(name) ?? []).flatMap(value => value.split(',')).map(part => part.trim());
	return parts.some(isOpen) ? [] : parts.filter(part => part !== '');
}

/** A path, where it is one and told whole. */
export function pathIn(flags: Flags, name: string): string | null {
	const path = flags.get(name)?.at(-1);
	return path?.startsWith('/') && !isOpen(path) ? path : null;
}
