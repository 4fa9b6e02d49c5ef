import { type Contents, contentsOf, type Filler } from '../../cluster/contents.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { quotaBytes } from '../../cluster/quota.ts';
import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';
import { formatBytes, formatQuota } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount, formatPercent } from '../../format/number.ts';
import { type Case, nameOf } from '../rule.ts';

/** A member's file against its quota, as it tells now. */
export type FileUse = {
	readonly member: MemberView;
	readonly fileBytes: number;
	readonly inUseBytes: number;
	readonly quotaBytes: number;
	readonly share: number;
};

/** Of every member that tells and has a quota, the fullest first. */
export const fileUses = (snapshot: Snapshot): readonly FileUse[] =>
	ownMembers(snapshot)
		.flatMap((member): readonly FileUse[] => {
			const limit = quotaBytes(member.quota);
			if (limit === null || member.numbers === null || !isAnswering(member)) return [];
			const { dbSizeBytes: fileBytes, dbInUseBytes: inUseBytes } = member.numbers;
			return [{ member, fileBytes, inUseBytes, quotaBytes: limit, share: fileBytes / limit }];
		})
		.sort((a, b) => b.share - a.share);

/** `34 MB of 34 MB (32 MiB), 33 MB in use`. */
export function fileText({ member, fileBytes, inUseBytes, quotaBytes: limit }: FileUse): string {
	const assumed = member.quota.kind === 'assumed' ? ' (assumed: --quota tells it)' : '';
	return `${formatBytes(fileBytes)} of ${formatQuota(limit)}${assumed}, ${formatBytes(inUseBytes)} in use`;
}

/** What fills the fullest file and what it grows by. */
export const contentsIn = ({ history, atMs }: Case, { member }: FileUse): Contents => contentsOf(history, member, atMs);

const growth: Readonly<Record<Filler, (contents: Contents) => string>> = {
	data: ({ growth: { inUseBytesPerHour }, records, before }) =>
		`data grows: in use by ${perHour(inUseBytesPerHour)}${keysText(records, before)}`,
	history: ({ growth: { inUseBytesPerHour }, records, before }) =>
		`history grows, compaction does not keep up: in use by ${perHour(inUseBytesPerHour)}${keysText(records, before)}, ${formatCount(records?.keptRevisions ?? 0)} revisions are kept`,
	'free-pages': ({ growth: { fileBytesPerHour } }) =>
		`only the file grows, by ${perHour(fileBytesPerHour)}: free pages pile up, what is in use does not`,
};

const filling: Readonly<Record<Filler, (contents: Contents, use: FileUse) => string>> = {
	data: ({ records }) =>
		`it is full of data: ${formatCount(records?.keys ?? 0)} keys, and only ${formatCount(records?.keptRevisions ?? 0)} revisions of history`,
	history: ({ records }) =>
		`it is full of history: ${formatCount(records?.keptRevisions ?? 0)} revisions are kept, of only ${formatCount(records?.keys ?? 0)} ${records?.keys === 1 ? 'key' : 'keys'}`,
	'free-pages': (_, { fileBytes, inUseBytes }) =>
		`${formatBytes(fileBytes - inUseBytes)} of ${formatBytes(fileBytes)} (${formatPercent(1 - inUseBytes / fileBytes)}) are free pages`,
};

const perHour = (bytes: number | null) => `${formatBytes(bytes ?? 0)} an hour`;

function keysText(records: Contents['records'], before: Contents['before']): string {
	if (records?.keys == null || before?.keys == null) return '';
	const more = records.keys - before.keys;
	return `, keys ${more < 0 ? 'fell' : 'rose'} by ${formatCount(Math.abs(more))} to ${formatCount(records.keys)}`;
}

/** Why it is data, history or free pages, a sentence for what fills and one for what grows; none where nobody knows. */
export function contentsWords(contents: Contents, use: FileUse): readonly string[] {
	const { filler, grows } = contents;
	return [
		...(filler === null ? [] : [filling[filler](contents, use)]),
		...(grows === null ? [] : [`${growth[grows](contents)} (over ${formatDuration(contents.growth.windowSeconds)})`]),
	];
}

/** `m1 34 MB of 34 MB (100%), m2 30 MB of 34 MB (88%)`. */
export const usesText = (uses: readonly FileUse[]): string =>
	uses
		.map(
			({ member, fileBytes, quotaBytes: limit, share }) =>
				`${nameOf(member)} ${formatBytes(fileBytes)} of ${member.quota.kind === 'assumed' ? 'an assumed ' : ''}${formatBytes(limit)} (${formatPercent(share)})`,
		)
		.join(', ');
