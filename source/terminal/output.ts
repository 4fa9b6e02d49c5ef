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

/** What is told beside the picture: a title (null leaves it as it is), and the bell. */
export type Announcement = { readonly title: string | null; readonly isBell: boolean };

/** OSC 2, ended by ST: a terminal that does not know it does not take its end for the bell. */
const titleBytes = (title: string, asciiOnly: boolean): string =>
	`\x1b]2;${title.replaceAll(/\p{Control}/gu, '').replaceAll(asciiOnly ? /[^\x20-\x7e]/g : /$^/g, '?')}\x1b\\`;

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
	#title: string | null = null;
	/** What the terminal has as its title; null where that is not ours. */
	#shownTitle: string | null = null;
	#isBellDue = false;

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

	/** Goes out with the next bytes that the terminal takes; of several titles the last. */
	announce({ title, isBell }: Announcement): void {
		this.#title = title ?? this.#title;
		this.#isBellDue ||= isBell;
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
		this.#shownTitle = null;
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
		const bytes = this.#announcement() + marked(this.#difference());
		if (bytes === '') return;
		this.#isWriting = true;
		this.#sink.write(bytes, error => {
			this.#isWriting = false;
			if (error) this.#onBroken();
			else if (this.#isBehind && this.#isOpen) this.#paint();
		});
	}

	#announcement(): string {
		const bell = this.#isBellDue ? '\x07' : '';
		this.#isBellDue = false;
		if (this.#title === null || this.#title === this.#shownTitle) return bell;
		this.#shownTitle = this.#title;
		return bell + titleBytes(this.#title, this.#asciiOnly);
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
