declare module 'asciichart' {
	type PlotOptions = {
		readonly min?: number;
		readonly max?: number;
		/** Rows less one: a plot of height 4 has five rows. */
		readonly height?: number;
		/** Cells to the left of the plot, for labels and the axis; the axis takes the last of them. */
		readonly offset?: number;
		/** The label of a row. */
		readonly format?: (value: number, rowFromTop: number) => string;
		/** Ten symbols: crossing, axis, two ends, line, four corners, upright. */
		readonly symbols?: readonly string[];
	};

	const asciichart: {
		/** Rows joined by newlines. Every value must be a number: NaN makes it throw. N values take N - 1 columns. */
		plot(series: readonly number[], options?: PlotOptions): string;
	};
	export default asciichart;
}
