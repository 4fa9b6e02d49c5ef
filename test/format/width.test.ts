import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../source/format/safe.ts';
import { displayWidth, fitCells, pad, truncate } from '../../source/format/width.ts';

/** Everything that is measured was made safe before. */
const someText = fc
	.oneof(
		fc.string({ unit: 'binary', maxLength: 40 }),
		fc.string({ unit: fc.constantFrom('a', 'Z', '…', '─', '⣿', '日', '本', 'e\u0301', '👍', 'ก็', '한', 'कि') }),
	)
	.map(text => safeText(text));

describe('displayWidth', () => {
	it('agrees with string-width on every character of the plane that it takes a short way for', () => {
		const wrong: string[] = [];
		for (let code = 0x20; code < 0x3000; code++) {
			const text = String.fromCharCode(code);
			if (displayWidth(text) !== stringWidth(text) || displayWidth(`${text}a`) !== stringWidth(`${text}a`))
				wrong.push(code.toString(16));
		}
		expect(wrong).toEqual([]);
	});

	it('agrees with string-width on any safe text', () => {
		fc.assert(fc.property(someText, text => displayWidth(text) === stringWidth(text)));
	});
});

describe('truncate', () => {
	it.each([
		['etcd-0', 6, 'etcd-0'],
		['etcd-0', 5, 'etcd…'],
		['日本語', 6, '日本語'],
		['日本語', 5, '日本…'],
		['日本語', 4, '日…'],
		['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
		['abc', 1, '…'],
		['abc', 0, ''],
	])('%s in %d cells is %s', (text, width, expected) => {
		expect(truncate(text, width)).toBe(expected);
	});

	it('takes another ellipsis, cut as well where there is no room for it', () => {
		expect(truncate('abcdef', 5, '...')).toBe('ab...');
		expect(truncate('abcdef', 2, '...')).toBe('..');
	});

	it('never goes over the width', () => {
		fc.assert(
			fc.property(someText, fc.nat(30), (text, width) => {
				expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
			}),
		);
	});
});

describe('pad and fitCells', () => {
	it('aligns', () => {
		expect(pad('ab', 5)).toBe('ab   ');
		expect(pad('ab', 5, 'right')).toBe('   ab');
		expect(pad('ab', 5, 'center')).toBe(' ab  ');
		expect(pad('abcdef', 5)).toBe('abcdef');
	});

	it('takes exactly the width, whatever the text', () => {
		fc.assert(
			fc.property(someText, fc.nat(30), fc.constantFrom('left', 'right', 'center'), (text, width, align) => {
				// Blanks can join a preceding sign in no script, so the sum stays exact.
				expect(displayWidth(fitCells(text, width, align))).toBe(width);
			}),
			{ numRuns: 500 },
		);
	});
});
