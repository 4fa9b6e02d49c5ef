import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeBytes, safeText } from '../../source/format/safe.ts';

const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('safeText', () => {
	it.each([
		['a colour', '\x1b[31mred', '\\x1b[31mred'],
		['the clipboard', '\x1b]52;c;aGk=\x07', '\\x1b]52;c;aGk=\\x07'],
		['lines and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
		['NUL and DEL', '\0\x7f', '\\x00\\x7f'],
		['a C1 control', '\u009b31m', '\\u{9b}31m'],
		['a bidi override', 'abc\u202egpj', 'abc\\u{202e}gpj'],
		['isolates and marks', '\u2066\u200f\u061c', '\\u{2066}\\u{200f}\\u{61c}'],
		['zero width', 'a\u200b\u2060\ufeffb\u00ad', 'a\\u{200b}\\u{2060}\\u{feff}b\\u{ad}'],
		['signs that change what follows', '\u0600\ufff9', '\\u{600}\\u{fff9}'],
		['line separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
		['blanks that are not a space', 'a\u00a0\u3000b', 'a\\u{a0}\\u{3000}b'],
		['fillers that look like nothing', '\u3164\u2800', '\\u{3164}\\u{2800}'],
		['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
		['private use', '\ue0b0\u{f0000}', '\\u{e0b0}\\u{f0000}'],
		['tags', '\u{e0041}', '\\u{e0041}'],
		['code points without a meaning', '\u0378\uffff', '\\u{378}\\u{ffff}'],
		['a joined emoji as its parts', '👩\u200d🚀', '👩\\u{200d}🚀'],
		['a variation selector', '❤\ufe0f', '❤\\u{fe0f}'],
		['a skin tone', '👍\u{1f3fd}', '👍\\u{1f3fd}'],
		['a flag', '\u{1f1e9}\u{1f1ea}', '\\u{1f1e9}\\u{1f1ea}'],
		['a mark without a base', '\u0301a', '\\u{301}a'],
		['marks in a pile', `a${'\u0301'.repeat(6)}`, `a${'\u0301'.repeat(4)}\\u{301}\\u{301}`],
	])('shows %s', (_, text, expected) => {
		expect(safeText(text)).toBe(expected);
	});

	it.each([
		'/registry/pods/kube-system/etcd-0',
		'C:\\temp',
		'日本語',
		'한국어',
		'Grüße',
		'e\u0301',
		'🚀',
		'مرحبا',
		'हिन्दी',
		'ก็',
		'…–─',
	])('leaves %s as it is', text => expect(safeText(text)).toBe(text));

	it('is short: cut with an ellipsis, no pair torn', () => {
		expect(safeText('abcdef', 6)).toBe('abcdef');
		expect(safeText('abcdefg', 6)).toBe('abcde…');
		expect(safeText('\0\0\0', 6)).toBe('\\x00\\…');
		expect(safeText('ab🚀🚀', 4)).toBe('ab…');
		expect(safeText('x'.repeat(2_000_000))).toHaveLength(512);
	});

	it('leaves nothing dangerous in any text, keeps its bound, and does no harm twice', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (text, maxLength) => {
				const safe = safeText(text, maxLength);
				expect(safe).not.toMatch(dangerous);
				expect(safe.isWellFormed()).toBe(true);
				expect(safe.length).toBeLessThanOrEqual(maxLength);
				expect(safeText(safe, maxLength)).toBe(safe);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('safeBytes', () => {
	it('shows bytes that are not UTF-8, and only those, as bytes', () => {
		expect(safeBytes(Uint8Array.of(0x2f, 0xff, 0x61, 0xe2, 0x82, 0xac))).toBe('/\\xffa€');
		expect(safeBytes(Uint8Array.of(0xe2, 0x82))).toBe('\\xe2\\x82');
		expect(safeBytes(Uint8Array.of(0xf0, 0x9f, 0x9a, 0x80, 0xf0, 0x9f))).toBe('🚀\\xf0\\x9f');
	});

	it.each([
		['overlong', [0xc0, 0xaf], '\\xc0\\xaf'],
		['overlong of three', [0xe0, 0x80, 0xaf], '\\xe0\\x80\\xaf'],
		['a surrogate', [0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
		['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], '\\xf4\\x90\\x80\\x80'],
		['a byte order mark', [0xef, 0xbb, 0xbf, 0x61], '\\u{feff}a'],
	])('is not fooled by %s', (_, bytes, expected) => {
		expect(safeBytes(Uint8Array.from(bytes))).toBe(expected);
	});

	it('agrees with safeText where the bytes are text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), text => {
				fc.pre(text.isWellFormed());
				expect(safeBytes(bytesOf(text))).toBe(safeText(text));
			}),
		);
	});

	it('takes any bytes and stays short, without reading all of a huge key', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
				const safe = safeBytes(bytes, 40);
				expect(safe).not.toMatch(dangerous);
				expect(safe.length).toBeLessThanOrEqual(40);
			}),
			{ numRuns: 1000 },
		);
		expect(safeBytes(new Uint8Array(1_500_000).fill(0xe2), 64)).toHaveLength(64);
		expect(safeBytes(bytesOf('日'.repeat(500_000)), 8)).toBe('日日日日日日日…');
	});
});
