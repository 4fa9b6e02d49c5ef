import { type Divergence, divergenceOf } from '../../cluster/divergence.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';

/** Members have applied the same entries of the log and have other revisions: their data is not the same. */
export const revisionsDiverge: Rule = {
	name: 'revisions-diverge',
	isOne: true,
	judge(subject) {
		const members = ownMembers(subject.snapshot).filter(
			member => isAnswering(member) && member.numbers?.source === 'status',
		);
		if (members.length < 2 || raisedAlarm(subject.snapshot, 'CORRUPT') !== null) return [];
		const reference = members.find(({ role }) => role === 'leader') ?? members[0]!;
		const others = members.filter(member => member !== reference);
		const apart = others.flatMap(member => differing(subject, member, reference));
		const [first] = apart;
		if (first === undefined) return [];
		// Where all others differ from it, it is the one that stands alone.
		const isReferenceAlone = others.length > 1 && apart.length === others.length;
		const odd = isReferenceAlone ? reference : first.member;
		const isKnown = others.length > 1 && (isReferenceAlone || apart.length === 1);
		return [
			{
				severity: 'critical',
				member: isKnown ? idOf(odd) : null,
				title: isKnown
					? `${nameOf(odd)} has other revisions than the rest`
					: `${[reference, ...apart.map(({ member }) => member)].map(nameOf).join(', ')} have different revisions`,
				evidence: apart.map(each => differenceText(each, reference)).join('; '),
				advice:
					'compare the hashes; if they differ, take a snapshot of the majority, then remove the odd member, wipe it and add it again',
				reasoning: [
					'they are compared at the same raft index, so none is merely late: the same entries led to different data',
					'etcd 3.5.0 to 3.5.2 does this after a crash under load, and 3.5.0 to 3.5.5 after one in a defragmentation',
				],
				remedy: { operation: 'check-hash', member: null },
			},
		];
	},
};

type Apart = { readonly member: MemberView; readonly divergence: Divergence };

function differing({ history, atMs }: Case, member: MemberView, reference: MemberView): readonly Apart[] {
	const [row, other] = [history.rows.get(member.key), history.rows.get(reference.key)];
	const divergence = row === undefined || other === undefined ? null : divergenceOf(history, row, other, atMs);
	return divergence === null ? [] : [{ member, divergence }];
}

function differenceText({ member, divergence: { aheadRevisions, seconds } }: Apart, reference: MemberView): string {
	const isAhead = aheadRevisions > 0n;
	const count = formatCount(isAhead ? aheadRevisions : -aheadRevisions);
	return `${nameOf(member)} is ${count} ${count === '1' ? 'revision' : 'revisions'} ${isAhead ? 'ahead of' : 'behind'} ${nameOf(reference)} at the same raft index, for ${formatDuration(seconds)}`;
}
