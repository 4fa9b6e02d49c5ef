import type { EncryptionExamination } from '../../cluster/examinations/encryption.ts';
import { CallError, type CallOptions, type MemberCalls } from '../../etcd/calls.ts';
import { storedFormBytes } from '../../registry/stored-form.ts';
import { pause } from '../clock.ts';
import type { ExaminedCluster, Examiner } from '../examiner.ts';
import { statusTimeoutSeconds } from '../options.ts';
import { noMemory, type SampleMemory, sampleStored } from './sample-stored.ts';
import type { Looker } from './spread.ts';

const everySeconds = 600;
/** Between two looks at values, so that nobody waits for them. */
const betweenMs = 20;

/**
 * Looks at how the objects of some resources are stored: of a few keys that are spread over all, the first bytes. Asks a
 * follower where one answers. `random` is between 0 and 1.
 */
export function encryptionExaminer(resources: readonly string[], random: () => number = Math.random): Examiner {
	const memories = new Map<string, SampleMemory>();
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
				const found: EncryptionExamination['resources'][number][] = [];
				for (const resource of resources) {
					const memory = memories.get(resource) ?? noMemory;
					const seen = await sampleStored(looker, resource, memory, random);
					memories.set(resource, seen.memory);
					if (seen.outcome !== null) found.push({ resource, outcome: seen.outcome });
				}
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
