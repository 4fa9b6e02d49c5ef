import type { Failure } from '../failure.ts';

/** The key in which kube-apiserver's compactor leaves its mark. */
export const compactMarkKey = 'compact_rev_key';

/**
 * What `compact_rev_key` says. Of all kube-apiservers one writes it every five minutes, before it compacts: the revision
 * that was the head when the round before ended. A cluster without it is not Kubernetes', or younger than one round.
 */
export type CompactMarkExamination = {
	readonly topic: 'compact-mark';
	readonly outcome:
		| { readonly kind: 'absent' }
		| {
				readonly kind: 'read';
				/** What it asks to compact to, in decimal; `0` in the first round. Null where it holds something else. */
				readonly revision: string | null;
				/** The revision that wrote it, in decimal: it tells how old the mark is. */
				readonly modRevision: string;
				/** How often it was written. */
				readonly version: string;
		  }
		| { readonly kind: 'failed'; readonly failure: Failure };
};
