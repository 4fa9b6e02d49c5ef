import type { MetricSamples } from '../cluster/reading.ts';

/** What histograms and summaries add to the name of their family. */
const parts = ['_bucket', '_sum', '_count'];
const suffix = /_(?:bucket|sum|count)$/;

/** The name, then labels in quotes that may hold anything, then the value; a timestamp may follow. */
const sample = /^([a-zA-Z_:][\w:]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?)[ \t]+(\S+)/;

const special: Readonly<Record<string, number>> = {
	NaN: Number.NaN,
	'+Inf': Number.POSITIVE_INFINITY,
	Inf: Number.POSITIVE_INFINITY,
	'-Inf': Number.NEGATIVE_INFINITY,
};

/**
 * Takes the samples of wanted families out of a Prometheus text page as it arrives. A page of etcd has some two thousand
 * lines, of which a monitor wants fifty: nothing is made of the others.
 */
export class ExpositionScan {
	readonly samples = new Map<string, number>();
	readonly #wanted: ReadonlySet<string>;
	readonly #decoder = new TextDecoder();
	#rest = '';
	/** Lines of a family follow each other: the verdict on one name holds for its neighbours. */
	#lastName = '';
	#isLastWanted = false;
	#looksRight = false;
	/** Inside a family that nobody wants. */
	#isSkipping = false;

	constructor(wanted: ReadonlySet<string>) {
		this.#wanted = wanted;
	}

	/** Whether anything so far had the form of a metrics page. */
	get looksLikeMetrics(): boolean {
		return this.#looksRight;
	}

	push(chunk: Uint8Array): void {
		this.#scan(this.#rest + this.#decoder.decode(chunk, { stream: true }));
	}

	/** The last line may lack its end. */
	end(): MetricSamples {
		this.#scan(`${this.#rest}${this.#decoder.decode()}\n`);
		return this.samples;
	}

	#scan(text: string): void {
		let start = 0;
		for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
			this.#line(text, start, end);
			start = this.#isSkipping ? nextComment(text, end) : end + 1;
		}
		this.#rest = text.slice(start);
	}

	#line(text: string, start: number, end: number): void {
		if (text.startsWith('# ', start)) {
			this.#comment(text, start + 2, end);
			return;
		}
		if (this.#isSkipping) return;
		if (!this.#isOfLastName(text, start)) {
			this.#lastName = nameAt(text, start, end);
			this.#isLastWanted = this.#isWanted(this.#lastName);
		}
		if (!this.#isLastWanted) return;
		const found = sample.exec(text.slice(start, end));
		if (found === null) return;
		const value = special[found[2]!] ?? Number(found[2]);
		// A number that is none is a torn line; NaN that was meant is in the table.
		if (Number.isNaN(value) && found[2] !== 'NaN') return;
		this.#looksRight = true;
		this.samples.set(found[1]!, value);
	}

	/** `TYPE name kind` stands before the samples of its family: those of others are passed over without a look. */
	#comment(text: string, start: number, end: number): void {
		const isType = text.startsWith('TYPE ', start);
		this.#looksRight ||= isType || text.startsWith('HELP ', start);
		if (!isType) return;
		const family = nameAt(text, start + 5, end);
		this.#isSkipping = !this.#isWanted(family) && !parts.some(part => this.#wanted.has(family + part));
	}

	#isWanted(name: string): boolean {
		return this.#wanted.has(name) || this.#wanted.has(name.replace(suffix, ''));
	}

	#isOfLastName(text: string, start: number): boolean {
		if (this.#lastName === '' || !text.startsWith(this.#lastName, start)) return false;
		const next = text[start + this.#lastName.length];
		return next === '{' || next === ' ' || next === '\t';
	}
}

/** Where the next comment begins after the end of a line; without one, where the last line that is there begins. */
function nextComment(text: string, lineEnd: number): number {
	const comment = text.indexOf('\n#', lineEnd);
	return 1 + (comment >= 0 ? comment : text.lastIndexOf('\n'));
}

function nameAt(text: string, start: number, end: number): string {
	let at = start;
	while (at < end && text[at] !== '{' && text[at] !== ' ' && text[at] !== '\t') at++;
	return text.slice(start, at);
}

/** The samples of the wanted families in a whole page. */
export function scanExposition(page: Uint8Array, wanted: ReadonlySet<string>): MetricSamples {
	const scan = new ExpositionScan(wanted);
	scan.push(page);
	return scan.end();
}
