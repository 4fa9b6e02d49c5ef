import { defragmentGain, type Gain } from '../../cluster/fragmentation.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { nearShare } from '../../cluster/quota.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatPercent } from '../../format/number.ts';
import { type Case, idOf, listNames, nameOf, type Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';
import { fileUses } from './space-words.ts';

type Fragmented = { readonly member: MemberView; readonly gain: Gain };

/** Members that are worth a defragmentation: those that etcd defragments at all. */
export const fragmentedMembers = ({ snapshot }: Pick<Case, 'snapshot'>): readonly Fragmented[] =>
	ownMembers(snapshot).flatMap((member): readonly Fragmented[] => {
		const gain = member.isLearner ? null : defragmentGain(member);
		return gain === null ? [] : [{ member, gain }];
	});

/** Much of a file is free pages: a defragmentation gives them back. Where the quota is near, `quota-use` says it. */
export const fragmentation: Rule = {
	name: 'fragmentation',
	isOne: true,
	judge(subject) {
		const worth = fragmentedMembers(subject);
		const [first] = worth;
		const isNearQuota = fileUses(subject.snapshot).some(({ share }) => share >= nearShare);
		if (first === undefined || isNearQuota || raisedAlarm(subject.snapshot, 'NOSPACE') !== null) return [];
		const isOne = worth.length === 1;
		const freeBytes = worth.reduce((sum, { gain }) => sum + gain.freeBytes, 0);
		return [
			{
				severity: 'info',
				member: isOne ? idOf(first.member) : null,
				title: isOne
					? `${formatPercent(first.gain.freeShare)} of ${nameOf(first.member)}’s file is free pages`
					: `${formatBytes(freeBytes)} of free pages on ${worth.length} members`,
				evidence: worth.map(sizesText).join(', '),
				advice: isOne
					? `defragment ${nameOf(first.member)}, which serves nobody meanwhile`
					: 'defragment one member after the other: each serves nobody meanwhile',
				reasoning: [
					'free pages are used again before the file grows: this costs disk, snapshots and quota, not speed',
					...othersWords(subject, worth),
				],
				remedy: isOne
					? { operation: 'defragment-member', member: idOf(first.member) }
					: { operation: 'defragment-cluster', member: null },
				chart: { kind: 'gauge', gauge: 'dbSize', member: isOne ? idOf(first.member) : null },
			},
		];
	},
};

/** `m1 420 MB → about 120 MB`. What became free last is not counted yet on an idle member. */
const sizesText = ({ member, gain: { fileBytes, inUseBytes } }: Fragmented): string =>
	`${nameOf(member)} ${formatBytes(fileBytes)} → about ${formatBytes(inUseBytes)}`;

function othersWords({ snapshot }: Case, worth: readonly Fragmented[]): readonly string[] {
	const others = ownMembers(snapshot).filter(
		each => !each.isLearner && each.numbers !== null && !worth.some(({ member }) => member === each),
	);
	if (others.length === 0) return [];
	const files = others.map(({ numbers }) => formatBytes(numbers?.dbSizeBytes ?? 0)).join(' and ');
	return [`${listNames(others)}: ${files}, so the members were not defragmented evenly`];
}
