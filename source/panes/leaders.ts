import { type LeaderEntry, type LeaderTimeline, leaderTimeline } from '../cluster/leaders.ts';
import { isLed } from '../cluster/own-members.ts';
import type { Glyphs } from '../components/glyphs.ts';
import type { View } from '../control/view.ts';
import { formatClock, formatDuration } from '../format/duration.ts';
import { type Line, line } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, fitCells } from '../format/width.ts';
import { type Fragment, joinFragments } from './fragments.ts';

/*
 *  1 change in the last hour; the members count 3 since they started
 *  12:04:31  ★ m2  term 5  3m 12s  leads now
 *  12:01:00    m1  term 4  3m 31s
 */

/** Who led in which term, the newest first, below a line that counts the changes, the unseen ones too. */
export function leadersLines(view: View, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const timeline = leaderTimeline(view.state.history, view.atMs);
	if (timeline.entries.length === 0)
		return isLed(view.snapshot)
			? [countLine(timeline, columns), line('Status tells who led; it is denied', 'muted')]
			: [line('no leader seen yet', 'muted')];
	const room = Math.max(1, rows - 1);
	const first = Math.min(view.state.leadersScroll.offset, Math.max(0, timeline.entries.length - room));
	const inView = timeline.entries.slice(first, first + room);
	const nameCells = Math.min(16, Math.max(...inView.map(entry => displayWidth(leaderName(entry)))));
	return [
		countLine(timeline, columns),
		...inView.map(entry => entryLine(entry, view.atMs, { nameCells, columns, glyphs })),
	];
}

const changes = (count: number) => `${count} ${count === 1 ? 'change' : 'changes'}`;

/** What no reading saw is counted too, and says so: by the terms that are missing, and by the members' own counters. */
function countLine({ changesLastHour, unseenChanges, changesSeenByServers }: LeaderTimeline, columns: number): Line {
	const tone = changesLastHour >= 4 ? 'warning' : 'normal';
	const fragments: Fragment[] = [{ line: line(`${changes(changesLastHour)} in the last hour`, tone), importance: 3 }];
	if (unseenChanges > 0)
		fragments.push({ line: line(`${unseenChanges} of them between readings`, 'warning'), importance: 2 });
	if (changesSeenByServers !== null)
		fragments.push({ line: line(`${changesSeenByServers} since the members started`, 'muted'), importance: 1 });
	return joinFragments(fragments, columns);
}

const leaderName = ({ leaderId, name }: LeaderEntry) => (leaderId === null ? 'no leader' : safeText(name ?? leaderId));

type Place = { readonly nameCells: number; readonly columns: number; readonly glyphs: Glyphs };

function entryLine(entry: LeaderEntry, atMs: number, { nameCells, columns, glyphs }: Place): Line {
	const seconds = Math.max(0, ((entry.toMs ?? atMs) - entry.fromMs) / 1000);
	const isNow = entry.toMs === null;
	const tone = entry.leaderId === null ? 'critical' : isNow ? 'strong' : 'normal';
	const fragments: Fragment[] = [
		{ line: line(formatClock(entry.fromTimeMs), 'muted'), importance: 4 },
		{
			line: line(
				`${isNow && entry.leaderId !== null ? glyphs.star : ' '} ${fitCells(leaderName(entry), nameCells)}`,
				tone,
			),
			importance: 6,
		},
		{ line: line(`term ${entry.term}`, 'muted'), importance: 3 },
		{ line: line(`${entry.sinceIsAtLeast ? '>' : ''}${formatDuration(seconds)}`), importance: 5 },
	];
	if (isNow && entry.leaderId !== null) fragments.push({ line: line('leads now', 'good'), importance: 2 });
	if (entry.skippedTerms > 0) {
		const terms = `${entry.skippedTerms} ${entry.skippedTerms === 1 ? 'term' : 'terms'}`;
		fragments.push({ line: line(`${terms} unseen before`, 'muted'), importance: 1 });
	}
	return joinFragments(fragments, columns);
}
