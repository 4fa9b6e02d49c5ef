import type { LatencyKind } from '../cluster/metric-names.ts';
import { gaugeSeries, quantileSeries, type Series, type SeriesRange, writeRateSeries } from '../cluster/series.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { type ChartOptions, chart } from '../components/chart.ts';
import type { Glyphs } from '../components/glyphs.ts';
import type { View } from '../control/view.ts';
import type { FindingChart } from '../diagnosis/finding.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatLatency } from '../format/duration.ts';
import { type Line, type Segment, seriesTones } from '../format/line.ts';
import { formatRate } from '../format/number.ts';
import { safeText } from '../format/safe.ts';
import { commitLimits, fsyncLimits, type Limits, peerRttLimits } from './values.ts';

/*
 *  WAL fsync p99  ● m1  ● m2
 *  100 ms┤┈┈┈┈┈┈┈╭──────
 *   10 ms┤───────╯
 *         -10 min    now
 */

const minutes = 10;
const axisCells = 9;

const latencies: Readonly<Record<LatencyKind, { readonly title: string; readonly limits: Limits }>> = {
	fsync: { title: 'WAL fsync p99', limits: fsyncLimits },
	commit: { title: 'backend commit p99', limits: commitLimits },
	peerRtt: { title: 'peer round trip p99', limits: peerRttLimits },
};

const gauges = {
	latency: { title: 'latency of Status', isTime: true },
	dbSize: { title: 'database file', isTime: false },
	inUse: { title: 'data in use', isTime: false },
} as const;

type Scale = Pick<ChartOptions, 'scale' | 'min' | 'max' | 'thresholds' | 'format'>;

const timeScale = (limits: Limits | null): Scale => ({
	scale: 'log',
	min: 0.000_5,
	max: 0.128,
	thresholds:
		limits === null
			? []
			: [
					{ value: limits.warningSeconds, tone: 'warning', label: formatLatency(limits.warningSeconds) },
					{ value: limits.criticalSeconds, tone: 'critical', label: formatLatency(limits.criticalSeconds) },
				],
	format: value => formatLatency(value).padStart(axisCells - 2),
});

/** The quota, where all that are drawn have the same. */
function sizeScale(members: readonly MemberView[]): Scale {
	const quotas = new Set(members.flatMap(({ quota }) => (quota.kind === 'unlimited' ? [] : [quota.bytes])));
	const [quotaBytes] = quotas.size === 1 ? quotas : [];
	return {
		scale: 'linear',
		min: 0,
		thresholds:
			quotaBytes === undefined ? [] : [{ value: quotaBytes, tone: 'critical', label: formatBytes(quotaBytes) }],
		...(quotaBytes === undefined ? {} : { max: quotaBytes }),
		format: value => formatBytes(Math.max(0, value)).padStart(axisCells - 2),
	};
}

const rateScale: Scale = {
	scale: 'linear',
	min: 0,
	format: value => formatRate(Math.max(0, value)).padStart(axisCells - 2),
};

/** Members that a chart is about, all where it names none. */
const membersOf = ({ snapshot: { members } }: View, id: string | null): readonly MemberView[] =>
	id === null ? members : members.filter(member => member.id === id || member.key === id);

type Plot = { readonly title: string; readonly members: readonly MemberView[]; readonly scale: Scale };

function plotOf(drawn: FindingChart, view: View): Plot {
	if (drawn.kind === 'writes') return { title: 'write transactions', members: [], scale: rateScale };
	const members = membersOf(view, drawn.member);
	if (drawn.kind === 'latency') {
		const { title, limits } = latencies[drawn.latency];
		return { title, members, scale: timeScale(limits) };
	}
	const { title, isTime } = gauges[drawn.gauge];
	return { title, members, scale: isTime ? timeScale(null) : sizeScale(members) };
}

function seriesOf(drawn: FindingChart, { state: { history } }: View, { members }: Plot, range: SeriesRange): Series[] {
	switch (drawn.kind) {
		case 'writes':
			return [writeRateSeries(history, range)];
		case 'latency':
			return members.map(({ key }) => quantileSeries(history, key, drawn.latency, 0.99, range));
		case 'gauge':
			return members.map(({ key }) => gaugeSeries(history, key, drawn.gauge, range));
	}
}

/** The chart of a finding: its title, and the last ten minutes; nothing where nothing was measured. */
export function findingChartLines(
	drawn: FindingChart,
	view: View,
	width: number,
	height: number,
	glyphs: Glyphs,
): readonly Line[] {
	const plot = plotOf(drawn, view);
	const range = {
		fromMs: view.atMs - minutes * 60_000,
		toMs: view.atMs,
		points: Math.max(2, width - axisCells),
	};
	const series = seriesOf(drawn, view, plot, range);
	const known = series.some(values => values.some(value => value !== null));
	if (!known) return [];
	const tones = series.map((_, index) => seriesTones[index % seriesTones.length]!);
	const legend = plot.members.flatMap(({ name }, index): Segment[] => [
		{ text: `  ${glyphs.bullet} `, tone: tones[index]! },
		{ text: safeText(name, 60), tone: 'muted' },
	]);
	return [
		[{ text: plot.title, tone: 'title' }, ...legend],
		...chart({
			...plot.scale,
			series: series.map((values, index) => ({ values, tone: tones[index]! })),
			width,
			height: height - 1,
			timeLabels: { left: `-${minutes} min`, right: view.state.cursor.kind === 'live' ? 'now' : 'then' },
			glyphs,
		}),
	];
}
