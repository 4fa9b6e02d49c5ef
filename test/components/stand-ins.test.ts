import { describe, expect, it } from 'vitest';
import { createStandIns } from '../../source/components/stand-ins.ts';

describe('stand-ins', () => {
	it('give way to their rows, which take the place of the blanks behind them', () => {
		const { signsFor, expand } = createStandIns();
		const [left] = signsFor({ id: 'left', rows: ['\x1b[1mleft\x1b[0m'], width: 4 });
		const [right] = signsFor({ id: 'right', rows: ['right'], width: 5 });
		expect([...left!]).toHaveLength(1);
		expect(expand(`${left}    ${right}\n ${left}\nplain`)).toBe('\x1b[1mleft\x1b[0m right\n \x1b[1mleft\x1b[0m\nplain');
	});

	it('stay the same list for as many rows, and stand for the newest of them', () => {
		const { signsFor, expand } = createStandIns();
		const signs = signsFor({ id: 'block', rows: ['one', 'two'], width: 3 });
		expect(signsFor({ id: 'block', rows: ['1st', '2nd'], width: 3 })).toBe(signs);
		expect(expand(signs.join('\n'))).toBe('1st\n2nd');
		expect(signsFor({ id: 'block', rows: ['1st', '2nd', '3rd'], width: 3 })).toHaveLength(3);
	});

	it('take other rows where all blocks keep their places', () => {
		const { signsFor, refill, expand } = createStandIns();
		const frame = [...signsFor({ id: 'a', rows: ['a'], width: 3 }), ...signsFor({ id: 'b', rows: ['b'], width: 3 })];
		const a = { id: 'a', rows: ['A'], width: 3 };
		const b = { id: 'b', rows: ['B'], width: 3 };
		expect(refill([a, b])).toBe(true);
		expect(expand(frame.join('\n'))).toBe('A\nB');
		for (const others of [[a], [a, { ...b, id: 'c' }], [a, { ...b, width: 4 }], [a, { ...b, rows: ['B', 'B'] }]])
			expect(refill(others)).toBe(false);
		expect(expand(frame.join('\n'))).toBe('A\nB');
	});

	it('are used again when their block is gone, and never while it is there', () => {
		const { signsFor, drawing, expand } = createStandIns();
		for (let frame = 0; frame < 20_000; frame++) {
			const draw = () => [
				signsFor({ id: 'lasting', rows: ['lasting'], width: 7 })[0]!,
				signsFor({ id: `block ${frame}`, rows: [`row ${frame}`], width: 10 })[0]!,
			];
			const [lasting, sign] = drawing(draw);
			expect(sign).toHaveLength(1);
			expect(expand(`${sign}|${lasting}`)).toBe(`row ${frame}|lasting`);
		}
	});

	it('leave the rows as they are where there are too many', () => {
		const { signsFor, expand } = createStandIns();
		const rows = Array.from({ length: 10_000 }, (_, index) => `row ${index}`);
		expect(signsFor({ id: 'many', rows, width: 9 })).toEqual(rows);
		const [sign] = signsFor({ id: 'few', rows: ['few'], width: 3 });
		expect(expand(sign!)).toBe('few');
	});

	it('draw nothing when they are forged', () => {
		expect(createStandIns().expand('a\ue123b')).toBe('ab');
	});

	it('never swallow a neighbour', () => {
		const { signsFor, expand } = createStandIns();
		const [wide] = signsFor({ id: 'wide', rows: ['wide'], width: 10 });
		const [next] = signsFor({ id: 'next', rows: ['next'], width: 4 });
		expect(expand(`${wide} ${next}`)).toBe('widenext');
	});
});
