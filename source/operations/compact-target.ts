import { formatDuration } from '../format/duration.ts';
import { formatCount, formatCounted } from '../format/number.ts';
import type { CompactTarget } from './request.ts';

/** What `compact_rev_key` says, the mark that kube-apiserver's own compactor leaves. */
export type CompactMark =
	/** Nobody asked for it, or there is none: this etcd does not serve Kubernetes, or nothing was compacted yet. */
	| { readonly kind: 'none' }
	| { readonly kind: 'read'; readonly revision: bigint }
	/** It could not be read; why, safe to show. */
	| { readonly kind: 'unreadable'; readonly why: string };

/** Everything from which a target is chosen. */
export type TargetEvidence = {
	/** The newest revision of the cluster. */
	readonly head: bigint;
	/** Up to where history is gone already; null where no member tells. */
	readonly compacted: bigint | null;
	/** The newest revision that is at least as old as what shall be kept, as this process has seen it. */
	readonly seen: { readonly revision: bigint; readonly ageSeconds: number } | null;
	/** For how long this process has watched; null where it has not. */
	readonly watchedSeconds: number | null;
	readonly mark: CompactMark;
};

/** All words are safe to show. */
export type TargetChoice =
	| {
			readonly kind: 'compact';
			readonly revision: bigint;
			readonly isHead: boolean;
			readonly isOldByMark: boolean;
			readonly why: string;
	  }
	| { readonly kind: 'nothing'; readonly text: string }
	/** It cannot be told, or cannot be. */
	| { readonly kind: 'stop'; readonly why: string };

/**
 * kube-apiserver compacts every five minutes, to the revision that was the head when it last looked, five minutes before:
 * what it wrote into its mark is never younger than that.
 */
export const markAgeSeconds = 5 * 60;

/** `compact_rev_key` holds a revision in decimal; `0` is what its first round writes, before it compacts anything. */
export function parseMark(value: Uint8Array): CompactMark {
	const text = new TextDecoder().decode(value);
	if (!/^\d{1,19}$/.test(text)) return { kind: 'unreadable', why: 'compact_rev_key holds no revision' };
	return text === '0' ? { kind: 'none' } : { kind: 'read', revision: BigInt(text) };
}

/** Which revision to compact to. */
export function chooseTarget(target: CompactTarget, evidence: TargetEvidence): TargetChoice {
	switch (target.kind) {
		case 'keep':
			return chooseKept(target.seconds, evidence);
		case 'revision':
			return chooseRevision(target.revision, evidence);
		case 'head':
			return chooseHead(evidence);
	}
}

/** Who has watched the cluster sits at the monitor, where there are no flags. */
const howToGoOn = (seconds: number, { watchedSeconds }: TargetEvidence) =>
	`${watchedSeconds === null ? 'give --revision N or --revision head' : 'choose a revision or the head'}, or leave the monitor running for ${formatDuration(seconds)}`;

function chooseKept(seconds: number, evidence: TargetEvidence): TargetChoice {
	const candidates = [seenCandidate(evidence), markCandidate(seconds, evidence)]
		.filter(candidate => candidate !== null)
		.filter(({ revision }) => revision <= evidence.head)
		.sort((a, b) => (a.revision < b.revision ? 1 : -1));
	const best = candidates[0];
	if (best === undefined)
		return { kind: 'stop', why: `${whyUnknown(seconds, evidence)}; ${howToGoOn(seconds, evidence)}` };
	const { head, compacted } = evidence;
	if (compacted === null || best.revision > compacted)
		return { kind: 'compact', ...best, isHead: best.revision === head };
	const left = historyLeft(head - compacted);
	const text =
		evidence.seen === null
			? `already compacted to ${formatCount(compacted)} by kube-apiserver; ${left}; to drop more, ${howToGoOn(seconds, evidence)}`
			: `already compacted to ${formatCount(compacted)}; ${left}, all younger than ${formatDuration(evidence.seen.ageSeconds)}`;
	return { kind: 'nothing', text };
}

type Candidate = { readonly revision: bigint; readonly isOldByMark: boolean; readonly why: string };

const seenCandidate = ({ seen }: TargetEvidence): Candidate | null =>
	seen === null
		? null
		: {
				revision: seen.revision,
				isOldByMark: false,
				why: `it was the newest ${formatDuration(seen.ageSeconds)} ago, as seen from here`,
			};

const markCandidate = (seconds: number, { mark }: TargetEvidence): Candidate | null =>
	mark.kind !== 'read' || seconds > markAgeSeconds
		? null
		: {
				revision: mark.revision,
				isOldByMark: true,
				why: 'kube-apiserver’s mark, at least 5 minutes old (compact_rev_key)',
			};

/** Why no revision is known to be old enough. */
function whyUnknown(seconds: number, { watchedSeconds, mark }: TargetEvidence): string {
	const watched =
		watchedSeconds === null
			? 'nobody here has watched the cluster before'
			: `the cluster was watched for only ${formatDuration(watchedSeconds)}`;
	const marked =
		seconds > markAgeSeconds
			? 'kube-apiserver’s mark reaches back 5 minutes only'
			: mark.kind === 'unreadable'
				? mark.why
				: 'there is no compact_rev_key of a kube-apiserver';
	return `no revision is known to be ${formatDuration(seconds)} old: ${watched}, and ${marked}`;
}

function chooseRevision(revision: bigint, { head, compacted }: TargetEvidence): TargetChoice {
	if (revision > head)
		return {
			kind: 'stop',
			why: `${formatCount(revision)} is a future revision: the newest is ${formatCount(head)}; give that or a lower one`,
		};
	if (revision < 1n) return { kind: 'stop', why: 'revisions begin with 1' };
	if (compacted !== null && revision <= compacted) return { kind: 'nothing', text: alreadyGone(compacted, head) };
	return { kind: 'compact', revision, isHead: revision === head, isOldByMark: false, why: 'as asked for' };
}

function chooseHead({ head, compacted }: TargetEvidence): TargetChoice {
	if (compacted !== null && head <= compacted) return { kind: 'nothing', text: alreadyGone(compacted, head) };
	return {
		kind: 'compact',
		revision: head,
		isHead: true,
		isOldByMark: false,
		why: 'the head: nothing but the present stays',
	};
}

const alreadyGone = (compacted: bigint, head: bigint) =>
	`already compacted to ${formatCount(compacted)}; ${historyLeft(head > compacted ? head - compacted : 0n)}`;

const historyLeft = (revisions: bigint) =>
	formatCounted(revisions, 'revision of history is left', 'revisions of history are left');
