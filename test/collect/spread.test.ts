import { describe, expect, it } from 'vitest';
import { spread } from '../../source/collect/examiners/spread.ts';
import type { KeyRange } from '../../source/etcd/calls.ts';

const range: KeyRange = { from: Buffer.from('/registry/secrets/'), end: Buffer.from('/registry/secrets0') };

/** A store of keys that counts how often it is asked. */
function storeOf(names: readonly string[]) {
	const keys = names.map(name => Buffer.from(`/registry/secrets/${name}`)).sort(Buffer.compare);
	const within = ({ from, end }: KeyRange) =>
		keys.filter(key => Buffer.compare(key, from) >= 0 && Buffer.compare(key, end) < 0);
	const asked = { counts: 0, firsts: 0 };
	return {
		asked,
		async count(part: KeyRange) {
			asked.counts++;
			return within(part).length;
		},
		async first(part: KeyRange) {
			asked.firsts++;
			const key = within(part)[0];
			return key === undefined ? null : { key, head: new Uint8Array(), valueBytes: 1, receivedBytes: 1 };
		},
	};
}

/** A pseudo-random sequence that is the same in each run. */
function chance(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
		return state / 2 ** 31;
	};
}

async function taken(names: readonly string[], most: number, seed = 1) {
	const store = storeOf(names);
	const keys: string[] = [];
	for await (const { key } of spread(store, range, names.length, most, chance(seed)))
		keys.push(Buffer.from(key).toString().slice('/registry/secrets/'.length));
	return { keys, asked: store.asked };
}

const padded = (index: number) => String(index).padStart(5, '0');
const inOneNamespace = Array.from({ length: 2000 }, (_, index) => `kube-system/bootstrap-token-${padded(index)}`);
const inMany = Array.from({ length: 300 }, (_, index) => `team-${index % 40}/app-${padded(index)}-credentials`);

describe('keys that are spread over a range', () => {
	it('are all of them where there are no more than wanted', async () => {
		const names = ['a/x', 'a/y', 'b/x', 'kube-system/very-long'];
		const { keys, asked } = await taken(names, 4);
		expect(keys.sort()).toEqual(names);
		expect(asked).toEqual({ counts: 0, firsts: 4 });
	});

	it.each([
		['in one namespace with one beginning', inOneNamespace],
		['in many namespaces', inMany],
	])('lie in all parts of it, %s, and take few calls', async (_, names) => {
		const sorted = [...names].sort();
		for (const seed of [1, 2, 3, 4, 5]) {
			const { keys, asked } = await taken(names, 12, seed);
			expect(new Set(keys).size).toBe(12);
			const thirds = new Set(keys.map(key => Math.floor((sorted.indexOf(key) / sorted.length) * 3)));
			expect(thirds).toEqual(new Set([0, 1, 2]));
			expect(asked.firsts).toBe(12);
			expect(asked.counts).toBeLessThan(100);
		}
	});

	it('are others each time', async () => {
		const rounds = await Promise.all([1, 2, 3].map(seed => taken(inMany, 12, seed)));
		expect(new Set(rounds.flatMap(({ keys }) => keys)).size).toBeGreaterThan(15);
	});

	it('are fewer where keys have gone meanwhile, and never one twice', async () => {
		const store = storeOf(['a/x', 'b/y']);
		const keys: string[] = [];
		for await (const { key } of spread(store, range, 50, 12, chance(1))) keys.push(Buffer.from(key).toString());
		expect(keys).toEqual(['/registry/secrets/a/x', '/registry/secrets/b/y']);
	});

	it('are found among keys that differ in letters that no name of Kubernetes has', async () => {
		const odd = Array.from({ length: 40 }, (_, index) => `Ä${String.fromCharCode(0x4e00 + index)}`);
		const { keys } = await taken(odd, 5);
		expect(new Set(keys).size).toBe(5);
	});
});
