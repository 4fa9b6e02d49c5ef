import { describe, expect, it } from 'vitest';
import { createStandIns } from '../../source/components/stand-ins.ts';

describe('stand-ins', () => {
	it('give way to their rows, which take the place of the blanks behind them', () => {
		const { createBlock, expand } = createStandIns();
		const [left] = createBlock().signsFor(['\x1b[1mleft\x1b[0m'], 4);
		const [right] = createBlock().signsFor(['right'], 5);
		expect([...left!]).toHaveLength(1);
		expect(expand(`${left}    ${right}\n ${left}\nplain`)).toBe('\x1b[1mleft\x1b[0m right\n \x1b[1mleft\x1b[0m\nplain');
	});

	it('stay the same list for as many rows, and stand for the newest of them', () => {
		const { createBlock, expand } = createStandIns();
		const block = createBlock();
		const signs = block.signsFor(['one', 'two'], 3);
		const frame = signs.join('\n');
		expect(block.signsFor(['1st', '2nd'], 3)).toBe(signs);
		expect(expand(frame)).toBe('1st\n2nd');
		expect(block.signsFor(['1st', '2nd', '3rd'], 3)).toHaveLength(3);
	});

	it('are used again when their rows are gone, and never while they are there', () => {
		const { createBlock, expand } = createStandIns();
		const lasting = createBlock().signsFor(['lasting'], 7)[0]!;
		for (let frame = 0; frame < 20_000; frame++) {
			const block = createBlock();
			const [sign] = block.signsFor([`row ${frame}`], 10);
			expect(sign).toHaveLength(1);
			expect(expand(`${sign}|${lasting}`)).toBe(`row ${frame}|lasting`);
			block.release();
		}
	});

	it('leave the rows as they are where there are too many', () => {
		const { createBlock, expand } = createStandIns();
		const rows = Array.from({ length: 10_000 }, (_, index) => `row ${index}`);
		expect(createBlock().signsFor(rows, 9)).toEqual(rows);
		const [sign] = createBlock().signsFor(['few'], 3);
		expect(expand(sign!)).toBe('few');
	});

	it('draw nothing when they are forged', () => {
		expect(createStandIns().expand('a\ue123b')).toBe('ab');
	});

	it('never swallow a neighbour', () => {
		const { createBlock, expand } = createStandIns();
		const [wide] = createBlock().signsFor(['wide'], 10);
		const [next] = createBlock().signsFor(['next'], 4);
		expect(expand(`${wide} ${next}`)).toBe('widenext');
	});
});
