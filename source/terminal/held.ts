type Printer = { write: (text: string | Uint8Array, ...rest: never[]) => boolean };

/** The newest of what was printed is kept, up to this many characters. */
const maxHeldCharacters = 16_384;

/**
 * While the monitor owns the screen, whatever else prints on these streams (console.log, Node's own warnings, a library)
 * would land in the middle of it. Their `write` is replaced by one that keeps the text; `release` restores it and
 * returns the text, without control characters, for printing after the screen is left.
 */
export function holdPrinting(streams: readonly Printer[]): { release(): string } {
	let held = '';
	const originals = streams.map(stream => stream.write);
	for (const stream of streams) {
		stream.write = (text, ...rest) => {
			held = (held + (typeof text === 'string' ? text : Buffer.from(text).toString())).slice(-maxHeldCharacters);
			const done: unknown = rest.at(-1);
			if (typeof done === 'function') queueMicrotask(() => done());
			return true;
		};
	}
	return {
		release: () => {
			for (const [index, stream] of streams.entries()) stream.write = originals[index]!;
			return held.replaceAll(/\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]/g, '').replaceAll(/[^\P{Control}\n\t]/gu, '');
		},
	};
}
