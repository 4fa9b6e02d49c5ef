/**
 * Ink spends most of a frame on text that is already done: it cuts every row into styled characters, measures them and
 * puts them together again, some 7 ms for a screen of 200x50 where its layout takes less than 1 ms. So Ink is given one
 * character for each row of the screen, from Unicode's private use area, and the frame that comes out gets the rows in
 * their places. While the rows keep their places only what stands for them changes, and Ink need not draw at all. Text
 * of others never holds such a character: `safeText` escapes them.
 */

const firstSign = 0xe000;
const lastSign = 0xf8ff;

type Row = { readonly text: string; readonly width: number };

/** Finished rows that stand one below the other in a place of their own. `id` is unique on the screen. */
export type Block = { readonly id: string; readonly rows: readonly string[]; readonly width: number };

export type StandIns = {
	/** What Ink is to draw for a block: the same list for as many rows as before, whatever they hold. */
	signsFor(block: Block): readonly string[];
	/** Runs what makes Ink draw; the signs of blocks that were not asked for in it are free again. */
	drawing<T>(draw: () => T): T;
	/** Puts new rows in the places of the old ones; false where these are not all blocks that are drawn, in their sizes. */
	refill(blocks: readonly Block[]): boolean;
	/** The frame with each sign replaced by its row, which also takes the place of the blanks behind the sign. */
	expand(frame: string): string;
};

type Drawn = { readonly width: number; readonly codes: readonly number[]; readonly signs: readonly string[] };

const isSign = (code: number) => code >= firstSign && code <= lastSign;

export function createStandIns(): StandIns {
	const rows = new Map<number, Row>();
	const drawn = new Map<string, Drawn>();
	const asked = new Set<string>();
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

	const release = (id: string) => {
		for (const code of drawn.get(id)?.codes ?? []) rows.delete(code);
		drawn.delete(id);
	};

	const place = ({ id, rows: texts, width }: Block): Drawn | null => {
		const before = drawn.get(id);
		if (before?.codes.length === texts.length && before.width === width) return before;
		release(id);
		const codes = texts.map(take).filter(code => code !== null);
		const now = { width, codes, signs: codes.map(code => String.fromCharCode(code)) };
		drawn.set(id, now);
		if (codes.length === texts.length) return now;
		release(id);
		return null;
	};

	const fill = ({ codes }: Drawn, { rows: texts, width }: Block) => {
		for (const [index, code] of codes.entries()) rows.set(code, { text: texts[index]!, width });
	};

	return {
		drawing(draw) {
			asked.clear();
			const result = draw();
			for (const id of [...drawn.keys()]) if (!asked.has(id)) release(id);
			return result;
		},
		signsFor(block) {
			asked.add(block.id);
			const now = place(block);
			if (now === null) return block.rows;
			fill(now, block);
			return now.signs;
		},
		refill(blocks) {
			const isSame = ({ id, rows: texts, width }: Block) => {
				const before = drawn.get(id);
				return before?.codes.length === texts.length && before.width === width;
			};
			if (blocks.length !== drawn.size || !blocks.every(isSame)) return false;
			for (const block of blocks) fill(drawn.get(block.id)!, block);
			return true;
		},
		expand: frame => frame.split('\n').map(expandLine).join('\n'),
	};
}
