import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { type Frame, frameOf } from '../../media/frame.ts';
import { play } from '../../media/player.ts';
import type { Screen } from '../../media/screen.ts';
import { choose, press, retry, still, until } from '../../media/step.ts';

const lines = ['keep five minutes', 'keep one minute', 'keep nothing'];

/** A menu that answers to `j` and Enter; the selected line is inverse. */
function menuScreen() {
	const terminal = new headless.Terminal({ cols: 30, rows: 4, allowProposedApi: true });
	let selected = 0;
	let chosen = '';
	const pressed: string[] = [];
	let frame: Frame = frameOf(terminal);
	const draw = async () => {
		const rows = lines.map((line, index) => (index === selected ? `\x1b[7m${line.padEnd(24)}\x1b[0m` : line));
		await new Promise<void>(resolve => terminal.write(`\x1b[2J\x1b[H${[...rows, chosen].join('\r\n')}`, resolve));
		frame = frameOf(terminal);
	};
	const screen: Screen = {
		frame: () => frame,
		press(key) {
			pressed.push(key);
			if (key === 'j') selected = Math.min(selected + 1, lines.length - 1);
			if (key === '\r') chosen = `chosen: ${lines[selected]}`;
			if (key === 'r' && pressed.filter(each => each === 'r').length === 2) chosen = 'ready';
			void draw();
		},
		resize() {},
		async until(condition) {
			await expect.poll(() => condition(frame)).toBe(true);
		},
		quiet: async () => {},
		end: async () => {},
	};
	return { screen, pressed, draw };
}

describe('a play', () => {
	it('goes to the line that is meant and chooses it', async () => {
		const { screen, pressed, draw } = menuScreen();
		await draw();
		const written: string[] = [];
		const player = { screen, film: null, write: (name: string, svg: string) => written.push(name, svg) };
		await play([choose(/keep nothing/), until(/chosen: keep nothing/), still('menu', 'a menu')], player);
		expect(pressed).toEqual(['j', 'j', '\r']);
		expect(written[0]).toBe('menu');
		expect(written[1]).toContain('>chosen: keep nothing</text>');
	});

	it('asks again until it is there, and no longer', async () => {
		const { screen, pressed, draw } = menuScreen();
		await draw();
		await play([retry('r', /ready/, 0), press('j')], { screen, film: null, write: () => {} });
		expect(pressed).toEqual(['r', 'r', 'j']);
	});
});
