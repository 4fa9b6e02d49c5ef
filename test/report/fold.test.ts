import { describe, expect, it } from 'vitest';
import { type Line, plainText } from '../../source/format/line.ts';
import { foldLine } from '../../source/report/fold.ts';

const line: Line = [{ text: '1/2 ', tone: 'muted' }, { text: 'defragment m2' }, { text: ' · from 1.9 GB to 420 MB' }];
const folded = (of: Line, width: number) => foldLine(of, width, 2).map(row => plainText(row).trimEnd());

describe('a folded line', () => {
	it('breaks at blanks, and is whole where it fits', () => {
		expect(folded(line, Number.POSITIVE_INFINITY)).toEqual(['1/2 defragment m2 · from 1.9 GB to 420 MB']);
		expect(folded(line, 20)).toEqual(['1/2 defragment m2 ·', '  from 1.9 GB to 420', '  MB']);
	});

	it('keeps the tones, and words that are wider than a row', () => {
		expect(foldLine(line, 20, 2)[0]![0]).toEqual({ text: '1/2 ', tone: 'muted' });
		expect(folded([{ text: 'a/very/long/path b' }], 6)).toEqual(['a/very/long/path', '  b']);
		expect(folded([{ text: '' }], 6)).toEqual(['']);
	});
});
