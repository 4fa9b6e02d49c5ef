import { cellsOf, type Row } from './cells.ts';
import { Pen, paintRow } from './difference.ts';
import { StyleTable } from './styles.ts';

export type Size = { readonly columns: number; readonly rows: number };

/** Where the bytes go: a terminal that never blocks (`tty.ts`), or a fake. */
export type Sink = {
	/** `done` is called once, later, when all of it was taken, or with the error that says it never will be. */
	write(bytes: string, done: (error?: Error | null) => void): void;
	size(): Size;
};

export type OutputOptions = {
	readonly sink: Sink;
	/** The locale is not UTF-8: send `?` for every cell of another character. */
	readonly asciiOnly?: boolean;
	/** The terminal takes no more. */
	readonly onBroken: () => void;
};

/**
 * From this size on a frame is marked as one for terminals that hold back half-drawn frames (DEC mode 2026). Nothing
 * relies on it: frames never erase before they paint, and small ones arrive in one piece anyway.
 */
const markedFrameBytes = 1024;

const marked = (bytes: string) => (bytes.length < markedFrameBytes ? bytes : `\x1b[?2026h${bytes}\x1b[?2026l`);

/**
 * Takes whole frames, as Ink makes them, compares them with what the terminal shows, and sends only changed cells.
 * While the terminal has not taken the last difference, frames are dropped; the newest is painted when it has. While
 * closed (before the alternate screen is entered, during suspension, after the end) nothing is sent at all.
 */
export class Output {
	readonly #sink: Sink;
	readonly #asciiOnly: boolean;
	readonly #onBroken: () => void;
	readonly #styles = new StyleTable();
	#size: Size;
	#lines: readonly string[] = [];
	/** What the terminal shows: for each row its source text and its cells; empty where nothing is known. */
	#shownLines: (string | null)[] = [];
	#shownRows: (Row | null)[] = [];
	#isOpen = false;
	#isHeld = false;
	#isWriting = false;
	#isBehind = false;

	constructor({ sink, asciiOnly = false, onBroken }: OutputOptions) {
		this.#sink = sink;
		this.#asciiOnly = asciiOnly;
		this.#onBroken = onBroken;
		this.#size = sink.size();
	}

	get columns(): number {
		return this.#size.columns;
	}

	get rows(): number {
		return this.#size.rows;
	}

	/** Rows of text and SGR sequences, parted by newlines; what else is in them is dropped. */
	write(frame: string): void {
		this.#lines = frame.split('\n');
		this.#paint();
	}

	/** The alternate screen is there, with unknown content: paint the newest frame whole, and go on from there. */
	open(): void {
		this.#isOpen = true;
		this.repaint();
	}

	close(): void {
		this.#isOpen = false;
	}

	/** Forgets what the terminal shows and sends the newest frame whole. */
	repaint(): void {
		this.#size = this.#sink.size();
		this.#shownLines = [];
		this.#shownRows = [];
		this.#paint();
	}

	/** Between `hold` and `release` nothing is sent; `release` reads the size again and repaints once. */
	hold(): void {
		this.#isHeld = true;
	}

	release(): void {
		this.#isHeld = false;
		this.repaint();
	}

	/** Reads the size without painting, so that the next frame can be made for it. */
	measure(): Size {
		this.#size = this.#sink.size();
		return this.#size;
	}

	#paint(): void {
		if (!this.#isOpen || this.#isHeld || this.#isWriting || this.#lines.length === 0) {
			this.#isBehind = true;
			return;
		}
		this.#isBehind = false;
		const bytes = this.#difference();
		if (bytes === '') return;
		this.#isWriting = true;
		this.#sink.write(marked(bytes), error => {
			this.#isWriting = false;
			if (error) this.#onBroken();
			else if (this.#isBehind && this.#isOpen) this.#paint();
		});
	}

	#difference(): string {
		const pen = new Pen(this.#styles);
		for (let y = 0; y < this.rows; y++) {
			const line = this.#lines[y] ?? '';
			if (this.#shownLines[y] === line) continue;
			const row = cellsOf(line, this.columns, this.#styles, this.#asciiOnly);
			paintRow(this.#shownRows[y] ?? null, row, y, pen);
			this.#shownLines[y] = line;
			this.#shownRows[y] = row;
		}
		return pen.finish();
	}
}
