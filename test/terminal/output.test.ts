import { describe, expect, it, vi } from 'vitest';
import { Output } from '../../source/terminal/output.ts';
import { emulator, text, written } from './emulator.ts';
import { fakeSink } from './fake-sink.ts';

function opened(columns = 80, rows = 24, asciiOnly = false) {
	const fake = fakeSink(columns, rows);
	const onBroken = vi.fn();
	const output = new Output({ sink: fake.sink, asciiOnly, onBroken });
	output.open();
	return { fake, output, onBroken };
}

const screen = (digit: string) =>
	Array.from(
		{ length: 24 },
		(_, y) => `\x1b[2m│\x1b[0m row ${y} \x1b[1;36m${y === 7 ? digit : '0'}\x1b[0m ${'x'.repeat(40)}`,
	).join('\n');

describe('the output', () => {
	it('sends nothing for the same frame', () => {
		const { fake, output } = opened();
		output.write(screen('0'));
		expect(fake.take()).not.toBe('');
		output.write(screen('0'));
		expect(fake.sent).toEqual([]);
	});

	it('sends one changed digit in less than 40 bytes, without erasing', () => {
		const { fake, output } = opened();
		output.write(screen('0'));
		fake.take();
		output.write(screen('9'));
		expect(fake.take()).toBe('\x1b[8;9H\x1b[1;36m9\x1b[m');
	});

	it('leaves the cursor where it is over a small gap, and moves it over a wide one', () => {
		const { fake, output } = opened(40, 1);
		output.write('a....b................c');
		fake.take();
		output.write('A....B................C');
		expect(fake.take()).toBe('\x1b[1;1HA....B\x1b[23GC');
	});

	it('erases the end of a row instead of writing blanks', () => {
		const { fake, output } = opened(80, 1);
		output.write('x'.repeat(80));
		fake.take();
		output.write('x');
		expect(fake.take()).toBe('\x1b[1;2H\x1b[K');
	});

	it('drops frames while the terminal does not take them, and then paints the newest', () => {
		const { fake, output } = opened(10, 1);
		output.write('first');
		fake.take();
		fake.isStalled = true;
		output.write('second');
		output.write('third');
		output.write('fourth');
		expect(fake.sent).toHaveLength(1);
		fake.isStalled = false;
		fake.drain();
		expect(fake.sent).toHaveLength(2);
		expect(fake.sent[1]).toContain('f');
		output.write('fourth');
		expect(fake.sent).toHaveLength(2);
	});

	it('sends nothing while closed or held, and the newest frame whole afterwards', async () => {
		const { fake, output } = opened(10, 2);
		output.write('a\nb');
		fake.take();
		output.close();
		output.write('c\nd');
		output.repaint();
		expect(fake.sent).toEqual([]);
		output.open();
		output.hold();
		output.write('e\nf');
		output.release();
		const terminal = emulator(10, 2);
		await written(terminal, fake.sent.at(-1));
		expect(text(terminal)).toEqual(['e', 'f']);
	});

	it('tells that the terminal is gone', () => {
		const { fake, output, onBroken } = opened(10, 1);
		fake.isStalled = true;
		output.write('a');
		expect(onBroken).not.toHaveBeenCalled();
		fake.drain(new Error('EIO'));
		expect(onBroken).toHaveBeenCalledOnce();
	});

	it('marks a big frame as one', () => {
		const { fake, output } = opened(200, 50);
		output.write(Array.from({ length: 50 }, (_, y) => `row ${y} `.repeat(20)).join('\n'));
		expect(fake.take()).toMatch(/^\x1b\[\?2026h[\s\S]*\x1b\[\?2026l$/);
	});

	it('sends no control of others', () => {
		const { fake, output } = opened(60, 4);
		const hostile =
			'a\x1b]0;title\x07b\x1b[2Jc\x1bPq\x1b\\d\x9b31me\x07f\x08g\x7fh\u202ei\u200bj\x1b]52;c;aGk=\x1b\\k\ud800l\x1b[8mm\x1bc\x1b[?1049ln';
		output.write(`${hostile}\n\x1b[38;5mo\x1b[5;25mp\x1b[1;38:2::1:2:3mq\rr\x1b`);
		const sent = fake.take();
		const ours = sent.replaceAll(/\x1b\[(?:\d+;\d+H|\d+G|K|[\d;]*m|\?2026[hl])/g, '');
		expect(ours).not.toMatch(/[\p{Control}\p{Surrogate}\u202e\u200b]/u);
		expect(ours).toContain('abcd');
		expect(sent).not.toMatch(/\x1b\[[\d;]*(?:\b8|\b5)m/);
	});

	it('replaces what is not ASCII for other locales, cell by cell', async () => {
		const { fake, output } = opened(20, 1, true);
		output.write('a日b\u0301│é😀z');
		const sent = fake.take();
		expect(sent).toMatch(/^[\x1b\x20-\x7e]*$/);
		const terminal = emulator(20, 1);
		await written(terminal, sent);
		expect(text(terminal)[0]).toBe('a???????z');
	});

	it('cuts a wide character that does not fit at the edge', async () => {
		const { fake, output } = opened(4, 1);
		output.write('abc日');
		const terminal = emulator(4, 1);
		await written(terminal, fake.take());
		expect(text(terminal)).toEqual(['abc ']);
	});

	it('copes with heaps of combining marks', () => {
		const { fake, output } = opened(4, 1);
		output.write(`a${'\u0301'.repeat(10_000)}b`);
		expect(fake.take().length).toBeLessThan(100);
	});
});

describe('what is told beside the picture', () => {
	const title = (text: string) => `\x1b]2;${text}\x1b\\`;

	it('is a title where it changed, and the bell once', () => {
		const { fake, output } = opened(20, 1);
		output.write('a');
		fake.take();
		output.announce({ title: 'HEALTHY', isBell: false });
		output.announce({ title: 'HEALTHY', isBell: false });
		expect(fake.take()).toBe(title('HEALTHY'));
		output.announce({ title: 'CRITICAL', isBell: true });
		expect(fake.take()).toBe(`\x07${title('CRITICAL')}`);
		output.write('b');
		expect(fake.take()).not.toMatch(/\x07|\x1b\]/);
		output.announce({ title: null, isBell: true });
		expect(fake.take()).toBe('\x07');
	});

	it('waits with everything else while the terminal takes nothing: of titles only the last', () => {
		const { fake, output } = opened(20, 1);
		fake.isStalled = true;
		output.write('a');
		fake.take();
		for (const text of ['one', 'two', 'three']) output.announce({ title: text, isBell: true });
		expect(fake.sent).toEqual([]);
		fake.drain();
		expect(fake.take()).toBe(`\x07${title('three')}`);
	});

	it('is told again after the terminal was given back, and not while it is', () => {
		const { fake, output } = opened(20, 1);
		output.write('a');
		output.announce({ title: 'one', isBell: false });
		output.close();
		fake.take();
		output.announce({ title: 'two', isBell: true });
		expect(fake.sent).toEqual([]);
		output.open();
		expect(fake.take()).toContain(`\x07${title('two')}`);
		output.repaint();
		expect(fake.take()).toContain(title('two'));
	});

	it('holds nothing that ends the title or begins another sequence', () => {
		const { fake, output } = opened(20, 1, true);
		output.write('a');
		fake.take();
		output.announce({ title: 'm\x07\x1b]52;c;aGk=\x9c\n日 ok', isBell: false });
		expect(fake.take()).toBe(title('m]52;c;aGk=? ok'));
	});
});
