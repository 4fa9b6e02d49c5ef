import { describe, expect, it } from 'vitest';
import { createStandIns } from '../../source/components/stand-ins.ts';

describe('stand-ins', () => {
	it('give way to their rows, which take the place of the blanks behind them', () => {
		const signs = createStandIns();
		const left = signs.signFor('\x1b[1mleft\x1b[0m', 4);
		const right = signs.signFor('right', 5);
		expect([...left]).toHaveLength(1);
		expect(signs.expand(`${left}    ${right}\n ${left}\nplain`)).toBe(
			'\x1b[1mleft\x1b[0m right\n \x1b[1mleft\x1b[0m\nplain',
		);
	});

	it('are the same for the same row, and last while it is on the screen', () => {
		const signs = createStandIns();
		const sign = signs.signFor('row', 3);
		for (let frame = 0; frame < 3; frame++) expect(signs.expand(sign)).toBe('row');
		expect(signs.signFor('row', 3)).toBe(sign);
	});

	it('are used again when their rows are gone', () => {
		const signs = createStandIns();
		const seen = new Set<string>();
		for (let frame = 0; frame < 20_000; frame++) {
			const sign = signs.signFor(`row ${frame}`, 10);
			seen.add(sign);
			expect(signs.expand(sign)).toBe(`row ${frame}`);
		}
		expect([...seen].every(sign => sign.length === 1)).toBe(true);
	});

	it('draw nothing when they are forged', () => {
		expect(createStandIns().expand('a\ue123b')).toBe('ab');
	});

	it('never swallow a neighbour', () => {
		const signs = createStandIns();
		const wide = signs.signFor('wide', 10);
		const next = signs.signFor('next', 4);
		expect(signs.expand(`${wide} ${next}`)).toBe('widenext');
	});
});
