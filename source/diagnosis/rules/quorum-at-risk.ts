import { isAnswering } from '../../cluster/member-state.ts';
import { isLed, ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { type Case, isPathInDoubt, listNamesSince, missingVoters, nameOf, type Rule } from '../rule.ts';
import { isolations } from './isolation.ts';
import { hasNeverStarted } from './never-started.ts';
import { weaknessOf } from './weak-voter.ts';

/**
 * Voters are missing and no other may be lost. A voter that the leader does not hear is missing too, however well it
 * looks. A cluster that never had one to spare is `no-spare-voter`'s.
 */
export const quorumAtRisk: Rule = {
	name: 'quorum-at-risk',
	judge(subject) {
		const { snapshot } = subject;
		const { reachableVoters, voters, quorum } = snapshot;
		const missing = missingVoters(snapshot);
		if (isPathInDoubt(snapshot))
			return [
				{
					severity: 'warning',
					member: null,
					title: `only ${reachableVoters} of ${voters} voters can be read`,
					evidence: `those have a leader, so ${quorum} voters see each other; missing here: ${listNamesSince(subject, missing)}`,
					advice:
						'give addresses that work from here with --endpoints, or keep to the given ones with --no-discovery; else check the network of this machine',
				},
			];
		const mute = isolations(subject).filter(({ kind, member }) => kind === 'mute' && !member.isLearner);
		const counting = reachableVoters - mute.length;
		if (!isOneAway(subject, counting, mute.length)) return [];
		const away = [...missing, ...mute.map(({ member }) => member)];
		const isMaintenance = away.length > 0 && away.every(({ state }) => state.kind === 'defragmenting');
		const weak = weakOf(subject, away);
		return [
			{
				severity: isMaintenance ? 'info' : 'warning',
				member: null,
				title: 'no voter to spare',
				evidence: `${counting} of ${voters} voters serve, ${quorum} are needed; missing: ${listNamesSince(subject, away)}`,
				advice: isMaintenance
					? 'wait for the defragmentation to end before anything else'
					: 'bring the missing voter back before any maintenance: the next loss stops all writes',
				reasoning: [...weak, ...(mute.length > 0 ? ['A voter that the leader does not hear gives no vote.'] : [])],
			},
		];
	},
};

/** Whether the next loss stops writes. A voter that never started is not seen to be away, and is. */
function isOneAway({ snapshot }: Case, counting: number, mute: number): boolean {
	const { canLose, voters, quorum } = snapshot;
	if (counting === voters) return false;
	if (canLose !== null) return canLose - mute === 0;
	const unstarted = missingVoters(snapshot).filter(member => hasNeverStarted(snapshot, member));
	return isLed(snapshot) && counting === quorum && unstarted.length === voters - counting;
}

/** Those among the rest that may be lost next. */
const weakOf = (subject: Case, away: readonly MemberView[]): readonly string[] =>
	ownMembers(subject.snapshot)
		.filter(member => !member.isLearner && isAnswering(member) && !away.includes(member))
		.flatMap(member => {
			const weakness = weaknessOf(subject, member);
			return weakness === null ? [] : [`${nameOf(member)} is weak: ${weakness}.`];
		});
