import type { EncryptionExamination, EncryptionForm, EncryptionSample } from '../../cluster/examinations/encryption.ts';
import { isDenial } from '../../cluster/failure.ts';
import { CallError, type CallOptions, type KeyRange, type MemberCalls, type ValueHead } from '../../etcd/calls.ts';
import { resourcePrefixes } from '../../registry/key.ts';
import { storedForm, storedFormBytes } from '../../registry/stored-form.ts';
import { pause } from '../clock.ts';
import type { ExaminedCluster, Examiner } from '../examiner.ts';
import { statusTimeoutSeconds } from '../options.ts';
import { after, type Looker, spread } from './spread.ts';

/** Keys that are looked at in one turn, of each resource. */
const mostKeys = 12;
const everySeconds = 600;
/** Between two looks at values, so that nobody waits for them. */
const betweenMs = 20;
/** Keys that were found plain are looked at again, so that they are not forgotten because chance takes others. */
const mostRemembered = 4;
const mostForms = 8;

type Resource = EncryptionExamination['resources'][number];
/** Keys that were found plain the last time. */
type Memory = Map<string, readonly Uint8Array[]>;

/**
 * Looks at how the objects of some resources are stored: of a few keys that are spread over all, the first bytes. Asks a
 * follower where one answers. `random` is between 0 and 1.
 */
export function encryptionExaminer(resources: readonly string[], random: () => number = Math.random): Examiner {
	const memory: Memory = new Map();
	return {
		topic: 'encryption',
		everySeconds,
		async examine(cluster, signal) {
			const timeoutSeconds = statusTimeoutSeconds(cluster.options.profile);
			const member = await quietMember(cluster, signal);
			if (member === null) return null;
			const heads = member.openHeads();
			const looker: Looker = {
				count: range => member.countKeys(range, { timeoutSeconds, signal }),
				async first(range) {
					await pause(betweenMs, signal);
					return heads.first(range, storedFormBytes, { timeoutSeconds, signal });
				},
			};
			try {
				const found: Resource[] = [];
				for (const resource of resources) found.push(...(await sample(looker, resource, memory, random)));
				return { topic: 'encryption', resources: found };
			} catch (error) {
				// What was found the last time still holds; the members' own findings tell why nobody answers.
				if (signal.aborted || error instanceof CallError) return null;
				throw error;
			} finally {
				heads.close();
			}
		},
	};
}

/** A member that can be asked without burdening the leader; the leader where it is alone. */
async function quietMember({ options, rows }: ExaminedCluster, signal: AbortSignal): Promise<MemberCalls | null> {
	const answering = rows.filter(({ isAnswering }) => isAnswering);
	const isLearner = (row: (typeof rows)[number]) => row.member?.isLearner === true;
	let fallback: MemberCalls | null = null;
	for (const { endpoint } of [...answering.filter(row => !isLearner(row)), ...answering.filter(isLearner)]) {
		const member = options.calls.member(endpoint);
		const status = await statusOf(member, { timeoutSeconds: statusTimeoutSeconds(options.profile), signal });
		if (status !== null && status.leaderId !== null && status.memberId !== status.leaderId) return member;
		fallback ??= member;
	}
	return fallback;
}

/** Null where it does not answer, or not to us. */
const statusOf = (member: MemberCalls, options: CallOptions) =>
	member.status(options).catch(error => {
		if (error instanceof CallError || options.signal?.aborted) return null;
		throw error;
	});

/** Nothing where there is no such key. */
async function sample(
	looker: Looker,
	resource: string,
	memory: Memory,
	random: () => number,
): Promise<readonly Resource[]> {
	try {
		const tally = createTally(looker);
		const ranges: (KeyRange & { readonly count: number })[] = [];
		for (const prefix of resourcePrefixes(resource)) {
			const range = rangeOf(prefix);
			const count = await tally.looker.count(range);
			if (count > 0) ranges.push({ ...range, count });
		}
		const remembered = memory.get(resource) ?? [];
		for (const key of remembered) tally.take(await tally.looker.first({ from: key, end: after(key) }));
		const total = ranges.reduce((sum, { count }) => sum + count, 0);
		const left = total <= mostKeys ? mostKeys : mostKeys - remembered.length;
		for (const range of ranges) {
			const most = Math.ceil((left * range.count) / total);
			for await (const head of spread(tally.looker, range, range.count, most, random)) tally.take(head);
		}
		memory.set(resource, tally.plainKeys().slice(0, mostRemembered));
		return total === 0 ? [] : [{ resource, outcome: tally.sampleOf(total) }];
	} catch (error) {
		if (!(error instanceof CallError) || !isDenial(error.failure.kind)) throw error;
		return [{ resource, outcome: { kind: 'failed', failure: error.failure } }];
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
