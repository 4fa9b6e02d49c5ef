import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { createFilm } from '../../media/film.ts';
import { type Frame, frameOf, selectedText, textOf } from '../../media/frame.ts';
import { colorOf } from '../../media/palette.ts';
import { cell, shapeOf } from '../../media/shapes.ts';
import { filmSvg, type Shot, stillSvg } from '../../media/svg.ts';

/** What a terminal of this size shows after these bytes. */
async function shown(bytes: string, columns = 20, rows = 3): Promise<Frame> {
	const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
	await new Promise<void>(resolve => terminal.write(bytes, resolve));
	return frameOf(terminal);
}

/** Every element that is opened is closed, in order; throws where that is not so. */
function expectWellFormed(xml: string): void {
	const open: string[] = [];
	for (const [, slash, name, , isEmpty] of xml.matchAll(/<(\/?)([a-z]+)((?:\s[^<>"]*(?:"[^"]*")?)*?)\s*(\/?)>/g)) {
		if (slash === '/') expect(open.pop()).toBe(name);
		else if (isEmpty === '') open.push(name!);
	}
	expect(open).toEqual([]);
	expect(xml).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
}

const count = (text: string, part: RegExp) => [...text.matchAll(part)].length;

describe('a frame', () => {
	it('is the text and the colours of the screen', async () => {
		const frame = await shown('plain \x1b[1;31mred\x1b[0m \x1b[38;5;172mrich\r\n\x1b[0;7mchosen line\x1b[0m');
		expect(textOf(frame)).toBe('plain red rich\nchosen line\n');
		const red = frame.rows[0]!.find(({ text }) => text === 'red');
		expect(red).toMatchObject({ column: 6, style: { isBold: true, foreground: colorOf(1, false) } });
		expect(frame.rows[0]!.find(({ text }) => text === 'rich')?.style.foreground).toBe('#d78700');
		expect(selectedText(frame).trimEnd()).toBe('chosen line');
	});
});

describe('a still', () => {
	it('holds every word at its cell, with what XML would take for markup', async () => {
		const svg = stillSvg(await shown('a <b> & "c"    next'), 'one & all');
		expectWellFormed(svg);
		expect(svg).toContain('<title>one &amp; all</title>');
		expect(svg).toContain(`textLength="${11 * cell.width}">a &lt;b&gt; &amp; &quot;c&quot;</text>`);
		expect(svg).toContain(`x="${15 * cell.width}"`);
		expect(svg).toContain('>next</text>');
	});

	it('draws lines and blocks as paths, so that they meet whatever the font', async () => {
		const svg = stillSvg(await shown('┏━━━┓\r\n│▅█░│'), 'a frame');
		expect(svg).not.toMatch(/[┏━┓│▅█░]/u);
		expect(svg).toContain(`h${3 * cell.width}`);
		expect(shapeOf('█', 2)?.path).toBe(`m0 0h${2 * cell.width}v${cell.height}h-${2 * cell.width}z`);
		expect(shapeOf('●', 1)).toBeNull();
	});

	it('draws a piece once, however often it is on the screen', async () => {
		const svg = stillSvg(await shown('│ same ││ same │\r\n│ same ││ same │'), 'twice');
		expect(count(svg, />same<\/text>/g)).toBe(2);
		expect(count(svg, /<use /g)).toBe(4);
	});
});

describe('a film', () => {
	const shot = (atSeconds: number, frame: Frame, key: string | null = null): Shot => ({
		atSeconds,
		frame,
		caption: { key, text: 'what goes on' },
	});

	it('steps from frame to frame at their moments, and stands still for who wants that', async () => {
		const svg = filmSvg([shot(10, await shown('one')), shot(11, await shown('two'), 'Enter')], 14, 'a film');
		expectWellFormed(svg);
		expect(svg).toContain('animation:film 4s step-end infinite');
		expect(svg).toContain('0%{transform:translateX(0px)}25%{transform:translateX(-');
		expect(svg).toMatch(/prefers-reduced-motion:reduce\)\{\.film\{animation:none\}/);
		expect(svg).toContain('>Enter</text>');
	});

	it('needs a frame', () => expect(() => filmSvg([], 1, 'nothing')).toThrow('nothing was recorded'));

	it('is asked for nothing before it starts', async () => {
		const frame = await shown('one');
		const film = createFilm({ frame: () => frame });
		film.say('not yet');
		expect(film.shots()).toEqual([]);
	});
});
