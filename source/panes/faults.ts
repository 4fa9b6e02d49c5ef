import type { FaultChoice } from '../control/state.ts';
import { type Line, type Segment, select } from '../format/line.ts';
import { pad } from '../format/width.ts';

/** The demonstration's menu: what can be broken or repaired, what is so now, and why something cannot be done. */
export function faultLines(faults: readonly FaultChoice[], index: number, columns: number): readonly Line[] {
	const titleCells = Math.min(Math.max(...faults.map(({ title }) => title.length), 0), Math.floor(columns * 0.6));
	return faults.map((fault, position) => {
		const note: Segment =
			fault.disabled === null ? { text: fault.state, tone: 'warning' } : { text: fault.disabled, tone: 'muted' };
		const drawn: Line = [
			{ text: ` ${pad(fault.title, titleCells)}  `, tone: fault.disabled === null ? 'normal' : 'muted' },
			note,
		];
		return position === index ? select(drawn) : drawn;
	});
}
