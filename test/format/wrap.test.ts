import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../source/format/safe.ts';
import { displayWidth } from '../../source/format/width.ts';
import { wrapWords } from '../../source/format/wrap.ts';

describe('wrapWords', () => {
	it.each([
		['look at the disk', 8, ['look at', 'the disk']],
		['look at the disk', 80, ['look at the disk']],
		['日本語 テキスト', 8, ['日本語', 'テキスト']],
		['a /very/long/path here', 8, ['a', '/very/l…', 'here']],
		['  two   blanks ', 80, ['two blanks']],
		['', 10, []],
	])('%j in %d cells', (text, width, rows) => expect(wrapWords(text, width)).toEqual(rows));

	it('loses no word that fits, and keeps to the width', () => {
		const words = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }).map(word => safeText(word, 10)));
		fc.assert(
			fc.property(words, fc.integer({ min: 20, max: 60 }), (all, width) => {
				const text = all.join(' ');
				const rows = wrapWords(text, width);
				for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(width);
				expect(rows.join(' ')).toBe(text.split(' ').filter(Boolean).join(' '));
			}),
		);
	});
});
