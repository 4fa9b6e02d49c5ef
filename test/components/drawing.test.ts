import { describe, expect, it } from 'vitest';
import { chart } from '../../source/components/chart.ts';
import { frameRows } from '../../source/components/frame-rows.ts';
import { gauge } from '../../source/components/gauge.ts';
import { glyphsFor } from '../../source/components/glyphs.ts';
import { fitLine, paint, paintRow } from '../../source/components/paint.ts';
import { downsample } from '../../source/components/sampling.ts';
import { sparkline } from '../../source/components/sparkline.ts';
import { createTheme } from '../../source/components/theme.ts';
import { line, plainText, select } from '../../source/format/line.ts';
import { displayWidth } from '../../source/format/width.ts';

const theme = createTheme('16', true);
const bare = createTheme('none', true);
const glyphs = glyphsFor(true);
const plain = (painted: string) => painted.replaceAll(/\x1b\[[\d;]*m/g, '');

describe('the theme', () => {
	it('uses no colour where none is wanted, and keeps the alarming tones apart', () => {
		for (const style of Object.values(bare.styles)) expect(style).toMatch(/^(?:[1247](?:;[1247])*)?$/);
		const { normal, warning, critical, alarm } = bare.styles;
		expect(new Set([normal, warning, critical, alarm]).size).toBe(4);
	});

	it('keeps to the sixteen colours of the terminal, and never to white or black', () => {
		for (const style of Object.values(theme.styles)) {
			expect(style).not.toContain('38;');
			expect(style.split(';')).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:30|37|90|97)$/)]));
		}
		expect(Object.values(createTheme('256', true).styles).join()).toContain('38;5;');
	});

	it('has only ASCII signs for other locales, one cell each, as many as for UTF-8', () => {
		const flat = (value: unknown): string[] =>
			typeof value === 'string' ? [value] : Object.values(value as object).flatMap(flat);
		const ascii = flat(glyphsFor(false));
		expect(ascii.filter(sign => !/^[!-~]$/.test(sign))).toEqual([]);
		expect(flat(glyphs).filter(sign => displayWidth(sign) !== 1)).toEqual([]);
		expect(flat(glyphs)).toHaveLength(ascii.length);
	});
});

describe('a painted line', () => {
	it('has exactly its width', () => {
		const lines = [
			[],
			line('short'),
			line('exactly ten'),
			line('日本語日本語日本語'),
			[{ text: 'aaaa' }, { text: 'bbbb' }, { text: 'cccc' }],
		];
		for (const each of lines)
			for (const width of [0, 1, 2, 5, 9, 10, 11, 20])
				expect(displayWidth(plainText(fitLine(each, width, '…')))).toBe(width);
	});

	it('ends with the ellipsis where it was cut, also between two segments', () => {
		const cut = (width: number) => plainText(fitLine([{ text: 'aaaa' }, { text: 'bbbb' }], width, '…'));
		expect(cut(8)).toBe('aaaabbbb');
		expect(cut(6)).toBe('aaaab…');
		expect(cut(4)).toBe('aaa…');
		expect(plainText(fitLine([{ text: 'aaaa' }, { text: '' }], 4, '…'))).toBe('aaaa');
	});

	it('carries its tones', () => {
		expect(paint([{ text: 'a' }, { text: 'b', tone: 'critical' }], theme)).toBe('a\x1b[1;31mb\x1b[0m');
	});

	it('is inverse over its whole width when selected', () => {
		expect(paintRow(select([{ text: 'a', tone: 'good' }]), 3, theme)).toBe('\x1b[32;7ma\x1b[0m\x1b[7m  \x1b[0m');
		expect(paintRow(select([]), 2, theme)).toBe('\x1b[7m  \x1b[0m');
	});
});

describe('a frame', () => {
	const frame = (width: number, height: number, isFocused = false) =>
		frameRows({
			title: 'Members',
			hint: line('3 of 3'),
			lines: [line('one'), line('two')],
			width,
			height,
			isFocused,
			theme,
		});

	it('shows title, hint and body', () => {
		expect(frame(24, 5).map(plain)).toEqual([
			'╭ Members ───── 3 of 3 ╮',
			'│ one                  │',
			'│ two                  │',
			'│                      │',
			'╰──────────────────────╯',
		]);
	});

	it('fills its place exactly, at every size', () => {
		for (let width = 2; width < 30; width++)
			for (let height = 2; height < 6; height++) {
				const rows = frame(width, height).map(plain);
				expect(rows).toHaveLength(height);
				expect(rows.map(displayWidth)).toEqual(rows.map(() => width));
			}
	});

	it('shows the focus in its shape, not only in its colour', () => {
		expect(plain(frame(24, 3, true)[0]!)).not.toBe(plain(frame(24, 3)[0]!));
	});
});

describe('a sparkline', () => {
	it('shows the newest values on the right, and gaps as blanks', () => {
		expect(sparkline([0, null, 4, 8], { width: 6, glyphs })).toBe('  ▁ ▅█');
		expect(sparkline([8, 8, 0, 8], { width: 2, glyphs })).toBe('▁█');
		expect(sparkline([], { width: 2, glyphs })).toBe('  ');
		expect(sparkline([5, 5], { width: 0, glyphs })).toBe('');
		expect(sparkline([0, 0], { width: 2, glyphs })).toBe('▁▁');
	});

	it('keeps to its range', () => {
		expect(sparkline([-5, 50], { width: 2, glyphs, min: 0, max: 10 })).toBe('▁█');
	});
});

