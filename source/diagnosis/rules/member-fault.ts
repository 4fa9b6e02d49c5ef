import type { FailureKind } from '../../cluster/failure.ts';
import { failureText } from '../../cluster/failure-text.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatDuration } from '../../format/duration.ts';
import { type Case, idOf, nameOf, secondsSince, type Verdict } from '../rule.ts';
import { faultReasoning } from './fault-reasoning.ts';
import { hasNeverStarted } from './never-started.ts';

/**
 * A verdict for each member that is unreachable for one of these reasons; the failure gives the words. One that has never
 * started is `member-never-started`'s.
 */
export const memberFaults = (
	subject: Case,
	kinds: readonly FailureKind[],
	titleOf: (name: string, short: string) => string,
): readonly Verdict[] =>
	ownMembers(subject.snapshot).flatMap((member: MemberView): readonly Verdict[] => {
		if (member.state.kind !== 'unreachable' || !kinds.includes(member.state.failure.kind)) return [];
		if (hasNeverStarted(subject.snapshot, member)) return [];
		const { short, line, advice } = failureText(member.state.failure);
		const ageSeconds = secondsSince(subject, member.state.sinceMs);
		return [
			{
				severity: 'warning',
				member: idOf(member),
				title: titleOf(nameOf(member), short),
				evidence: ageSeconds < 1 ? line : `${line}, for ${formatDuration(ageSeconds)}`,
				advice,
				reasoning: faultReasoning(subject, member, member.state.failure),
			},
		];
	});
