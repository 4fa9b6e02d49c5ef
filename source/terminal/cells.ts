import { clustersOf, isPlain } from './clusters.ts';
import type { StyleId, StyleTable } from './styles.ts';

/**
 * One row of the screen, cell by cell. A cluster that takes several cells stands in the first of them; the others are
 * the empty string. Both lists are as long as the screen is wide.
 */
export type Row = {
	readonly clusters: readonly string[];
	readonly styles: readonly StyleId[];
};

const escapeCode = 0x1b;

/** CSI with its parameters and final byte, or a string sequence (OSC, DCS…), or any shorter escape. */
const sequence =
	/\x1b(?:\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])?|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x20-\x2f]*[\x30-\x7e]?)/y;

/** The end of the characters that may form clusters with the one at `from`: up to a plain one or an escape. */
function endOfJoined(text: string, from: number): number {
	let end = from + 1;
	while (end < text.length) {
		const code = text.charCodeAt(end);
		if (code === escapeCode || isPlain(code)) return end;
		end++;
	}
	return end;
}

/** What stands for the punctuation of our own texts where only ASCII may be sent. */
const asciiOf: ReadonlyMap<string, string> = new Map([
	['–', '-'],
	['…', '~'],
	['’', "'"],
	['·', '|'],
	['→', '>'],
]);

/**
 * Cuts a row as Ink hands it over (text and SGR sequences) into cells. Every other sequence is dropped: what comes out
 * holds printable clusters only. `asciiOnly` is for terminals whose locale is not UTF-8: each cell of other characters
 * becomes `?`, but for the punctuation of our own texts.
 */
export function cellsOf(text: string, columns: number, table: StyleTable, asciiOnly = false): Row {
	const clusters: string[] = [];
	const styles: StyleId[] = [];
	let style: StyleId = 0;

	const put = (cluster: string, width: number) => {
		// Half a wide character cannot be shown: blanks take its place at the edge.
		const fits = clusters.length + width <= columns;
		for (let cell = 0; cell < width && clusters.length < columns; cell++) {
			const isReplaced = asciiOnly && (cluster.length > 1 || cluster.charCodeAt(0) > 0x7e);
			const shown = isReplaced ? (asciiOf.get(cluster) ?? '?') : cell === 0 ? cluster : '';
			clusters.push(fits ? shown : ' ');
			styles.push(style);
		}
	};

	for (let at = 0; at < text.length && clusters.length < columns; ) {
		const code = text.charCodeAt(at);
		if (code === escapeCode) {
			sequence.lastIndex = at;
			const match = sequence.exec(text)!;
			if (match[2] === 'm' && /^[\d;]*$/.test(match[1]!)) style = table.after(style, match[1]!);
			at += match[0].length;
			continue;
		}
		const next = text.charCodeAt(at + 1);
		if (isPlain(code) && (Number.isNaN(next) || next === escapeCode || isPlain(next))) {
			put(text[at]!, 1);
			at++;
			continue;
		}
		const end = endOfJoined(text, at);
		for (const { cluster, width } of clustersOf(text.slice(at, end))) put(cluster, width);
		at = end;
	}
	while (clusters.length < columns) {
		clusters.push(' ');
		styles.push(0);
	}
	return { clusters, styles };
}
