import asciichart from 'asciichart';
import type { Line, Segment, Tone } from '../format/line.ts';
import { displayWidth, pad } from '../format/width.ts';
import type { Glyphs } from './glyphs.ts';
import { downsample, type Sample } from './sampling.ts';

export type ChartSeries = { readonly values: readonly Sample[]; readonly tone: Tone };

/** A line across the chart, drawn behind the series where its value is in range; its label takes the place of the axis'. */
export type Threshold = { readonly value: number; readonly tone: Tone; readonly label: string };

export type ChartOptions = {
	/** Each from oldest to newest; the newest stand at the right edge. */
	readonly series: readonly ChartSeries[];
	/** Cells of the whole chart, labels included. */
	readonly width: number;
	/** Rows of the whole chart, the row of `timeLabels` included. */
	readonly height: number;
	readonly scale: 'linear' | 'log';
	/** Lower end of the axis; where left out, 0 for a linear scale and just below the smallest value for a log one. */
	readonly min?: number;
	/** The axis reaches at least this far; it grows with the values. */
	readonly max?: number;
	readonly thresholds?: readonly Threshold[];
	/** A value for the axis, short. */
	readonly format: (value: number) => string;
	/** What stands below the left and the right end. */
	readonly timeLabels?: { readonly left: string; readonly right: string };
	readonly glyphs: Glyphs;
};

type Cell = { readonly text: string; readonly tone: Tone };
type Grid = (Cell | null)[][];

/** The axis: value to row counted from the bottom (0 … rows - 1, not rounded), and back. */
type Axis = { readonly rowOf: (value: number) => number; readonly valueOf: (row: number) => number };

/** The smallest ratio of a log axis' ends, so that a flat line is not drawn as mountains. */
const leastDecades = 1;

function axisOf({ series, scale, min, max, thresholds = [] }: ChartOptions, rows: number): Axis {
	const values = series.flatMap(each => each.values.filter(value => value !== null));
	const isLog = scale === 'log';
	const usable = isLog ? values.filter(value => value > 0) : values;
	const least = max ?? usable[0] ?? thresholds[0]?.value ?? 1;
	const top = usable.reduce((a, b) => Math.max(a, b), least);
	const lowest = usable.reduce((a, b) => Math.min(a, b), top);
	const project = isLog ? Math.log10 : (value: number) => value;
	const high = project(top);
	const low = Math.min(project(min ?? (isLog ? lowest : Math.min(0, lowest))), isLog ? high - leastDecades : high);
	const range = high - low || 1;
	const restore = (value: number) => (isLog ? 10 ** value : value);
	return {
		rowOf: value => (isLog && value <= 0 ? 0 : ((project(value) - low) / range) * (rows - 1)),
		valueOf: row => restore(low + (row / Math.max(1, rows - 1)) * range),
	};
}

/** Stretches without a gap: where each starts, and its values. */
function stretches(values: readonly Sample[]): { readonly start: number; readonly values: number[] }[] {
	const found: { start: number; values: number[] }[] = [];
	for (const [index, value] of values.entries()) {
		if (value === null) continue;
		const last = found.at(-1);
		if (last !== undefined && last.start + last.values.length === index) last.values.push(value);
		else found.push({ start: index, values: [value] });
	}
	return found;
}

/** Draws one series over what is there; asciichart knows neither gaps nor our rows, so it gets one stretch in row units. */
function drawSeries(grid: Grid, { values, tone }: ChartSeries, axis: Axis, glyphs: Glyphs): void {
	const rows = grid.length;
	const columns = grid[0]!.length;
	const sampled = downsample(values, columns);
	const shift = columns - sampled.length;
	for (const { start, values: stretch } of stretches(sampled)) {
		const inRows = stretch.map(value => Math.max(0, Math.min(rows - 1, axis.rowOf(value))));
		// N values take N - 1 columns: the last one is given twice.
		const plot = asciichart.plot([...inRows, inRows.at(-1)!], {
			min: 0,
			max: rows - 1,
			height: rows - 1,
			offset: 1,
			format: () => ' ',
			symbols: glyphs.plot,
		});
		for (const [y, line] of plot.split('\n').entries())
			for (const [x, text] of [...line].slice(1).entries())
				if (text !== ' ') grid[y]![shift + start + x] = { text, tone };
	}
}

/** The row from the top in which a value is drawn; null where it is out of range. */
function rowFromTop(value: number, axis: Axis, rows: number): number | null {
	const fromBottom = axis.rowOf(value);
	return fromBottom < 0 || fromBottom > rows - 1 ? null : rows - 1 - Math.round(fromBottom);
}

/** Cells of one row, neighbours of one tone joined. */
function lineOf(row: readonly (Cell | null)[]): Line {
	const line: Segment[] = [];
	for (const cell of row) {
		const { text, tone } = cell ?? { text: ' ', tone: 'normal' };
		const last = line.at(-1);
		if (last?.tone === tone) line[line.length - 1] = { text: last!.text + text, tone };
		else line.push({ text, tone });
	}
	return line;
}

/** Both ends where there is room for both, else the right one, else none. */
function timeLine(
	{ left, right }: { readonly left: string; readonly right: string },
	before: number,
	columns: number,
): Line {
	const room = columns - displayWidth(left) - displayWidth(right);
	const both = `${left}${' '.repeat(Math.max(0, room))}${right}`;
	const text = room > 0 ? both : displayWidth(right) <= columns ? pad(right, columns, 'right') : '';
	return [{ text: ' '.repeat(before) + text, tone: 'muted' }];
}

/**
 * A line chart with asciichart's lines: labels and axis on the left, thresholds behind, one line per series. Gaps stay
 * gaps. Every line is at most `width` cells wide, and there are exactly `height` of them.
 */
export function chart(options: ChartOptions): Line[] {
	const { series, width, height, thresholds = [], format, timeLabels, glyphs } = options;
	const rows = height - (timeLabels && height > 2 ? 1 : 0);
	if (rows < 1 || width < 1) return [];
	const axis = axisOf(options, rows);
	const marks = new Map(thresholds.map(threshold => [rowFromTop(threshold.value, axis, rows), threshold]));
	const labels = Array.from({ length: rows }, (_, y) => marks.get(y)?.label ?? format(axis.valueOf(rows - 1 - y)));
	const labelCells = Math.max(...labels.map(displayWidth));
	const columns = width - labelCells - 1;
	if (columns < 1) return Array.from({ length: height }, () => []);
	const grid: Grid = labels.map((_, y) => {
		const mark = marks.get(y);
		return new Array(columns).fill(mark === undefined ? null : { text: glyphs.threshold, tone: mark.tone });
	});
	for (const each of series) drawSeries(grid, each, axis, glyphs);
	const lines = grid.map(
		(row, y): Line => [
			{ text: pad(labels[y]!, labelCells, 'right'), tone: marks.get(y)?.tone ?? 'muted' },
			{ text: glyphs.axis, tone: 'muted' },
			...lineOf(row),
		],
	);
	return rows === height ? lines : [...lines, timeLine(timeLabels!, labelCells + 1, columns)];
}
