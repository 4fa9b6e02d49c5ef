import { failureText } from '../cluster/failure-text.ts';
import { earliestMs } from '../cluster/history.ts';
import type { LatencyKind } from '../cluster/metric-names.ts';
import { quantileSeries } from '../cluster/series.ts';
import type { MemberView, Quantile } from '../cluster/snapshot.ts';
import { chart } from '../components/chart.ts';
import type { Glyphs } from '../components/glyphs.ts';
import { fitLine } from '../components/paint.ts';
import type { View } from '../control/view.ts';
import { formatLatency } from '../format/duration.ts';
import { type Line, line, type Segment, seriesTones } from '../format/line.ts';
import { safeText } from '../format/safe.ts';
import { displayWidth, fitCells } from '../format/width.ts';
import { lineWidth } from './fragments.ts';
import { commitLimits, fsyncLimits, type Limits, latencyTone, quantileCell, quantileWords } from './values.ts';

/*
 *  WAL fsync p99  m1 ~12 ms  m2 ~2 ms          backend commit p99  m1 ~14 ms
 *  100 ms┤100 ms ┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈        100 ms┤
 *   10 ms┤10 ms ┈┈┈┈┈┈╭─╮┈┈┈┈┈┈┈┈┈┈┈┈┈          10 ms┤25 ms ┈┈┈┈┈┈┈┈┈┈
 *    1 ms┤────────────╯ ╰─────────────           1 ms┤──────────────────
 */

/** Times across a chart: the shortest that holds all that was read, so that the first minutes fill it too. */
const windowsMinutes = [2, 5, 10];
const longestMinutes = 10;

function windowOf({ state, atMs }: View): number {
	const readMinutes = (atMs - (earliestMs(state.history) ?? atMs)) / 60_000;
	return windowsMinutes.find(minutes => minutes >= readMinutes) ?? longestMinutes;
}
/** From this width on the commit latency has a chart of its own. */
const twoChartsColumns = 56;

type Plot = {
	readonly kind: LatencyKind;
	readonly title: string;
	/** For a narrow chart. */
	readonly shortTitle: string;
	readonly limits: Limits;
	readonly thresholdSeconds: readonly number[];
	readonly p99: (member: MemberView) => MemberView['fsyncP99'];
};

const fsync: Plot = {
	kind: 'fsync',
	title: 'WAL fsync',
	shortTitle: 'fsync',
	limits: fsyncLimits,
	thresholdSeconds: [0.01, 0.1],
	p99: ({ fsyncP99 }) => fsyncP99,
};
const commit: Plot = {
	kind: 'commit',
	title: 'backend commit',
	shortTitle: 'commit',
	limits: commitLimits,
	thresholdSeconds: [0.025],
	p99: ({ commitP99 }) => commitP99,
};

/** The latency of the disks over time: of all members, or of the selected one with its median. */
export function diskLines(view: View, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const { members } = view.snapshot;
	const selected = members.filter(({ key }) => key === view.state.selectedKey);
	const shown = selected.length > 0 ? selected : members;
	if (shown.every(({ metrics }) => metrics.kind === 'failed') && !shown.some(member => wasMeasured(view, member)))
		return noMetrics(shown);
	if (columns < twoChartsColumns) return plotLines(view, fsync, shown, columns, rows, glyphs);
	const left = Math.floor((columns - 2) / 2);
	const fsyncLines = plotLines(view, fsync, shown, left, rows, glyphs);
	const commitLines = plotLines(view, commit, shown, columns - 2 - left, rows, glyphs);
	return fsyncLines.map((drawn, index) => [
		...fitLine(drawn, left, glyphs.ellipsis),
		{ text: '  ' },
		...(commitLines[index] ?? []),
	]);
}

/** A member that has just died was measured until then: that is what one wants to see. */
const wasMeasured = ({ state, atMs }: View, { key }: MemberView) =>
	quantileSeries(state.history, key, 'fsync', 0.99, {
		fromMs: atMs - longestMinutes * 60_000,
		toMs: atMs,
		points: 60,
	}).some(value => value !== null);

function noMetrics(members: readonly MemberView[]): readonly Line[] {
	const failed = members.flatMap(({ metrics }) => (metrics.kind === 'failed' ? [metrics.failure] : []))[0];
	if (failed === undefined) return [line('waiting for metrics…', 'muted')];
	const { short } = failureText(failed);
	return [
		line(`no metrics: ${short}`, 'warning'),
		line(safeText(failed.where), 'muted'),
		line('try --metrics-urls, for example http://HOST:2381', 'muted'),
	];
}

const longestNameCells = 12;

