import { type Growth, growthOf } from '../cluster/growth.ts';
import { fullShare, nearShare } from '../cluster/quota.ts';
import type { MemberView, Quota } from '../cluster/snapshot.ts';
import { gauge } from '../components/gauge.ts';
import type { Glyphs } from '../components/glyphs.ts';
import type { View } from '../control/view.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { type Line, line, type Tone } from '../format/line.ts';
import { formatPercent } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, fitCells } from '../format/width.ts';
import { type Fragment, joinFragments } from './fragments.ts';
import { isStale } from './values.ts';

/*
 *  m1  ████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░  1.9 GB of 2.1 GB  90%
 *      data +12 MB/h  file +0 B/h  full in 6d 4h
 *  █ in use  ▒ reclaimable  ░ free up to the quota
 */

type Answered = MemberView & { readonly numbers: NonNullable<MemberView['numbers']> };

const longestNameCells = 12;
const shortestGaugeCells = 6;
/** A longer gauge tells no more. */
const longestGaugeCells = 80;

const usedShare = ({ numbers, quota }: Answered): number =>
	quota.kind === 'unlimited' ? 0 : numbers.dbSizeBytes / Math.max(1, quota.bytes);

const shareTone = (share: number): Tone =>
	share >= fullShare ? 'critical' : share >= nearShare ? 'warning' : 'normal';

/** Gauges of all members where they fit, otherwise of those that are fullest; and where it is going. */
export function databaseLines(view: View, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const answered = view.snapshot.members.filter((member): member is Answered => member.numbers !== null);
	if (answered.length === 0) return [line('no member has told its size yet', 'muted')];
	const selected = answered.filter(({ key }) => key === view.state.selectedKey);
	const candidates = selected.length > 0 ? selected : answered;
	const room = Math.max(1, rows - 1);
	const linesEach = candidates.length * 2 <= room ? 2 : 1;
	const fullest = candidates
		.toSorted((one, other) => usedShare(other) - usedShare(one))
		.slice(0, Math.max(1, Math.floor(room / linesEach)));
	const shown = candidates.filter(member => fullest.includes(member));
	const cells = cellsFor(shown, columns);
	const gauges = shown.map(member => gaugeLine(member, cells, glyphs));
	const growth = (member: Answered, head: string) => growthLine(view, member, head, columns);
	if (linesEach === 1) {
		// With a single line each, the fullest one tells where it is going.
		const [worst] = fullest;
		return rows > gauges.length ? [...gauges, growth(worst!, safeText(worst!.name))] : gauges;
	}
	return [
		...shown.flatMap((member, index) => [gauges[index]!, growth(member, ' '.repeat(cells.name))]),
		legend(glyphs, shown),
	].slice(0, rows);
}

const sizeText = ({ numbers, quota }: Answered) => `${formatBytes(numbers.dbSizeBytes)} of ${limitText(quota)}`;

function limitText(quota: Quota): string {
	if (quota.kind === 'unlimited') return 'no quota';
	return `${formatBytes(quota.bytes)}${quota.kind === 'assumed' ? '*' : ''}`;
}

/** Widths that all gauges of the pane share, so that they stand below each other. */
type Cells = { readonly name: number; readonly gauge: number; readonly size: number };

const percentCells = 6;

function cellsFor(shown: readonly Answered[], columns: number): Cells {
	const name = Math.min(longestNameCells, Math.max(...shown.map(member => displayWidth(safeText(member.name)))));
	const size = Math.max(...shown.map(member => sizeText(member).length));
	const left = columns - name - size - percentCells - 4;
	return { name, size, gauge: Math.max(shortestGaugeCells, Math.min(longestGaugeCells, left)) };
}

