import { describe, expect, it } from 'vitest';
import type { State } from '../../source/control/state.ts';
import { displayWidth } from '../../source/format/width.ts';
import { frameOf, plain } from './draw.tsx';
import { choices, nothingYet, pressed, situations, stateOf } from './scenes.ts';

const range = (from: number, to: number, step: number) =>
	Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Primes as steps, so that other widths meet other heights in each scene. */
const widths = [...range(60, 300, 29), 75, 76, 109, 110, 149, 150, 300];
const heights = [...range(15, 100, 17), 16, 19, 20, 100];

/** Everything that is wrong with a frame, in words. */
function faultsOf(frame: readonly string[], { columns, rows }: State['size']): string[] {
	const texts = frame.map(plain);
	const wrong = texts.flatMap((text, y) =>
		displayWidth(text) === columns ? [] : [`row ${y} takes ${displayWidth(text)} of ${columns} cells: ${text}`],
	);
	if (texts.length !== rows) wrong.push(`${texts.length} rows of ${rows}`);
	if (texts.some(text => /[\x00-\x1f\x7f-\x9f]/.test(text))) wrong.push('a control character');
	return wrong;
}

const scenes = { ...situations, ...choices };

describe('every size', () => {
	for (const [name, scene] of Object.entries(scenes))
		it(`is filled exactly: ${name}`, () => {
			for (const [index, columns] of widths.entries())
				for (const rows of heights.filter((_, at) => (at + index) % heights.length < 2)) {
					const size = { columns, rows };
					const frame = frameOf(stateOf(scene, size));
					expect(faultsOf(frame, size), `${columns}x${rows}`).toEqual([]);
					const shown = frame.map(plain);
					expect(shown[0], 'the header').toMatch(/HEALTHY|WARNING|CRITICAL|UNREACHABLE/);
					expect(shown[1], 'the header').toMatch(/^ \d\/\d members/);
					expect(shown.at(-1), 'the footer').toMatch(/quit|close|keep|screen is live/);
					const isCovered = name === 'help' || (name.endsWith('zoomed') && !name.startsWith('members'));
					expect(
						shown.some(row => row.includes(' Members ')),
						'the members',
					).toBe(!isCovered);
				}
		});

	it('is filled before anything was read', () => {
		for (const columns of widths) {
			const size = { columns, rows: 15 + (columns % 60) };
			expect(faultsOf(frameOf(nothingYet(size)), size)).toEqual([]);
		}
	});

	it('shows the pane that has the focus, with the frame of the focus, and no other one', () => {
		for (const columns of [60, 80, 120, 200])
			for (const rows of [15, 24, 40])
				for (const tabs of range(0, 5, 1)) {
					const state = pressed(stateOf(situations.healthy, { columns, rows }), Array(tabs).fill('tab'));
					const corners = frameOf(state)
						.map(plain)
						.join('')
						.match(/┏ [\w ]+/g);
					const titles = ['Members', 'Database', 'Disk', 'Leader', 'Findings', 'Watch'];
					expect(corners, `${state.focus} at ${columns}x${rows}`).toHaveLength(1);
					expect(corners![0]).toContain(titles[tabs]);
				}
	});

	it('takes any smaller terminal without a word too many', () => {
		for (const columns of [1, 2, 10, 59, 80])
			for (const rows of [1, 2, 14]) {
				const size = { columns, rows };
				const frame = frameOf(stateOf(situations.healthy, size));
				expect(frame.length).toBeLessThanOrEqual(rows);
				expect(frame.map(plain).every(row => displayWidth(row) <= columns)).toBe(true);
			}
	});
});
