import type { EncryptionExamination, EncryptionForm, EncryptionSample } from '../../cluster/examinations/encryption.ts';
import { isDenial } from '../../cluster/failure.ts';
import { CallError, type KeyRange, type ValueHead } from '../../etcd/calls.ts';
import { resourcePrefixes } from '../../registry/key.ts';
import { storedForm } from '../../registry/stored-form.ts';
import { after, type Looker, spread } from './spread.ts';

/**
 * Keys that are looked at in one turn, of each resource. Some of them one behind the other, from where the turn before
 * ended: so each has its turn some day, and a few plain ones among many are found.
 */
const mostKeys = 12;
const walkedKeys = 4;
/** Keys that were found plain are looked at again, so that they are not forgotten because chance takes others. */
const mostRemembered = 4;
const mostForms = 8;

type Outcome = EncryptionExamination['resources'][number]['outcome'];

/** What a turn leaves for the next: keys that were found plain, and by prefix where its walk ended. */
export type SampleMemory = { readonly plain: readonly Uint8Array[]; readonly ends: ReadonlyMap<string, Uint8Array> };

export const noMemory: SampleMemory = { plain: [], ends: new Map() };

/** Looks at some objects of a resource. No outcome where there is none. */
export async function sampleStored(
	inner: Looker,
	resource: string,
	memory: SampleMemory,
	random: () => number,
): Promise<{ readonly outcome: Outcome | null; readonly memory: SampleMemory }> {
	try {
		const tally = createTally(inner);
		const { looker } = tally;
		const places = await placesOf(looker, resource);
		const total = places.reduce((sum, { range }) => sum + range.count, 0);
		const isWhole = total <= mostKeys;
		for (const key of isWhole ? [] : memory.plain) tally.take(await looker.first({ from: key, end: after(key) }));
		const ends = new Map<string, Uint8Array>();
		for (const { prefix, range } of places) {
			const part = range.count / total;
			const spreadKeys = isWhole ? mostKeys : Math.ceil((mostKeys - walkedKeys - memory.plain.length) * part);
			for await (const head of spread(looker, range, range.count, spreadKeys, random)) tally.take(head);
			const walk = { looker, range, from: memory.ends.get(prefix), most: isWhole ? 0 : Math.ceil(walkedKeys * part) };
			for await (const head of walkFrom(walk)) {
				tally.take(head);
				ends.set(prefix, head.key);
			}
		}
		const plain = tally.plainKeys().slice(0, mostRemembered);
		return { outcome: total === 0 ? null : tally.sampleOf(total), memory: { plain, ends } };
	} catch (error) {
		if (!isRefusal(error)) throw error;
		return { outcome: { kind: 'failed', failure: error.failure }, memory };
	}
}

type Place = { readonly prefix: string; readonly range: KeyRange & { readonly count: number } };

/**
 * The prefixes of a resource under which there are keys. A user may well have the right to read one of the roots alone:
 * a refusal counts where there is no other.
 */
async function placesOf(looker: Looker, resource: string): Promise<readonly Place[]> {
	const places: Place[] = [];
	const prefixes = resourcePrefixes(resource);
	const refusals: CallError[] = [];
	for (const prefix of prefixes) {
		const range = rangeOf(prefix);
		try {
			const count = await looker.count(range);
			if (count > 0) places.push({ prefix, range: { ...range, count } });
		} catch (error) {
			if (!isRefusal(error)) throw error;
			refusals.push(error);
		}
	}
	if (refusals.length === prefixes.length) throw refusals[0]!;
	return places;
}

const isRefusal = (error: unknown): error is CallError => error instanceof CallError && isDenial(error.failure.kind);

type Walk = {
	readonly looker: Looker;
	readonly range: KeyRange;
	/** The last key of the walk before. */
	readonly from: Uint8Array | undefined;
	readonly most: number;
};

/** The next keys behind one, and after the last of the range the first again. */
async function* walkFrom({ looker, range, from, most }: Walk): AsyncGenerator<ValueHead, void> {
	let at = from === undefined ? range.from : after(from);
	for (let taken = 0; taken < most; taken++) {
		const found =
			(await looker.first({ from: at, end: range.end })) ?? (at === range.from ? null : await looker.first(range));
		if (found === null) return;
		at = after(found.key);
		yield found;
	}
}

/** The last byte of the prefix is a slash: what follows it in the order of bytes ends the range. */
function rangeOf(prefix: string): KeyRange {
	const from = Buffer.from(prefix);
	const end = Buffer.from(from);
	end[end.length - 1]! += 1;
	return { from, end };
}

/** Counts what was found and what it cost. A head is wiped as soon as its form is known. */
function createTally(inner: Looker) {
	const seen = new Map<string, EncryptionForm>();
	let calls = 0;
	let receivedBytes = 0;
	const looker: Looker = {
		count(range) {
			calls++;
			return inner.count(range);
		},
		first(range) {
			calls++;
			return inner.first(range);
		},
	};
	return {
		looker,
		take(found: ValueHead | null): void {
			if (found === null) return;
			receivedBytes += found.receivedBytes;
			seen.set(Buffer.from(found.key).toString('hex'), storedForm(found.head));
			found.head.fill(0);
		},
		plainKeys: (): readonly Uint8Array[] =>
			[...seen].filter(([, { kind }]) => kind === 'plain').map(([key]) => Buffer.from(key, 'hex')),
		sampleOf: (total: number): EncryptionSample => ({
			kind: 'sampled',
			total: Math.max(total, seen.size),
			sampled: seen.size,
			forms: countForms([...seen.values()]),
			receivedBytes,
			calls,
		}),
	};
}

/** The rarest of many are left out: nobody has so many keys in use. */
function countForms(forms: readonly EncryptionForm[]): EncryptionSample['forms'] {
	const counts = new Map<string, { readonly form: EncryptionForm; count: number }>();
	for (const form of forms) {
		const name = JSON.stringify(form);
		const entry = counts.get(name) ?? { form, count: 0 };
		entry.count++;
		counts.set(name, entry);
	}
	return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, mostForms);
}
