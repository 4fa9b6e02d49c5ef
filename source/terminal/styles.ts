/** A text style, by its number in a `StyleTable`; 0 is the terminal's default. */
export type StyleId = number;

type Style = {
	/** SGR parameters that are on: 1 bold, 2 dim, 3 italic, 4 underline, 7 inverse, 9 crossed out. */
	readonly attributes: readonly number[];
	/** SGR parameters such as `36` or `38;5;208`; empty for the default colour. */
	readonly foreground: string;
	readonly background: string;
};

const plain: Style = { attributes: [], foreground: '', background: '' };
const switchedOffBy: Readonly<Record<number, readonly number[]>> = { 22: [1, 2], 23: [3], 24: [4], 27: [7], 29: [9] };
const known = new Set([1, 2, 3, 4, 7, 9]);

/** More styles than any theme has: beyond it a style is drawn as the default instead of growing the table for ever. */
const maxStyles = 4096;

const isColor = (code: number, first: number) =>
	(code >= first && code <= first + 7) || (code >= first + 60 && code <= first + 67);

/** The length of an extended colour (`38;5;n`, `38;2;r;g;b`) that starts at `at`; 1 where it is not complete. */
function extendedColorLength(codes: readonly number[], at: number): number {
	const length = codes[at + 1] === 5 ? 3 : codes[at + 1] === 2 ? 5 : 1;
	return at + length <= codes.length ? length : 1;
}

function apply(style: Style, codes: readonly number[]): Style {
	let { attributes, foreground, background } = style;
	for (let at = 0; at < codes.length; at++) {
		const code = codes[at]!;
		const off = switchedOffBy[code];
		if (code === 0) ({ attributes, foreground, background } = plain);
		else if (known.has(code)) attributes = [...new Set([...attributes, code])].sort();
		else if (off !== undefined) attributes = attributes.filter(each => !off.includes(each));
		else if (code === 39) foreground = '';
		else if (code === 49) background = '';
		else if (isColor(code, 30)) foreground = String(code);
		else if (isColor(code, 40)) background = String(code);
		else if (code === 38 || code === 48) {
			const length = extendedColorLength(codes, at);
			const value = length === 1 ? '' : codes.slice(at, at + length).join(';');
			if (code === 38) foreground = value;
			else background = value;
			at += length - 1;
		}
	}
	return { attributes, foreground, background };
}

/** Numbers styles, so that two cells are compared by comparing two numbers. */
export class StyleTable {
	readonly #styles: Style[] = [plain];
	readonly #parameters: string[] = [''];
	readonly #ids = new Map<string, StyleId>([['', 0]]);
	readonly #steps = new Map<string, StyleId>();

	/** The style after the SGR sequence with these parameters (`1;36`) was sent in this style. */
	after(style: StyleId, parameters: string): StyleId {
		const step = `${style} ${parameters}`;
		const known = this.#steps.get(step);
		if (known !== undefined) return known;
		const codes = parameters === '' ? [0] : parameters.split(';').map(Number);
		const id = this.#idOf(apply(this.#styles[style]!, codes));
		if (this.#steps.size < maxStyles) this.#steps.set(step, id);
		return id;
	}

	/** The shortest safe sequence that turns one style into another, whatever they have in common. */
	change(from: StyleId, to: StyleId): string {
		if (from === to) return '';
		if (to === 0) return '\x1b[m';
		return from === 0 ? `\x1b[${this.#parameters[to]!}m` : `\x1b[0;${this.#parameters[to]!}m`;
	}

	#idOf(style: Style): StyleId {
		const parameters = [...style.attributes, style.foreground, style.background].filter(part => part !== '').join(';');
		const known = this.#ids.get(parameters);
		if (known !== undefined) return known;
		if (this.#styles.length >= maxStyles) return 0;
		this.#styles.push(style);
		this.#parameters.push(parameters);
		this.#ids.set(parameters, this.#styles.length - 1);
		return this.#styles.length - 1;
	}
}
