import { describe, expect, it, vi } from 'vitest';
import { capabilitiesOf } from '../../source/terminal/capabilities.ts';
import { holdPrinting } from '../../source/terminal/held.ts';
import { settle } from '../../source/terminal/resizes.ts';
import { StyleTable } from '../../source/terminal/styles.ts';

describe('capabilities', () => {
	const of = (env: Record<string, string>, noColor = false) => capabilitiesOf(env, true, noColor);

	it.each([
		[{ TERM: 'xterm-256color' }, '256'],
		[{ TERM: 'xterm', COLORTERM: 'truecolor' }, '256'],
		[{ TERM: 'tmux-256color' }, '256'],
		[{ TERM: 'screen' }, '16'],
		[{ TERM: 'linux' }, '16'],
		[{ TERM: 'vt220' }, 'none'],
		[{ TERM: 'dumb' }, 'none'],
		[{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'none'],
		[{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
	] as const)('%o has the colours %s', (env, depth) => {
		expect(of(env).colorDepth).toBe(depth);
	});

	it('obeys --no-color', () => {
		expect(of({ TERM: 'xterm-256color' }, true).colorDepth).toBe('none');
	});

	it('takes the locale from the first variable that is set', () => {
		expect(of({ LANG: 'en_US.UTF-8' }).unicode).toBe(true);
		expect(of({ LANG: 'C.utf8', LC_ALL: '' }).unicode).toBe(true);
		expect(of({ LANG: 'en_US.UTF-8', LC_ALL: 'C' }).unicode).toBe(false);
		expect(of({ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }).unicode).toBe(true);
		expect(of({}).unicode).toBe(false);
	});

	it('knows where nothing can be drawn', () => {
		expect(of({ TERM: 'dumb' }).dumb).toBe(true);
		expect(of({}).dumb).toBe(true);
		expect(of({ TERM: 'xterm' }).dumb).toBe(false);
		expect(capabilitiesOf({ TERM: 'xterm' }, false)).toMatchObject({ dumb: true, colorDepth: 'none' });
	});

	it('set a title only where a terminal has one', () => {
		for (const TERM of ['xterm-256color', 'tmux-256color', 'screen', 'rxvt', 'alacritty'])
			expect([TERM, of({ TERM }).titles]).toEqual([TERM, true]);
		for (const TERM of ['linux', 'vt220', 'dumb', 'cons25', ''])
			expect([TERM, of({ TERM }).titles]).toEqual([TERM, false]);
		expect(capabilitiesOf({ TERM: 'xterm' }, false).titles).toBe(false);
	});
});

describe('styles', () => {
	const styleAfter = (table: StyleTable, ...sequences: string[]) =>
		sequences.reduce((style, parameters) => table.after(style, parameters), 0);

	it('are the same number for the same look, however it was reached', () => {
		const table = new StyleTable();
		expect(styleAfter(table, '1;31')).toBe(styleAfter(table, '31', '1'));
		expect(styleAfter(table, '1', '2', '22', '4', '24', '7', '27')).toBe(0);
		expect(styleAfter(table, '31', '39')).toBe(0);
		expect(styleAfter(table, '1;38;5;208;44', '')).toBe(0);
		expect(styleAfter(table, '38;5;208')).not.toBe(styleAfter(table, '48;5;208'));
		expect(styleAfter(table, '8;5;58;21')).toBe(0);
		expect(styleAfter(table, '38;5')).toBe(0);
	});

	it('change with one sequence', () => {
		const table = new StyleTable();
		const red = styleAfter(table, '1;31');
		const blue = styleAfter(table, '34');
		expect([table.change(red, red), table.change(0, red), table.change(red, blue), table.change(red, 0)]).toEqual([
			'',
			'\x1b[1;31m',
			'\x1b[0;34m',
			'\x1b[m',
		]);
	});

	it('are bounded, whatever data colours itself with', () => {
		const table = new StyleTable();
		const seen = new Set<number>();
		for (let red = 0; red < 256; red++)
			for (let green = 0; green < 32; green++) seen.add(table.after(0, `38;2;${red};${green};7`));
		expect(seen.size).toBeLessThanOrEqual(4096);
	});
});

describe('held printing', () => {
	it('keeps the newest text, without controls, and puts the streams right again', async () => {
		const write = vi.fn(() => true);
		const stream = { write };
		const held = holdPrinting([stream]);
		const done = vi.fn();
		(stream.write as (text: string, done?: () => void) => boolean)('\x1b[31mred\x1b[0m\x07\tone\n', done);
		stream.write(...([Buffer.from('two\n')] as unknown as []));
		expect(held.release()).toBe('red\tone\ntwo\n');
		expect(stream.write).toBe(write);
		expect(write).not.toHaveBeenCalled();
		await vi.waitFor(() => expect(done).toHaveBeenCalledOnce());
	});

	it('is bounded', () => {
		const stream = { write: (_: string | Uint8Array) => true };
		const held = holdPrinting([stream]);
		for (let line = 0; line < 10_000; line++) stream.write(`line ${line}\n`);
		const text = held.release();
		expect(text.length).toBeLessThan(20_000);
		expect(text.endsWith('line 9999\n')).toBe(true);
	});
});

describe('a storm of resizes', () => {
	it('is told once it is over, and at the latest after a while', () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
		try {
			const settled = vi.fn();
			const storm = settle(settled);
			for (let at = 0; at < 5; at++) storm.poke();
			expect(settled).not.toHaveBeenCalled();
			vi.runAllTimers();
			expect(settled).toHaveBeenCalledTimes(1);
			for (let at = 0; at < 40; at++) {
				storm.poke();
				vi.advanceTimersByTime(10);
			}
			expect(settled.mock.calls.length).toBeGreaterThan(1);
			expect(settled.mock.calls.length).toBeLessThan(4);
			vi.runAllTimers();
			const calls = settled.mock.calls.length;
			storm.poke();
			storm.cancel();
			vi.runAllTimers();
			expect(settled).toHaveBeenCalledTimes(calls);
		} finally {
			vi.useRealTimers();
		}
	});
});
