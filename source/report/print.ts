import type { Line, Tone } from '../format/line.ts';

/** Select Graphic Rendition codes of the 16 colours every terminal has; what is missing has none. */
const codes: Readonly<Partial<Record<Tone, string>>> = {
	muted: '2',
	strong: '1',
	title: '1',
	accent: '36',
	good: '32',
	warning: '33',
	critical: '1;31',
	alarm: '7;31',
};

/** Lines as text for standard output, with or without colours; blanks at the end of a line are left out. */
export function printLines(lines: readonly Line[], useColour: boolean): string {
	return lines
		.map(line => {
			const end = line.findLastIndex(segment => segment.text.trimEnd() !== '');
			return line
				.slice(0, end + 1)
				.map((segment, index) => {
					const text = index === end ? segment.text.trimEnd() : segment.text;
					const code = useColour ? codes[segment.tone ?? 'normal'] : undefined;
					return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
				})
				.join('');
		})
		.map(text => `${text}\n`)
		.join('');
}
