import { type Growth, growthOf } from '../cluster/growth.ts';
import type { MemberView, Quota } from '../cluster/snapshot.ts';
import { gauge } from '../components/gauge.ts';
import type { Glyphs } from '../components/glyphs.ts';
import type { View } from '../control/view.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { type Line, line, type Segment, type Tone } from '../format/line.ts';
import { formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { fitCells } from '../format/width.ts';
import { isStale } from './values.ts';

/*
 *  m1  ████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░   1.9 GB of 2.1 GB  90%
 *      data +12 MB/h  file +0 B/h  full in 6d 4h
 *  █ in use  ▒ reclaimable  ░ free up to the quota
 */

type Answered = MemberView & { readonly numbers: NonNullable<MemberView['numbers']> };

const nameCells = 8;
/** A longer gauge tells no more. */
const longestGaugeCells = 80;

const usedShare = ({ numbers, quota }: Answered): number =>
	quota.kind === 'unlimited' ? 0 : numbers.dbSizeBytes / Math.max(1, quota.bytes);

/** At 80 % somebody should plan, at 95 % somebody has to act: that is where alerts for it stand. */
const shareTone = (share: number): Tone => (share >= 0.95 ? 'critical' : share >= 0.8 ? 'warning' : 'normal');

/** Gauges of all members where they fit, otherwise of those that are fullest; and where it is going. */
export function databaseLines(view: View, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const answered = view.snapshot.members.filter((member): member is Answered => member.numbers !== null);
	if (answered.length === 0) return [line('no member has told its size yet', 'muted')];
	const selected = answered.filter(({ key }) => key === view.state.selectedKey);
	const candidates = selected.length > 0 ? selected : answered;
	const room = Math.max(1, rows - 1);
	const linesEach = candidates.length * 2 <= room ? 2 : 1;
	const fullest = new Set(
		candidates
			.toSorted((one, other) => usedShare(other) - usedShare(one))
			.slice(0, Math.max(1, Math.floor(room / linesEach))),
	);
	const shown = candidates.filter(member => fullest.has(member));
	const body = shown.flatMap(member => {
		const growth = growthOf(view.state.history, member.key, view.atMs);
		return linesEach === 2
			? [gaugeLine(member, columns, glyphs), growthLine(growth, member)]
			: [gaugeLine(member, columns, glyphs)];
	});
	// With a single line each, the fullest one tells where it is going.
	const worst = [...fullest][0]!;
	const last = linesEach === 2 ? legend(glyphs, shown) : worstLine(view, worst);
	return rows > body.length ? [...body, last] : body;
}

const limitText = (quota: Quota): string => {
	if (quota.kind === 'unlimited') return 'no quota';
	return `${formatBytes(quota.bytes)}${quota.kind === 'assumed' ? '*' : ''}`;
};

function gaugeLine(member: Answered, columns: number, glyphs: Glyphs): Line {
	const { numbers, quota } = member;
	const share = usedShare(member);
	const [full, half, empty] = glyphs.gauge;
	const percent = quota.kind === 'unlimited' ? '' : formatPercent(share).padStart(5);
	const text = ` ${formatBytes(numbers.dbSizeBytes)} of ${limitText(quota)}`.padEnd(20) + percent;
	const bar = gauge(
		[
			{
				value: numbers.dbInUseBytes,
				glyph: full,
				tone: isStale(member) ? 'muted' : shareTone(share) === 'normal' ? 'accent' : shareTone(share),
			},
			{ value: Math.max(0, numbers.dbSizeBytes - numbers.dbInUseBytes), glyph: half, tone: 'muted' },
		],
		quota.kind === 'unlimited' ? numbers.dbSizeBytes : quota.bytes,
		Math.max(4, Math.min(longestGaugeCells, columns - nameCells - text.length - 1)),
		{ glyph: empty, tone: 'border' },
	);
	return [
		{ text: `${fitCells(safeText(member.name), nameCells)} `, tone: 'strong' },
		...bar,
		{ text, tone: isStale(member) ? 'muted' : shareTone(share) },
	];
}

const perHour = (bytes: number | null) =>
	bytes === null ? '…' : `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}/h`;

/** Growing data fills the quota; a growing file with steady data is history between two compactions, or free pages. */
function growthSegments(growth: Growth): Segment[] {
	if (growth.kind === 'unknown') return [{ text: 'growth is known after two minutes', tone: 'muted' }];
	const until = growth.secondsToQuota;
	return [
		{ text: 'data ', tone: 'muted' },
		{ text: perHour(growth.inUseBytesPerHour) },
		{ text: '  file ', tone: 'muted' },
		{ text: perHour(growth.fileBytesPerHour) },
		...(until === null
			? []
			: [
					{ text: '  full in ', tone: 'muted' } as const,
					{
						text: formatDuration(until),
						tone: until < 86_400 ? 'critical' : until < 7 * 86_400 ? 'warning' : 'normal',
					} as const,
				]),
	];
}

const growthLine = (growth: Growth, member: Answered): Line => [
	{ text: ' '.repeat(nameCells + 1) },
	...growthSegments(growth),
	...(isStale(member) ? [{ text: '  not answering', tone: 'muted' } as const] : []),
];

const worstLine = (view: View, member: Answered): Line => [
	{ text: `${fitCells(safeText(member.name), nameCells)} `, tone: 'muted' },
	...growthSegments(growthOf(view.state.history, member.key, view.atMs)),
];

function legend(glyphs: Glyphs, shown: readonly Answered[]): Line {
	const [full, half, empty] = glyphs.gauge;
	const isAssumed = shown.some(({ quota }) => quota.kind === 'assumed');
	return [
		{ text: full, tone: 'accent' },
		{ text: ' in use  ', tone: 'muted' },
		{ text: half, tone: 'muted' },
		{ text: ' reclaimable  ', tone: 'muted' },
		{ text: empty, tone: 'border' },
		{ text: isAssumed ? ' free  * quota assumed, try --quota' : ' free up to the quota', tone: 'muted' },
	];
}
