import type { Frame, Row, Run, Style } from './frame.ts';
import { theme } from './palette.ts';
import { cell, isStroke, type Pen, shapeOf } from './shapes.ts';

const baseline = 14;

const escapeXml = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Text in exactly its cells, however wide the reader's font is. */
export const textAt = (x: number, y: number, text: string, classes: string): string =>
	`<text class="${classes}" x="${x}" y="${y}" textLength="${[...text].length * cell.width}">${escapeXml(text)}</text>`;

/** Short names, given in the order in which they are asked for. */
function names<Value>(prefix: string) {
	const known = new Map<string, { readonly name: string; readonly value: Value }>();
	return {
		of(key: string, value: Value): string {
			const found = known.get(key) ?? { name: `${prefix}${known.size.toString(36)}`, value };
			known.set(key, found);
			return found.name;
		},
		all: () => [...known.values()],
	};
}

/** Where a row leaves one pane and enters the next: what changes in one need not be drawn again for the other. */
const seam = /(?<=[│┃╮╯┓┛])(?=[│┃╭╰┏┗])/u;

function cutAtSeams(row: Row): readonly Row[] {
	const pieces: Run[][] = [[]];
	for (const run of row) {
		let column = run.column;
		for (const [index, text] of run.text.split(seam).entries()) {
			if (index > 0) pieces.push([]);
			else if (startsPane(pieces.at(-1)!, text)) pieces.push([]);
			pieces.at(-1)!.push({ ...run, column, text });
			column += text.length;
		}
	}
	return pieces;
}

const startsPane = (before: Row, text: string) => seam.test((before.at(-1)?.text.at(-1) ?? ' ') + text[0]);

/** A drawing of frames: each different piece of a row is kept once and then only named. */
export function createDrawing() {
	const styles = names<Style>('s');
	const pieces = names<string>('p');

	function drawRun({ column, text, style }: Run): string {
		const { foreground, isBold, isDim, isUnderlined } = style;
		const name = styles.of([foreground, isBold, isDim, isUnderlined].join(), style);
		const paths = new Map<Pen, string>();
		let drawn = '';
		// The same sign again and again, words with single blanks between them, or any one sign.
		for (const match of text.matchAll(/([─━┈▁▂▃▄▅▆▇█▒░])\1*|[!-~]+(?: [!-~]+)*|[^ ]/gu)) {
			const x = (column + match.index) * cell.width;
			const shape = shapeOf(match[0][0]!, match[0].length);
			if (shape === null) drawn += textAt(x, baseline, match[0], name);
			else paths.set(shape.pen, `${paths.get(shape.pen) ?? ''}M${x} 0${shape.path}`);
		}
		for (const [pen, path] of paths) drawn += `<path class="${isStroke(pen) ? 'k' : ''}${name} ${pen}" d="${path}"/>`;
		if (style.background === null) return drawn;
		const [x, width] = [column * cell.width, text.length * cell.width];
		return `<rect x="${x}" width="${width}" height="${cell.height}" fill="${style.background}"/>${drawn}`;
	}

	return {
		frame: ({ rows }: Frame): string =>
			rows
				.flatMap((row, y) =>
					cutAtSeams(row)
						.map(piece => piece.map(drawRun).join(''))
						.filter(drawn => drawn !== '')
						.map(drawn => `<use href="#${pieces.of(drawn, drawn)}" y="${y * cell.height}"/>`),
				)
				.join(''),
		definitions: (): string =>
			`<defs>${pieces
				.all()
				.map(({ name, value }) => `<g id="${name}">${value}</g>`)
				.join('\n')}</defs>`,
		css: (): string =>
			[
				`text{font:15px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre}`,
				'.line,.heavy,.dots{fill:none;stroke-width:1.2}.heavy{stroke-width:2.2}.dots{stroke-dasharray:1.4 1.6}',
				'.half{fill-opacity:.55}.quarter{fill-opacity:.22}',
				`.said{fill:${theme.text}}.pressed{fill:${theme.text};font-weight:700}`,
				...styles.all().map(({ name, value }) => {
					const opacity = value.isDim ? ';opacity:.6' : '';
					const bold = value.isBold ? ';font-weight:700' : '';
					const underline = value.isUnderlined ? ';text-decoration:underline' : '';
					return `.${name}{fill:${value.foreground}${bold}${underline}${opacity}}.k${name}{stroke:${value.foreground}${opacity}}`;
				}),
			].join('\n'),
	};
}

export { escapeXml };
