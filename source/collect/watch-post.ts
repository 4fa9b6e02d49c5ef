import { isDenial } from '../cluster/failure.ts';
import type { MemberKey, MemberStatus } from '../cluster/member.ts';
import type { StatusReading } from '../cluster/reading.ts';

/** Failed or leaderless rounds in a row after which a member is no place to watch from. */
const patienceRounds = 2;
/** A member this far behind the newest revision for that long shows the past, not the present. */
const behindRevisions = 1000n;

type Post = {
	readonly endpoint: string;
	readonly status: MemberStatus | null;
	readonly badRounds: number;
	/** It answers, but tells no Status to this user: whether it lets the watch in is for the watch to find out. */
	readonly isDenied: boolean;
};

/** Chooses the member from which the watch reads: one that serves, rather a follower, never a learner. */
export type WatchPost = {
	status(reading: StatusReading): void;
	forget(key: MemberKey): void;
	choose(except: string | null): { readonly endpoint: string; readonly headRevision: bigint } | null;
	/** Aborts once the member at that endpoint is frozen, gone, or cut off from a leader that others still have. */
	untilUnfit(endpoint: string): AbortSignal;
};

export function createWatchPost(): WatchPost {
	const posts = new Map<MemberKey, Post>();
	const watched = new Map<string, AbortController>();

	const headRevision = () =>
		[...posts.values()].reduce(
			(head, { status }) => (status !== null && status.revision > head ? status.revision : head),
			0n,
		);
	const someoneHasLeader = () =>
		[...posts.values()].some(({ status, badRounds }) => badRounds === 0 && status?.leaderId != null);

	const isGood = (status: MemberStatus) => {
		if (status.leaderId === null) return !someoneHasLeader();
		return headRevision() - status.revision < behindRevisions;
	};

	const judge = (endpoint: string, badRounds: number) => {
		if (badRounds < patienceRounds) return;
		watched.get(endpoint)?.abort();
		watched.delete(endpoint);
	};

	return {
		status({ key, endpoint, outcome }) {
			const before = posts.get(key);
			const status = outcome.kind === 'answered' ? outcome.status : (before?.status ?? null);
			const isBad = outcome.kind === 'failed' || !isGood(outcome.status);
			const badRounds = isBad ? (before?.badRounds ?? 0) + 1 : 0;
			const isDenied = outcome.kind === 'failed' && isDenial(outcome.failure.kind);
			posts.set(key, { endpoint, status, badRounds, isDenied });
			if (!isDenied) judge(endpoint, badRounds);
		},
		forget(key) {
			const endpoint = posts.get(key)?.endpoint;
			posts.delete(key);
			if (endpoint !== undefined) judge(endpoint, patienceRounds);
		},
		choose(except) {
			const fit = [...posts.values()].filter(
				({ status, badRounds, isDenied }) => isDenied || (status !== null && badRounds === 0 && !status.isLearner),
			);
			const isLeader = ({ status }: Post) => status !== null && status.leaderId === status.memberId;
			const rank = (post: Post) =>
				(post.isDenied ? 4 : 0) + (post.endpoint === except ? 2 : 0) + (isLeader(post) ? 1 : 0);
			const best = fit.toSorted((one, other) => rank(one) - rank(other))[0];
			return best === undefined ? null : { endpoint: best.endpoint, headRevision: headRevision() };
		},
		untilUnfit(endpoint) {
			const controller = watched.get(endpoint) ?? new AbortController();
			watched.set(endpoint, controller);
			return controller.signal;
		},
	};
}
