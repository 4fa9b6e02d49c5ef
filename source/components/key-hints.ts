import type { Line, Segment } from '../format/line.ts';
import { displayWidth } from '../format/width.ts';

export type KeyHint = {
	/** As it stands on the keyboard: `Tab`, `Space`, `q`. */
	readonly key: string;
	readonly label: string;
	/** Cannot be done now. */
	readonly isDisabled?: boolean;
};

const gap = '  ';

/** As many hints as fit into `width` cells, in the order given; none is cut. */
export function keyHints(hints: readonly KeyHint[], width: number): Line {
	const line: Segment[] = [];
	let used = 0;
	for (const { key, label, isDisabled = false } of hints) {
		const before = line.length === 0 ? '' : gap;
		const cells = displayWidth(`${before}${key} ${label}`);
		if (used + cells > width) break;
		used += cells;
		line.push({ text: `${before}${key}`, tone: isDisabled ? 'muted' : 'key' }, { text: ` ${label}`, tone: 'muted' });
	}
	return line;
}