function gaugeLine(member: Answered, cells: Cells, glyphs: Glyphs): Line {
	const { numbers, quota } = member;
	const share = usedShare(member);
	const tone = shareTone(share);
	const [full, half, empty] = glyphs.gauge;
	const inUseTone = isStale(member) ? 'muted' : tone === 'normal' ? 'accent' : tone;
	const bar = gauge(
		[
			{ value: numbers.dbInUseBytes, glyph: full, tone: inUseTone },
			{ value: Math.max(0, numbers.dbSizeBytes - numbers.dbInUseBytes), glyph: half, tone: 'muted' },
		],
		quota.kind === 'unlimited' ? numbers.dbSizeBytes : quota.bytes,
		cells.gauge,
		{ glyph: empty, tone: 'border' },
	);
	const percent = quota.kind === 'unlimited' ? '' : formatPercent(share).padStart(percentCells);
	return [
		{ text: `${fitCells(safeText(member.name), cells.name)}  `, tone: isStale(member) ? 'muted' : 'strong' },
		...bar,
		{ text: `  ${sizeText(member).padStart(cells.size)}${percent}`, tone: isStale(member) ? 'muted' : tone },
	];
}

const perHour = (bytes: number) => `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}/h`;

const dayScaleSeconds = 86_400;
const yearSeconds = 365 * dayScaleSeconds;

/** A forecast is no stopwatch: minutes are as fine as it gets. */
function untilText(seconds: number): string {
	if (seconds <= 0) return 'now';
	if (seconds < 60) return '<1m';
	return seconds > yearSeconds ? '>1 year' : formatDuration(seconds).replace(/m \d\ds$/, 'm');
}

const untilTone = (seconds: number): Tone =>
	seconds < dayScaleSeconds ? 'critical' : seconds < 7 * dayScaleSeconds ? 'warning' : 'normal';

/** Growing data fills the quota; a growing file with steady data is history between two compactions, or free pages. */
function growthLine(view: View, member: Answered, head: string, columns: number): Line {
	const start: Fragment[] = [{ line: line(head, 'muted'), importance: 10 }];
	if (isStale(member)) {
		const age = formatDuration(Math.max(0, (view.atMs - member.numbers.atMs) / 1000));
		return joinFragments([...start, { line: line(`read ${age} ago`, 'muted'), importance: 9 }], columns);
	}
	return joinFragments([...start, ...growthFragments(growthOf(view.state.history, member.key, view.atMs))], columns);
}

/** A forecast from less than this is a guess: it says what it is made from, and alarms nobody. */
const steadyWindowSeconds = 600;

function growthFragments({
	kind,
	inUseBytesPerHour,
	fileBytesPerHour,
	secondsToQuota,
	windowSeconds,
}: Growth): Fragment[] {
	if (kind === 'unknown' || inUseBytesPerHour === null || fileBytesPerHour === null)
		return [{ line: line('growth: known after 2 min', 'muted'), importance: 1 }];
	const pace = (label: string, bytes: number): Line => [{ text: `${label} `, tone: 'muted' }, { text: perHour(bytes) }];
	const isGuess = windowSeconds < steadyWindowSeconds && secondsToQuota !== 0;
	const until: Line =
		secondsToQuota === null
			? line('not filling up', 'muted')
			: [
					{ text: secondsToQuota > 0 ? 'full in ' : 'full ', tone: 'muted' },
					{ text: untilText(secondsToQuota), tone: isGuess ? 'normal' : untilTone(secondsToQuota) },
					{ text: isGuess ? ', by the last minutes' : '', tone: 'muted' },
				];
	return [
		{ line: pace('data', inUseBytesPerHour), importance: 2 },
		{ line: pace('file', fileBytesPerHour), importance: 1 },
		{ line: until, importance: 3 },
	];
}

/** What is left, and where the numbers are not what one takes them for. */
function freeText(shown: readonly Answered[]): string {
	if (shown.some(({ quota }) => quota.kind === 'assumed')) return ' free  * quota assumed, try --quota';
	return shown.some(({ numbers }) => numbers.source === 'metrics') ? ' free  by metrics' : ' free up to the quota';
}

function legend(glyphs: Glyphs, shown: readonly Answered[]): Line {
	const [full, half, empty] = glyphs.gauge;
	return [
		{ text: full, tone: 'accent' },
		{ text: ' in use  ', tone: 'muted' },
		{ text: half, tone: 'muted' },
		{ text: ' reclaimable  ', tone: 'muted' },
		{ text: empty, tone: 'border' },
		{ text: freeText(shown), tone: 'muted' },
	];
}
