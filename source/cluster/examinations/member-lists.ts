import type { Failure } from '../failure.ts';
import type { Member, MemberKey } from '../member.ts';

/** The member list as each member has it: they agree, except while a change is on its way or one is left behind. */
export type MemberListsExamination = {
	readonly topic: 'member-lists';
	readonly lists: readonly {
		readonly key: MemberKey;
		readonly outcome:
			| { readonly kind: 'answered'; readonly members: readonly Member[] }
			| { readonly kind: 'failed'; readonly failure: Failure };
	}[];
};
