import type { FaultChoice } from '../control/state.ts';
import { type Line, type Segment, select } from '../format/line.ts';
import { pad } from '../format/width.ts';

/** The demonstration's menu: what can be broken or repaired, what is so now, and why something cannot be done. */
export function faultLines(
	faults: readonly FaultChoice[],
	index: number,
	columns: number,
	rows: number,
): readonly Line[] {
	const titleCells = Math.min(Math.max(...faults.map(({ title }) => title.length), 0), Math.floor(columns * 0.6));
	const first = Math.max(0, Math.min(faults.length - rows, index - Math.floor(rows / 2)));
	return faults.slice(first, first + rows).map((fault, offset) => {
		const note: Segment =
			fault.disabled === null ? { text: fault.state, tone: 'warning' } : { text: fault.disabled, tone: 'muted' };
		const drawn: Line = [
			{ text: ` ${pad(fault.title, titleCells)}  `, tone: fault.disabled === null ? 'normal' : 'muted' },
			note,
		];
		return first + offset === index ? select(drawn) : drawn;
	});
}
