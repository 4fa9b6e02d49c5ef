import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { nearShare } from '../../cluster/quota.ts';
import { revisionBefore } from '../../cluster/revision-before.ts';
import { statusColumns } from '../../cluster/shapes.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatBytes } from '../../format/bytes.ts';
import { type Case, idOf, nameOf, type Rule, type Verdict } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';
import { fragmentedMembers } from './fragmentation.ts';
import { fileUses } from './space-words.ts';

const fileRatio = 1.5;
/** Pages of a file that was defragmented are fuller: less than this tells nothing. */
const inUseRatio = 2;
/** Small files differ by what etcd allocates at once. */
const leastBytes = 64 * 1024 ** 2;
/** Each member frees in its own time what was compacted. */
const lastingMs = 10 * 60_000;

type Sized = { readonly member: MemberView; readonly fileBytes: number; readonly inUseBytes: number };

/** The same data takes much more room on one member than on another. */
export const sizeSpread: Rule = {
	name: 'size-spread',
	isOne: true,
	judge(subject) {
		const sized = ownMembers(subject.snapshot).flatMap((member): readonly Sized[] => {
			if (member.numbers === null || !isAnswering(member)) return [];
			const { dbSizeBytes: fileBytes, dbInUseBytes: inUseBytes } = member.numbers;
			return [{ member, fileBytes, inUseBytes }];
		});
		if (sized.length < 2 || raisedAlarm(subject.snapshot, 'NOSPACE') !== null) return [];
		return [...inUseVerdict(subject, sized), ...fileVerdict(subject, sized)].slice(0, 1);
	},
};

/** Which findings say already that a file is to be defragmented. */
const isSaid = (subject: Case) =>
	fragmentedMembers(subject).length > 0 || fileUses(subject.snapshot).some(({ share }) => share >= nearShare);

function fileVerdict(subject: Case, sized: readonly Sized[]): readonly Verdict[] {
	const [least, most] = extremes(sized, ({ fileBytes }) => fileBytes);
	if (!isApart(least.fileBytes, most.fileBytes, fileRatio) || isSaid(subject)) return [];
	// Then it is not free pages that make the difference.
	if (most.inUseBytes > least.inUseBytes * fileRatio || most.member.isLearner) return [];
	return [
		{
			severity: 'info',
			member: idOf(most.member),
			title: `${nameOf(most.member)}’s file is ${ratioText(least.fileBytes, most.fileBytes)} as large as ${nameOf(least.member)}’s`,
			evidence: `${sizeText(most)}; ${sizeText(least)}`,
			advice: `defragment ${nameOf(most.member)}, which serves nobody meanwhile`,
			reasoning: ['as much is in use on both: the members were not defragmented evenly, their data need not differ'],
			remedy: { operation: 'defragment-member', member: idOf(most.member) },
			chart: { kind: 'gauge', gauge: 'dbSize', member: null },
		},
	];
}

function inUseVerdict(subject: Case, sized: readonly Sized[]): readonly Verdict[] {
	const [least, most] = extremes(sized, ({ inUseBytes }) => inUseBytes);
	if (!isApart(least.inUseBytes, most.inUseBytes, inUseRatio) || !hasLasted(subject, least, most)) return [];
	return [
		{
			severity: 'info',
			member: null,
			title: `${nameOf(most.member)} has ${ratioText(least.inUseBytes, most.inUseBytes)} as much in use as ${nameOf(least.member)}`,
			evidence: `${sizeText(most)}; ${sizeText(least)}; for more than 10 minutes`,
			advice: 'compare the hashes of all members: they tell whether the data differs or only how it is laid out',
			reasoning: [
				'free pages are not in use, so this is not for want of a defragmentation',
				'a defragmented file is packed more tightly, but rarely by more than half: hashes tell for sure',
			],
			remedy: { operation: 'check-hash', member: null },
			chart: { kind: 'gauge', gauge: 'inUse', member: null },
		},
	];
}

/** While something was written, too: an idle member does not count what became free last. */
function hasLasted({ history, snapshot, atMs }: Case, least: Sized, most: Sized): boolean {
	const before = revisionBefore(history, atMs, lastingMs / 1000);
	if (before === null || snapshot.revision === null || snapshot.revision <= before.revision) return false;
	return [lastingMs, lastingMs / 2].every(agoMs => {
		const low = inUseAt(history, least.member, atMs - agoMs);
		const high = inUseAt(history, most.member, atMs - agoMs);
		return low !== null && high !== null && isApart(low, high, inUseRatio);
	});
}

function inUseAt(history: Case['history'], { key }: MemberView, atMs: number): number | null {
	const place = history.rows.get(key)?.numbers.placeAt(atMs) ?? null;
	return place === null ? null : place.tier.numberAt(statusColumns.dbInUseBytes, place.row);
}

function extremes(sized: readonly Sized[], bytesOf: (each: Sized) => number): readonly [least: Sized, most: Sized] {
	const sorted = sized.toSorted((a, b) => bytesOf(a) - bytesOf(b));
	return [sorted[0]!, sorted.at(-1)!];
}

const isApart = (least: number, most: number, ratio: number) => most > least * ratio && most - least >= leastBytes;

const ratioText = (least: number, most: number) => `${(most / Math.max(1, least)).toFixed(1)} times`;

const sizeText = ({ member, fileBytes, inUseBytes }: Sized) =>
	`${nameOf(member)} ${formatBytes(fileBytes)} with ${formatBytes(inUseBytes)} in use`;
