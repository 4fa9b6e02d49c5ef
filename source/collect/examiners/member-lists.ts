import type { MemberListsExamination } from '../../cluster/examinations/member-lists.ts';
import { CallError } from '../../etcd/calls.ts';
import type { Examiner } from '../examiner.ts';
import { statusTimeoutSeconds } from '../options.ts';

type Answer = MemberListsExamination['lists'][number]['outcome'];

/** Asks every member that answers, learners apart, which refuse it. A serializable list costs a member nothing. */
export const memberLists: Examiner = {
	topic: 'member-lists',
	everySeconds: 60,
	async examine({ options, rows }, signal) {
		const timeoutSeconds = statusTimeoutSeconds(options.profile);
		const outcomeAt = async (endpoint: string): Promise<Answer> => {
			try {
				const { members } = await options.calls.member(endpoint).memberList({ timeoutSeconds, signal });
				return { kind: 'answered', members };
			} catch (error) {
				if (!(error instanceof CallError)) throw error;
				return { kind: 'failed', failure: error.failure };
			}
		};
		const asked = rows.filter(({ isAnswering, member }) => isAnswering && member?.isLearner !== true);
		const lists = await Promise.all(
			asked.map(async ({ key, endpoint }) => ({ key, outcome: await outcomeAt(endpoint) })),
		);
		return { topic: 'member-lists', lists };
	},
};
