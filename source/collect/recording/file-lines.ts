import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { RecordingError, recordingTrouble } from './trouble.ts';

/** The lines of a recording are some kilobytes long; what is longer is none of ours and is not kept. */
const longestLine = 4 * 1024 * 1024;
const plainChunkBytes = 256 * 1024;
/** So little that what it unpacks to, however it was made, fits into memory. */
const packedChunkBytes = 8 * 1024;

/** What a file's lines were like beside what they said. */
export type FileState = {
	/** Lines that were too long. */
	tooLong: number;
	/** The last line lacks its newline, or what it was packed in its end. */
	isTorn: boolean;
};

/**
 * The lines of a file in batches, unpacked where it is packed, up to where it is torn. Follows its first bytes, not its
 * name: people rename files. Throws a `RecordingError` where it cannot be read at all.
 */
export async function* fileLines(path: string, state: FileState): AsyncGenerator<readonly string[]> {
	const splitter = new LineSplitter(state);
	try {
		await using file = await open(path, 'r');
		for await (const chunk of unpacked(file, state)) {
			const lines = splitter.push(chunk);
			if (lines.length > 0) yield lines;
		}
	} catch (error) {
		throw recordingTrouble(path, error);
	}
	const last = splitter.end();
	if (last !== '') yield [last];
}

/** A mark of the encoding, with which some programs begin a file, is left out. */
class LineSplitter {
	readonly #decoder = new StringDecoder('utf8');
	readonly #state: FileState;
	#rest = '';
	#hasBegun = false;
	#isSkipping = false;

	constructor(state: FileState) {
		this.#state = state;
	}

	push(chunk: Uint8Array): string[] {
		const text = this.#decoder.write(chunk as Buffer);
		const lines = (this.#rest + (this.#hasBegun ? text : text.replace(/^\ufeff/, ''))).split('\n');
		this.#hasBegun ||= text !== '';
		this.#rest = lines.pop()!;
		if (this.#isSkipping && lines.length > 0) {
			lines.shift();
			this.#isSkipping = false;
		}
		if (this.#isSkipping) this.#rest = '';
		else if (this.#rest.length > longestLine) {
			this.#state.tooLong++;
			this.#isSkipping = true;
			this.#rest = '';
		}
		return lines.filter(line => line !== '');
	}

	end(): string {
		const last = this.#isSkipping ? '' : this.#rest + this.#decoder.end();
		if (last !== '') this.#state.isTorn = true;
		return last;
	}
}

async function* chunksOf(file: FileHandle, chunkBytes: number): AsyncGenerator<Buffer> {
	const buffer = Buffer.alloc(chunkBytes);
	for (;;) {
		const { bytesRead } = await file.read(buffer, 0, chunkBytes);
		if (bytesRead === 0) return;
		yield buffer.subarray(0, bytesRead);
	}
}

/** gzip and Zstandard begin with these. */
const packings = [
	{ magic: [0x1f, 0x8b], open: () => createGunzip() },
	{ magic: [0x28, 0xb5, 0x2f, 0xfd], open: openZstd },
] as const;

function openZstd() {
	if (typeof createZstdDecompress !== 'function')
		throw new RecordingError('it is packed with Zstandard, which needs Node 22.15 or newer; try zstd -d first');
	return createZstdDecompress();
}

async function* unpacked(file: FileHandle, state: FileState): AsyncGenerator<Uint8Array> {
	const head = Buffer.alloc(4);
	const { bytesRead } = await file.read(head, 0, 4, 0);
	const packing = packings.find(({ magic }) => magic.every((byte, at) => at < bytesRead && head[at] === byte));
	if (packing === undefined) yield* chunksOf(file, plainChunkBytes);
	else yield* unpack(chunksOf(file, packedChunkBytes), packing.open(), state);
}

/** Everything up to where the stream ends, is torn, or makes no sense any more. */
async function* unpack(
	chunks: AsyncGenerator<Buffer>,
	stream: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
	state: FileState,
): AsyncGenerator<Uint8Array> {
	let found: Buffer[] = [];
	let isBroken = false;
	stream.on('data', (piece: Buffer) => found.push(piece));
	const { promise: broken, resolve: breaks } = Promise.withResolvers<void>();
	stream.on('error', () => {
		isBroken = true;
		breaks();
	});
	const taken = () => {
		while (!isBroken && stream.read() !== null);
		const pieces = found;
		found = [];
		return pieces;
	};
	for await (const chunk of chunks) {
		// The stream is never ended: an end that is missing would be an error, and take what was unpacked with it.
		const written = new Promise<void>(resolve => stream.write(Buffer.from(chunk), () => resolve()));
		await Promise.race([written, broken]);
		yield* taken();
		if (isBroken) break;
	}
	yield* taken();
	if (isBroken) state.isTorn = true;
	stream.destroy();
}
