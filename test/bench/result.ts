/** How far a figure may go. `measured` and `limit` are in `unit`; the smaller the better. */
export type Bound = { readonly measured: number; readonly limit: number; readonly unit: Unit };

export type Unit = 'x' | 'ms' | 'B/s' | 'MB' | '% of a core' | 'events';

/** One line of the table. */
export type Result = {
	readonly name: string;
	/** Both raw figures, as they were measured side by side. */
	readonly ours: string;
	readonly yardstick: string;
	readonly must: Bound;
	/** Null where the must is all that is wanted. */
	readonly aim: Bound | null;
};

/** To the digits that are shown: clocks and counters tell no more. */
export const isMet = ({ measured, limit }: Bound): boolean => Number(measured.toFixed(3)) <= Number(limit.toFixed(3));

/** Ours against the yardstick, both in the same unit. */
export const ratio = (ours: number, yardstick: number, limit: number): Bound => ({
	measured: ours / yardstick,
	limit,
	unit: 'x',
});

const shown = (value: number, unit: Unit) => {
	const digits = unit === 'x' || unit === '% of a core' ? 3 : value < 100 && !Number.isInteger(value) ? 1 : 0;
	return `${value.toFixed(digits)}${unit === 'x' ? 'x' : ` ${unit}`}`;
};

const boundText = (bound: Bound | null) =>
	bound === null ? '–' : `${shown(bound.measured, bound.unit)} of ${shown(bound.limit, bound.unit)}`;

const verdict = ({ must, aim }: Result) =>
	isMet(must) ? (aim === null || isMet(aim) ? 'aim met' : 'must met') : 'MUST MISSED';

/** The table as Markdown, which reads as well in a terminal. */
export function table(results: readonly Result[]): string {
	const rows = [
		['measured', 'etcdtop', 'yardstick', 'must', 'aim', 'verdict'],
		...results.map(result => [
			result.name,
			result.ours,
			result.yardstick,
			boundText(result.must),
			boundText(result.aim),
			verdict(result),
		]),
	];
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
	const lines = rows.map(row => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
	return [lines[0], `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`, ...lines.slice(1)].join('\n');
}
