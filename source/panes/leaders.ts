import { type LeaderEntry, leaderTimeline } from '../cluster/leaders.ts';
import type { View } from '../control/view.ts';
import { formatClock, formatDuration } from '../format/duration.ts';
import { type Line, line, type Segment } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { fitCells } from '../format/width.ts';

/*
 *  1 change in the last hour; the members count 3 since they started
 *  12:04:31  m2        term 5  3m 12s, leads now
 *  12:01:00  m1        term 4  3m 31s
 */

/** Who led in which term, the newest first, below a line that counts the changes, the unseen ones too. */
export function leadersLines(view: View, _columns: number, rows: number): readonly Line[] {
	const timeline = leaderTimeline(view.state.history, view.atMs);
	if (timeline.entries.length === 0) return [line('no leader seen yet', 'muted')];
	const room = Math.max(1, rows - 1);
	const first = Math.min(view.state.leadersScroll.offset, Math.max(0, timeline.entries.length - room));
	return [
		countLine(timeline),
		...timeline.entries.slice(first, first + room).map(entry => entryLine(entry, view.atMs)),
	];
}

const changes = (count: number) => `${count} ${count === 1 ? 'change' : 'changes'}`;

function countLine({ changesLastHour, unseenChanges, changesSeenByServers }: ReturnType<typeof leaderTimeline>): Line {
	const seen: Segment = {
		text: `${changes(changesLastHour)} in the last hour`,
		tone: changesLastHour >= 4 ? 'warning' : 'normal',
	};
	const unseen: Segment[] = unseenChanges > 0 ? [{ text: `, ${unseenChanges} between readings`, tone: 'warning' }] : [];
	const counted: Segment[] =
		changesSeenByServers === null
			? []
			: [{ text: `; members count ${changesSeenByServers} since start`, tone: 'muted' }];
	return [seen, ...unseen, ...counted];
}

function entryLine(entry: LeaderEntry, atMs: number): Line {
	const seconds = Math.max(0, ((entry.toMs ?? atMs) - entry.fromMs) / 1000);
	const isNow = entry.toMs === null;
	const skipped: Segment[] =
		entry.skippedTerms > 0
			? [
					{
						text: `  ${entry.skippedTerms} ${entry.skippedTerms === 1 ? 'term' : 'terms'} unseen before`,
						tone: 'muted',
					},
				]
			: [];
	return [
		{ text: `${formatClock(entry.fromTimeMs)}  `, tone: 'muted' },
		entry.leaderId === null
			? { text: fitCells('no leader', 10), tone: 'critical' }
			: { text: fitCells(safeText(entry.name ?? entry.leaderId), 10), tone: isNow ? 'strong' : 'normal' },
		{ text: ` term ${entry.term}  `, tone: 'muted' },
		{ text: `${entry.sinceIsAtLeast ? '>' : ''}${formatDuration(seconds)}` },
		...(isNow
			? [
					{
						text: entry.leaderId === null ? ', still' : ', leads now',
						tone: entry.leaderId === null ? 'critical' : 'good',
					} as const,
				]
			: []),
		...skipped,
	];
}
