import headless, { type Terminal } from '@xterm/headless';

// The addon reads its tables from the start of the memory that its buffer lies in, wherever in it the buffer begins: one
// in Node's pool, among the small buffers of others, makes it throw `Data error` now and then.
const { poolSize } = Buffer;
Buffer.poolSize = 0;
const { default: graphemesAddon } = await import('@xterm/addon-unicode-graphemes');
Buffer.poolSize = poolSize;

/** A terminal without a window. `graphemes`: it knows the width of clusters; without, it counts code points. */
export function emulator(columns: number, rows: number, graphemes = true): Terminal {
	const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
	if (graphemes) terminal.loadAddon(new graphemesAddon.UnicodeGraphemesAddon());
	// The alternate screen without wrapping, as the session sets it.
	terminal.write('\x1b[?1049h\x1b[?7l');
	return terminal;
}

/** Resolves when everything that was written before is on the screen. */
export const written = (terminal: Terminal, bytes = ''): Promise<void> =>
	new Promise(resolve => terminal.write(bytes, resolve));

/** Every cell of the screen: its text and its style. A blank is a blank, however it came to be there. */
export function cells(terminal: Terminal): string[][] {
	const buffer = terminal.buffer.active;
	return Array.from({ length: terminal.rows }, (_, y) =>
		Array.from({ length: terminal.cols }, (_, x) => {
			const cell = buffer.getLine(buffer.baseY + y)!.getCell(x)!;
			const style = [
				cell.isBold() ? 'bold' : null,
				cell.isDim() ? 'dim' : null,
				cell.isItalic() ? 'italic' : null,
				cell.isUnderline() ? 'underline' : null,
				cell.isInverse() ? 'inverse' : null,
				cell.isStrikethrough() ? 'crossed' : null,
				cell.isFgDefault() ? null : `fg ${cell.getFgColorMode()} ${cell.getFgColor()}`,
				cell.isBgDefault() ? null : `bg ${cell.getBgColorMode()} ${cell.getBgColor()}`,
			].filter(part => typeof part === 'string');
			const text = cell.getWidth() === 0 ? '' : cell.getChars() || ' ';
			return [text, ...style].join(' / ');
		}),
	);
}

/** The rows as text, trailing blanks cut off. */
export function text(terminal: Terminal): string[] {
	const buffer = terminal.buffer.active;
	return Array.from({ length: terminal.rows }, (_, y) => buffer.getLine(buffer.baseY + y)!.translateToString(true));
}