/** The axis reaches over both thresholds, so that the same height always means the same latency. */
const axisMinSeconds = 0.000_5;
const axisMaxSeconds = 0.128;

function plotLines(
	view: View,
	plot: Plot,
	members: readonly MemberView[],
	columns: number,
	rows: number,
	glyphs: Glyphs,
): Line[] {
	const { history } = view.state;
	const minutes = windowOf(view);
	const range = { fromMs: view.atMs - minutes * 60_000, toMs: view.atMs, points: Math.max(2, columns - 8) };
	const values = (member: MemberView, quantile: number) =>
		quantileSeries(history, member.key, plot.kind, quantile, range);
	const single = members.length === 1 ? members[0]! : null;
	const series =
		single === null
			? members.map((member, index) => ({
					values: values(member, 0.99),
					tone: seriesTones[index % seriesTones.length]!,
				}))
			: [
					{ values: values(single, 0.5), tone: 'muted' as const },
					{ values: values(single, 0.99), tone: 'series1' as const },
				];
	const title: Line = single === null ? legend(plot, members, columns, glyphs) : singleTitle(plot, single);
	if (rows < leastChartRows) return single === null ? figureLines(plot, members, rows, glyphs) : [title];
	const drawn = chart({
		series,
		width: columns,
		height: rows - 1,
		scale: 'log',
		min: axisMinSeconds,
		max: axisMaxSeconds,
		thresholds: plot.thresholdSeconds.map((value, index) => ({
			value,
			tone: index === 0 ? 'warning' : 'critical',
			label: formatLatency(value),
		})),
		format: value => formatLatency(value).padStart(6),
		timeLabels: { left: `-${minutes} min`, right: view.state.cursor.kind === 'live' ? 'now' : 'paused' },
		glyphs,
	});
	return [title, ...drawn];
}

/** A chart of fewer rows shows nothing. */
const leastChartRows = 5;

/** What is not known is behind all that is. */
const orderOf = (quantile: Quantile): number => (quantile.kind === 'measured' ? quantile.seconds : -1);

/** Where there is no room for a chart: the values themselves, those of the slowest disks where not all fit. */
function figureLines(plot: Plot, members: readonly MemberView[], rows: number, glyphs: Glyphs): Line[] {
	const slowest = members
		.toSorted((one, other) => orderOf(plot.p99(other)) - orderOf(plot.p99(one)))
		.slice(0, Math.max(1, rows));
	const shown = members.filter(member => slowest.includes(member));
	const cells = Math.min(longestNameCells, Math.max(...shown.map(({ name }) => displayWidth(safeText(name)))));
	const title = `${plot.shortTitle} p99  `;
	return shown.map((member, row) => [
		{ text: row === 0 ? title : ' '.repeat(title.length), tone: 'title' },
		{ text: `${glyphs.bullet} `, tone: seriesTones[members.indexOf(member) % seriesTones.length]! },
		{ text: `${fitCells(safeText(member.name), cells, 'left', glyphs.ellipsis)}  `, tone: 'muted' },
		quantileCell(plot.p99(member), plot.limits),
	]);
}

function singleTitle(plot: Plot, member: MemberView): Line {
	const quantile = plot.p99(member);
	const tone = quantile.kind === 'measured' ? latencyTone(quantile.seconds, plot.limits) : 'muted';
	const median: Segment[] =
		plot.kind === 'fsync' ? [{ text: '  p50 ', tone: 'muted' }, { text: quantileWords(member.fsyncP50) }] : [];
	return [
		{ text: `${plot.title} `, tone: 'title' },
		{ text: `${safeText(member.name)} p99 `, tone: 'muted' },
		{ text: quantileWords(quantile), tone },
		...median,
	];
}

/** Who is which line, with the values where there is room; without it they still stand in the members' table. */
function legend(plot: Plot, members: readonly MemberView[], columns: number, glyphs: Glyphs): Line {
	const bullet = (index: number): Segment => ({
		text: glyphs.bullet,
		tone: seriesTones[index % seriesTones.length]!,
	});
	const whole: Line = [
		{ text: `${plot.title} p99`, tone: 'title' },
		...members.flatMap((member, index): Segment[] => [
			{ text: '  ' },
			bullet(index),
			{ text: ` ${safeText(member.name)} `, tone: 'muted' },
			quantileCell(plot.p99(member), plot.limits),
		]),
	];
	if (lineWidth(whole) <= columns) return whole;
	return [
		{ text: `${plot.shortTitle} p99`, tone: 'title' },
		...members.flatMap((member, index): Segment[] => [
			{ text: ' ' },
			bullet(index),
			{ text: safeText(member.name), tone: 'muted' },
		]),
	];
}
