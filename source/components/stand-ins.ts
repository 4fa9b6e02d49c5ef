/**
 * Ink spends most of a frame on text that is already done: it cuts every row into styled characters, measures them and
 * puts them together again, some 7 ms for a screen of 200x50 where its layout takes less than 1 ms. So Ink is given one
 * character for each row of the screen, from Unicode's private use area, and the frame that comes out gets the rows in
 * their places. While the rows keep their places only what stands for them changes, and Ink need not draw at all. Text
 * of others never holds such a character: `safeText` escapes them.
 */

const firstSign = 0xe000;
const lastSign = 0xf8ff;

type Row = { text: string; width: number };

/** Rows that stand one below the other. */
export type Block = {
	/** What Ink is to draw for these rows: the same list for as many rows as before, whatever they hold. */
	signsFor(rows: readonly string[], width: number): readonly string[];
	/** Its rows are no longer drawn. */
	release(): void;
};

export type StandIns = {
	createBlock(): Block;
	/** The frame with each sign replaced by its row, which also takes the place of the blanks behind the sign. */
	expand(frame: string): string;
};

const isSign = (code: number) => code >= firstSign && code <= lastSign;

export function createStandIns(): StandIns {
	const rows = new Map<number, Row>();
	let next = firstSign;

	/** Null where all are taken: a screen has some hundred rows, and with thousands the row itself is no worse. */
	const take = (): number | null => {
		if (rows.size > lastSign - firstSign) return null;
		while (rows.has(next)) next = next === lastSign ? firstSign : next + 1;
		rows.set(next, { text: '', width: 0 });
		return next;
	};

	const expandLine = (line: string): string => {
		let expanded = '';
		for (let at = 0; at < line.length; ) {
			const code = line.charCodeAt(at);
			const row = rows.get(code);
			at++;
			if (!isSign(code)) expanded += line[at - 1];
			if (row === undefined) continue;
			expanded += row.text;
			for (let cell = 1; cell < row.width && line[at] === ' '; cell++) at++;
		}
		return expanded;
	};

	return {
		createBlock() {
			let codes: readonly number[] = [];
			let signs: readonly string[] = [];
			const release = () => {
				for (const code of codes) rows.delete(code);
				codes = [];
				signs = [];
			};
			return {
				release,
				signsFor(texts, width) {
					if (signs.length !== texts.length) {
						release();
						codes = texts.map(take).filter(code => code !== null);
						signs = codes.map(code => String.fromCharCode(code));
					}
					if (codes.length < texts.length) {
						release();
						return texts;
					}
					for (const [index, code] of codes.entries()) {
						const row = rows.get(code)!;
						row.text = texts[index]!;
						row.width = width;
					}
					return signs;
				},
			};
		},
		expand: frame => frame.split('\n').map(expandLine).join('\n'),
	};
}
