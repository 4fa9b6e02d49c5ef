import { failureText } from '../cluster/failure-text.ts';
import type { KeyChange } from '../cluster/reading.ts';
import type { WatchLine } from '../cluster/watch-history.ts';
import { changesSeen, resourceRates, watchLines } from '../cluster/watch-view.ts';
import type { Glyphs } from '../components/glyphs.ts';
import { fitLine } from '../components/paint.ts';
import type { View } from '../control/view.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatClock } from '../format/duration.ts';
import { type Line, line, type Segment, type Tone } from '../format/line.ts';
import { formatCount, formatRate } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, fitCells } from '../format/width.ts';
import { joinFragments } from './fragments.ts';

/*
 *  pods 12.1/s  endpointslices 3.0/s  leases 0.3/s  events 2.2/s
 *  12:04:31 update pods              kube-system/coredns-7f89b7bc75-x2x9q      123,457   4.1 kB
 *  12:04:31 create example.io/backups shop/nightly-1                           123,458   1.2 kB
 */

const rateWindowSeconds = 10;

/** The rates of what changes most, then the latest changes, the newest at the bottom. */
export function watchPaneLines(view: View, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const { state, snapshot } = view;
	if (snapshot.watch.kind === 'off')
		return [
			line(`the watch is off: ${safeText(snapshot.watch.reason)}`, 'muted'),
			line('write rates still come from revisions and metrics', 'muted'),
		];
	const { lines } = watchLines(state.history, {
		atMs: state.watchScroll.anchorMs ?? view.atMs,
		limit: Math.max(1, rows - 1),
		offset: state.watchScroll.offset,
		text: state.filter,
		hideNoise: state.hideNoise,
	});
	const revisionCells = formatCount(snapshot.revision ?? 0n).length + 2;
	// What is no change matches every filter; it does not say that something was found.
	const isEmpty = !lines.some(({ kind }) => kind === 'change') && (lines.length === 0 || state.filter !== '');
	const drawn = lines.map(each => drawLine(each, columns, revisionCells, glyphs));
	const body = isEmpty ? [...drawn.slice(1 - Math.max(2, rows - 1)), line(emptyText(view), 'muted')] : drawn;
	return [ratesLine(view, columns), ...body];
}

function emptyText({ state, snapshot }: View): string {
	if (state.filter !== '') return 'nothing matches the filter; Esc clears it';
	if (state.history.watch.lines.length > 0) {
		if (state.watchScroll.offset > 0 || state.cursor.kind === 'paused') return 'no lines of that time are kept';
		if (state.hideNoise) return 'only leases and events have changed; n shows them';
	}
	if (snapshot.watch.kind === 'interrupted') return `no watch: ${failureText(snapshot.watch.failure).advice}`;
	return snapshot.watch.kind === 'live' ? 'watching; nothing has changed yet' : 'connecting the watch…';
}

function ratesLine({ state, atMs }: View, columns: number): Line {
	const rates = resourceRates(state.history, atMs, rateWindowSeconds);
	const busiest = rates.toSorted((one, other) => perSecond(other) - perSecond(one));
	const fragments = busiest
		.filter(rate => perSecond(rate) > 0)
		.map(rate => ({
			line: [
				{ text: `${safeText(rate.resource)} `, tone: 'muted' as Tone },
				{ text: formatRate(perSecond(rate)) },
			] as Line,
			importance: perSecond(rate),
		}));
	return fragments.length === 0
		? [{ text: `no changes in the last ${rateWindowSeconds} s`, tone: 'muted' }]
		: joinFragments(fragments, columns);
}

const perSecond = ({
	putsPerSecond,
	deletesPerSecond,
}: {
	readonly putsPerSecond: number;
	readonly deletesPerSecond: number;
}) => putsPerSecond + deletesPerSecond;

const operationTones: Readonly<Record<KeyChange['operation'], Tone>> = {
	create: 'good',
	update: 'normal',
	delete: 'warning',
};

const sizeCells = 8;
/** On a wide screen the revision stays where the eye finds it, near the name. */
const longestHeadCells = 110;

/** One line of the watch; name first, revision and size give way where the pane is narrow. */
function drawLine(each: WatchLine, columns: number, revisionCells: number, glyphs: Glyphs): Line {
	const time: Segment = { text: `${formatClock(each.timeMs)} `, tone: 'muted' };
	if (each.kind !== 'change') return [time, noteSegment(each, glyphs)];
	const { change } = each;
	const resourceCells = columns >= 90 ? 26 : 16;
	const head: Line = [
		time,
		{ text: `${change.operation} `, tone: operationTones[change.operation] },
		{ text: `${fitCells(safeText(change.resource), resourceCells)} `, tone: 'accent' },
		{ text: safeText(change.name), tone: change.isNoise ? 'muted' : 'normal' },
	];
	const size = change.operation === 'delete' ? '' : formatBytes(change.sizeBytes);
	const tail = columns < 70 ? '' : `${formatCount(change.revision).padStart(revisionCells)}${size.padStart(sizeCells)}`;
	return tail === ''
		? head
		: [
				...fitLine(head, Math.min(longestHeadCells, columns - displayWidth(tail)), glyphs.ellipsis),
				{ text: tail, tone: 'muted' },
			];
}

/** What is not a change stands between the changes, so that nobody takes a hole for silence. */
function noteSegment(each: Exclude<WatchLine, { kind: 'change' }>, glyphs: Glyphs): Segment {
	const { dash } = glyphs;
	switch (each.kind) {
		case 'unlisted':
			return {
				text: `${dash}${dash} and ${formatCount(each.count)} more changes, counted but not listed`,
				tone: 'muted',
			};
		case 'gap':
			return {
				text: `${dash}${dash} ${formatCount(each.missed)} revisions not seen (${each.fromRevision}${dash}${each.toRevision}): ${each.reason === 'compacted' ? 'compacted away' : 'too many to replay without harm'}`,
				tone: 'warning',
			};
		case 'interrupted':
			return {
				text: `${dash}${dash} watch interrupted: ${failureText(each.failure).short} at ${safeText(each.failure.where)}`,
				tone: 'warning',
			};
		case 'live':
			return {
				text: `${dash}${dash} watching from revision ${formatCount(each.fromRevision)} at ${safeText(each.endpoint)}`,
				tone: 'muted',
			};
	}
}

/** How the watch itself is doing, for the border of its pane; and how much it has counted, where there is room. */
export function watchHint({ state, snapshot, atMs }: Pick<View, 'state' | 'snapshot' | 'atMs'>): Line {
	const { watch } = snapshot;
	const parts: Segment[] = [];
	if (state.filter !== '') parts.push({ text: `filter "${safeText(state.filter)}"  `, tone: 'strong' });
	if (state.hideNoise) parts.push({ text: 'leases and events hidden  ', tone: 'muted' });
	if (state.watchScroll.offset > 0)
		parts.push({ text: `${formatCount(state.watchScroll.offset)} lines back  `, tone: 'warning' });
	if (state.isZoomed && watch.kind !== 'off')
		parts.push({ text: `${formatCount(changesSeen(state.history, atMs))} seen  `, tone: 'muted' });
	if (watch.kind === 'interrupted') parts.push({ text: 'interrupted', tone: 'critical' });
	else if (watch.kind === 'connecting') parts.push({ text: 'connecting', tone: 'muted' });
	else if (watch.kind !== 'off' && state.cursor.kind === 'paused') parts.push({ text: 'paused', tone: 'warning' });
	else if (watch.kind !== 'off') parts.push({ text: 'live', tone: 'good' });
	return parts;
}
