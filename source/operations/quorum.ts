import { quorumOf } from '../cluster/leadership.ts';
import type { Check } from './plan.ts';
import type { Look } from './world.ts';

/** Who has a vote, and how many of them serve: a member that has not started yet has one and does not. */
export type Votes = { readonly voters: number; readonly serving: number };

export const votesOf = ({ snapshot }: Pick<Look, 'snapshot'>): Votes => ({
	voters: snapshot.voters,
	serving: snapshot.reachableVoters,
});

/** More voters make every write wait for more of them, and etcd's own advice ends here. */
const mostVoters = 7;

/** Voters that may be lost; less than 0 where there is no majority. */
export const spareOf = ({ voters, serving }: Votes): number => serving - quorumOf(voters);

/** `3 voters, can lose 1`, and how many serve where it is not all of them. */
export function votesInWords(votes: Votes): string {
	const { voters, serving } = votes;
	const who = `${voters} ${voters === 1 ? 'voter' : 'voters'}${serving === voters ? '' : ` of which ${serving} ${serving === 1 ? 'serves' : 'serve'}`}`;
	const spare = spareOf(votes);
	return spare < 0 ? `${who}, ${quorumOf(voters)} are needed` : `${who}, can lose ${spare}`;
}

/** `3 voters, can lose 1 → 2 voters, can lose 0`. */
export const changeInWords = (before: Votes, after: Votes): string =>
	`${votesInWords(before)} → ${votesInWords(after)}`;

/** The change leaves a majority that serves. Nothing passes this stop: writes would end with the change. */
export function quorumKept(before: Votes, after: Votes): Check {
	const title = 'a majority before and after';
	if (spareOf(before) < 0)
		return {
			title,
			verdict: 'stop',
			detail: `${votesInWords(before)}: no change can be agreed on, or not all voters are seen from here`,
		};
	if (after.voters === 0) return { title, verdict: 'stop', detail: 'it is the last voter: nothing would be left' };
	const detail = changeInWords(before, after);
	if (spareOf(after) < 0) return { title, verdict: 'stop', detail: `${detail}: every write would stop` };
	const isWorse = spareOf(after) === 0 && spareOf(before) > 0;
	return isWorse
		? { title, verdict: 'warn', detail: `${detail}: the next loss stops every write` }
		: { title, verdict: 'pass', detail };
}

/** An odd number of voters, and not too many. */
export function goodCount({ voters }: Votes): Check {
	const title = 'an odd number of voters';
	const spare = voters - quorumOf(voters);
	if (voters > mostVoters)
		return {
			title,
			verdict: 'warn',
			detail: `${voters}: more than ${mostVoters} make writes slower and nothing safer`,
		};
	if (voters % 2 === 0)
		return {
			title,
			verdict: 'warn',
			detail: `${voters} can lose ${spare}, as ${voters - 1} can: one more that may fail, and no more safety`,
		};
	return { title, verdict: 'pass', detail: String(voters) };
}
