import { growthOf } from '../../cluster/growth.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { quotaBytes } from '../../cluster/quota.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatBytes, formatQuota } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatPercent } from '../../format/number.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';

const warningPart = 0.8;
const criticalPart = 0.95;

type Use = {
	readonly member: MemberView;
	readonly sizeBytes: number;
	readonly inUseBytes: number;
	readonly quota: number;
};

function useOf(member: MemberView): readonly Use[] {
	const quota = quotaBytes(member.quota);
	if (quota === null || member.numbers === null || !isAnswering(member)) return [];
	const { dbSizeBytes: sizeBytes, dbInUseBytes: inUseBytes } = member.numbers;
	return sizeBytes >= quota * warningPart ? [{ member, sizeBytes, inUseBytes, quota }] : [];
}

/** The fullest database nears its quota: there all writes stop. Members grow alike, so the worst one speaks for all. */
export const quotaUse: Rule = {
	name: 'quota-use',
	judge({ history, snapshot, atMs }) {
		const uses = ownMembers(snapshot)
			.flatMap(useOf)
			.sort((a, b) => b.sizeBytes / b.quota - a.sizeBytes / a.quota);
		const [worst] = uses;
		if (worst === undefined) return [];
		const { member, sizeBytes, inUseBytes, quota } = worst;
		const left = growthOf(history, member.key, atMs).secondsToQuota;
		const isFreeable = inUseBytes < sizeBytes * 0.6;
		return [
			{
				severity: sizeBytes >= quota * criticalPart ? 'critical' : 'warning',
				member: idOf(member),
				title: `${nameOf(member)} is at ${formatPercent(sizeBytes / quota)} of its quota`,
				evidence: [
					`${formatBytes(sizeBytes)} of ${formatQuota(quota)}${member.quota.kind === 'assumed' ? ' (assumed: --quota tells it)' : ''}, ${formatBytes(inUseBytes)} in use`,
					...(left === null || left <= 0 ? [] : [`full in ${formatDuration(left)} at this pace`]),
					...(uses.length > 1 ? [`${uses.length - 1} more above ${formatPercent(warningPart)}`] : []),
				].join('; '),
				advice: isFreeable
					? 'much of it is free pages: defragment one member after the other'
					: 'find what grows, compact old revisions, then defragment one member after the other',
			},
		];
	},
};
