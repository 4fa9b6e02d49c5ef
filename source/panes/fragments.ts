import { fitLine } from '../components/paint.ts';
import type { Line, Segment } from '../format/line.ts';
import { displayWidth } from '../format/width.ts';

/** A few words that stay or go together. */
export type Fragment = {
	readonly line: Line;
	/** The least important give way first. */
	readonly importance: number;
};

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + displayWidth(text), 0);

const gap: Segment = { text: '  ' };

/** As many fragments as fit side by side, in their given order; the most important one always stays. */
export function joinFragments(fragments: readonly Fragment[], widthCells: number): Line {
	const chosen = new Set<Fragment>();
	let used = -gap.text.length;
	for (const fragment of fragments.toSorted((one, other) => other.importance - one.importance)) {
		const more = lineWidth(fragment.line) + gap.text.length;
		if (chosen.size > 0 && used + more > widthCells) continue;
		used += more;
		chosen.add(fragment);
	}
	return fragments
		.filter(fragment => chosen.has(fragment))
		.flatMap(({ line }, index) => (index === 0 ? line : [gap, ...line]));
}

/** Puts one line at the left edge and one at the right; the right one stays whole, the left one is cut where it must. */
export function spread(left: Line, right: Line, widthCells: number, ellipsis: string): Line {
	return [...fitLine(left, widthCells - lineWidth(right) - 1, ellipsis), { text: ' ' }, ...right];
}
