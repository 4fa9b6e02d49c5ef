/**
 * Ink spends most of a frame on text that is already done: it cuts every row into styled characters, measures them and
 * puts them together again, some 7 ms for a screen of 200x50 where its layout takes less than 1 ms. So Ink is given one
 * character for each finished row, from Unicode's private use area, and the frame that comes out gets the rows in their
 * places. Text of others never holds such a character: `safeText` escapes them.
 */

const firstSign = 0xe000;
const lastSign = 0xf8ff;

type Row = { readonly text: string; readonly width: number };

export type StandIns = {
	/** The character that stands for this row until a frame comes without it; the same for the same row. */
	signFor(text: string, width: number): string;
	/** The frame with each sign replaced by its row, which also takes the place of the blanks behind the sign. */
	expand(frame: string): string;
};

const isSign = (code: number) => code >= firstSign && code <= lastSign;

export function createStandIns(): StandIns {
	const rows = new Map<number, Row>();
	const signs = new Map<string, number>();
	let next = firstSign;

	const freeSign = (): number => {
		while (rows.has(next)) next = next === lastSign ? firstSign : next + 1;
		return next;
	};

	const expandLine = (line: string, seen: Set<number>): string => {
		let expanded = '';
		for (let at = 0; at < line.length; ) {
			const code = line.charCodeAt(at);
			const row = rows.get(code);
			at++;
			if (!isSign(code)) expanded += line[at - 1];
			if (row === undefined) continue;
			seen.add(code);
			expanded += row.text;
			for (let cell = 1; cell < row.width && line[at] === ' '; cell++) at++;
		}
		return expanded;
	};

	const forgetAllBut = (seen: ReadonlySet<number>) => {
		for (const [sign, { text, width }] of rows)
			if (!seen.has(sign)) {
				rows.delete(sign);
				signs.delete(`${width} ${text}`);
			}
	};

	return {
		signFor: (text, width) => {
			const key = `${width} ${text}`;
			const known = signs.get(key);
			// A screen has some hundred rows; with thousands on it the row itself is no worse than a sign.
			if (known === undefined && rows.size > lastSign - firstSign) return text;
			const sign = known ?? freeSign();
			rows.set(sign, { text, width });
			signs.set(key, sign);
			return String.fromCharCode(sign);
		},
		expand: frame => {
			const seen = new Set<number>();
			const expanded = frame
				.split('\n')
				.map(line => expandLine(line, seen))
				.join('\n');
			forgetAllBut(seen);
			return expanded;
		},
	};
}
