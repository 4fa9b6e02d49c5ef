import { mount } from '../../source/components/mount.ts';
import { createTheme, type Theme } from '../../source/components/theme.ts';
import type { State } from '../../source/control/state.ts';
import { viewOf } from '../../source/control/view.ts';
import { App, drawingOf, pictureOf } from '../../source/panes/app.tsx';
import { Output } from '../../source/terminal/output.ts';
import { emulator, text, written } from '../terminal/emulator.ts';
import { fakeSink } from '../terminal/fake-sink.ts';

export const usualTheme = createTheme('256', true);

/** The frame that Ink makes of a state: rows of text and SGR sequences. */
export function frameOf(state: State, theme: Theme = usualTheme): readonly string[] {
	const frames: string[] = [];
	const stdout = { ...state.size, write: (frame: string) => void frames.push(frame) };
	const mounted = mount(<App picture={pictureOf(viewOf(state), theme)} />, {
		stdout,
		stdin: process.stdin,
		stderr: process.stderr,
	});
	mounted.unmount();
	return frames[0]!.split('\n');
}

/** A row without its styles. */
export const plain = (row: string): string => row.replaceAll(/\x1b\[[\d;]*m/g, '');

/** The same rows without Ink, which only puts them side by side: for tests that look at very many. */
export const paintedRows = (state: State): readonly string[] =>
	drawingOf(viewOf(state), usualTheme).picture.flatMap(band =>
		band[0]!.rows.map((_, y) => band.map(({ rows }) => rows[y]!).join('')),
	);

/** What the terminal shows of a state: drawn by Ink, sent as changed cells, read back from an emulator. */
export async function screenOf(state: State, theme: Theme = usualTheme): Promise<readonly string[]> {
	const { columns, rows } = state.size;
	const { sink, take } = fakeSink(columns, rows);
	const output = new Output({ sink, asciiOnly: theme.glyphs.ellipsis === '~', onBroken: () => {} });
	output.open();
	output.write(frameOf(state, theme).join('\n'));
	const terminal = emulator(columns, rows);
	await written(terminal, take());
	const shown = text(terminal);
	terminal.dispose();
	return shown;
}