describe('a gauge', () => {
	const bar = (inUse: number, reclaimable: number, total: number, width: number) =>
		plainText(
			gauge(
				[
					{ value: inUse, glyph: '#', tone: 'accent' },
					{ value: reclaimable, glyph: '+', tone: 'warning' },
				],
				total,
				width,
				{ glyph: '.', tone: 'muted' },
			),
		);

	it('gives each part its share', () => {
		expect(bar(5, 2, 10, 10)).toBe('#####++...');
		expect(bar(0, 0, 10, 4)).toBe('....');
		expect(bar(10, 0, 10, 4)).toBe('####');
	});

	it('shows what is small but there, and stays in its width when there is more than the total', () => {
		expect(bar(1, 1, 1000, 10)).toBe('#+........');
		expect(bar(15, 15, 10, 10)).toBe('#####+++++');
		expect(bar(1, 1, 0, 4)).toBe('##++');
		expect(bar(1, 1, 1000, 1)).toBe('#');
		expect(bar(0, 0, 0, 3)).toBe('...');
	});
});

describe('downsampling', () => {
	it('keeps peaks, and gaps where nothing was measured', () => {
		expect(downsample([1, 9, 2, 3, null, null, 4, null], 4)).toEqual([9, 3, null, 4]);
		expect(downsample([1, 2], 4)).toEqual([1, 2]);
		expect(downsample([1, 2], 0)).toEqual([]);
	});
});

describe('a chart', () => {
	const draw = (values: readonly (number | null)[], options: Partial<Parameters<typeof chart>[0]> = {}) =>
		chart({
			series: [{ values, tone: 'series1' }],
			width: 14,
			height: 4,
			scale: 'linear',
			format: value => value.toFixed(0).padStart(3),
			glyphs,
			...options,
		});
	const drawn = (...parameters: Parameters<typeof draw>) => draw(...parameters).map(plainText);

	it('draws the newest value at the right edge, with the axis on the left', () => {
		expect(drawn([0, 0, 30, 30])).toEqual([' 30┤       ╭──', ' 20┤       │  ', ' 10┤       │  ', '  0┤      ─╯  ']);
	});

	it('leaves gaps', () => {
		expect(drawn([30, 30, null, null, 30], { height: 2 })[0]).toBe(' 30┤     ──  ─');
		expect(drawn([30, null, 30], { height: 2 })[1]).toBe('  0┤          ');
		expect(drawn([null, null], { height: 2 }).join('')).not.toMatch(/[─╭╯]/);
	});

	it('draws thresholds behind the series, with their labels on the axis', () => {
		const lines = draw([0, 0], { max: 30, thresholds: [{ value: 10, tone: 'warning', label: 'ten' }] });
		expect(plainText(lines[2]!)).toBe('ten┤┈┈┈┈┈┈┈┈┈┈');
		expect(lines[2]!.map(({ tone }) => tone)).toEqual(['warning', 'muted', 'warning']);
		expect(drawn([5], { thresholds: [{ value: 99, tone: 'warning', label: 'far' }] }).join('')).not.toContain('far');
	});

	it('spreads decades evenly on a log scale', () => {
		const lines = drawn([1, 10, 100, 1000], { scale: 'log', format: value => value.toFixed(0).padStart(4), width: 9 });
		expect(lines.map(text => text.slice(0, 4))).toEqual(['1000', ' 100', '  10', '   1']);
		expect(lines.map(text => text.slice(5))).toEqual(['  ╭─', ' ╭╯ ', '╭╯  ', '╯   ']);
		expect(drawn([0, -1, 10], { scale: 'log' })).toHaveLength(4);
	});

	it('puts several series over one another, each in its tone', () => {
		const lines = chart({
			series: [
				{ values: [1, 1], tone: 'series1' },
				{ values: [9, 9], tone: 'series2' },
			],
			width: 10,
			height: 3,
			scale: 'linear',
			format: String,
			glyphs,
		});
		const tones = lines.flatMap(each => each.map(({ tone }) => tone));
		expect(tones).toEqual(expect.arrayContaining(['series1', 'series2']));
	});

	it('fills its place at every size, whatever the values', () => {
		const series = [
			[],
			[null],
			[0],
			[5],
			[1, 2, 3],
			Array.from({ length: 500 }, (_, at) => (at % 7 === 0 ? null : at * at)),
			[1e-9, 1e12],
			[-5, 5],
		];
		for (const values of series)
			for (const scale of ['linear', 'log'] as const)
				for (const width of [1, 4, 5, 6, 40])
					for (const height of [1, 2, 3, 9]) {
						const lines = drawn(values, {
							scale,
							width,
							height,
							timeLabels: { left: '5 m ago', right: 'now' },
							format: value => value.toFixed(0).slice(0, 3),
							thresholds: [{ value: 10, tone: 'warning', label: '10 ms' }],
						});
						expect(lines).toHaveLength(height);
						for (const each of lines) expect(displayWidth(each)).toBeLessThanOrEqual(width);
					}
	});
});
