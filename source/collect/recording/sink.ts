import { promisify } from 'node:util';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { RecordingError } from './trouble.ts';

/** Where bytes go: one after the other, each time all of them or an error of Node's. */
export type SinkFile = { append(bytes: Uint8Array): Promise<void>; close(): Promise<void> };

/** What the bytes of so many lines become. */
type Packer = {
	/** All of what was packed so far can be read again from what this gives, also if nothing ever follows. */
	pack(text: string): Promise<Uint8Array>;
	/** What closes the file. */
	finish(): Promise<Uint8Array>;
};

export type Compression = 'none' | 'gzip' | 'zstd';

/** By the name, as the contract has it. */
export const compressionOf = (path: string): Compression =>
	path.endsWith('.gz') ? 'gzip' : path.endsWith('.zst') ? 'zstd' : 'none';

const plain: Packer = {
	pack: async text => Buffer.from(text),
	finish: async () => new Uint8Array(),
};

/** Throws a `RecordingError` where this Node cannot compress so. */
function packerOf(compression: Compression): Packer {
	if (compression === 'none') return plain;
	if (compression === 'gzip') return streamPacker(createGzip({ level: 6 }), constants.Z_SYNC_FLUSH);
	if (typeof createZstdCompress !== 'function')
		throw new RecordingError('.zst needs Node 22.15 or newer; try a name that ends in .gz');
	return streamPacker(createZstdCompress(), constants.ZSTD_e_flush);
}

type Compressor = ReturnType<typeof createGzip> | ReturnType<typeof createZstdCompress>;

function streamPacker(stream: Compressor, flushKind: number): Packer {
	let packed: Buffer[] = [];
	stream.on('data', (chunk: Buffer) => packed.push(chunk));
	const { promise: failed, reject } = Promise.withResolvers<never>();
	failed.catch(() => undefined);
	stream.on('error', reject);
	const taken = () => {
		// What lies in the stream's own buffer is handed to the listener by a read.
		while (stream.read() !== null);
		const bytes = Buffer.concat(packed);
		packed = [];
		return bytes;
	};
	const flush = promisify((kind: number, done: (error?: Error | null) => void) => stream.flush(kind, () => done()));
	return {
		async pack(text) {
			stream.write(text);
			await Promise.race([flush(flushKind), failed]);
			return taken();
		},
		async finish() {
			const { promise: ended, resolve } = Promise.withResolvers<void>();
			stream.once('end', resolve);
			stream.end();
			await Promise.race([ended, failed]);
			return taken();
		},
	};
}

export type SinkOptions = {
	readonly file: SinkFile;
	readonly compression: Compression;
	/** So much is lost at most when the process is killed. */
	readonly flushEveryMs: number;
	/** It is over: nothing is written any more. Called once at most. */
	readonly onTrouble: (error: unknown) => void;
	/** What a stopped sink tries to write all the same. */
	readonly lastWords: () => string;
};

/** A disk that takes nothing for a while must not fill the memory. */
const mostWaitingCharacters = 16 * 1024 * 1024;

/** A disk that has not taken what waits. Its code is that of an operating system, so that it is told as such. */
const tooSlow = () => Object.assign(new Error('the disk is too slow'), { code: 'ETIMEDOUT' });

/**
 * Writes text in batches and never makes anybody wait. After a failure it stops for good: a recording with holes that
 * nobody knows of is worse than one that ends.
 */
export class Sink {
	readonly #options: SinkOptions;
	readonly #packer: Packer;
	#waiting: string[] = [];
	#waitingCharacters = 0;
	#timer: NodeJS.Timeout | null = null;
	#writing: Promise<void> = Promise.resolve();
	#parting: Promise<void> | null = null;
	#isOver = false;

	constructor(options: SinkOptions) {
		this.#options = options;
		this.#packer = packerOf(options.compression);
	}

	add(text: string): void {
		if (this.#isOver || text === '') return;
		this.#waiting.push(text);
		this.#waitingCharacters += text.length;
		if (this.#waitingCharacters > mostWaitingCharacters) this.#stop(tooSlow());
		else this.#timer ??= setTimeout(() => this.#next(), this.#options.flushEveryMs).unref();
	}

	/** Writes what waits and closes the file. Never throws. */
	async end(): Promise<void> {
		clearTimeout(this.#timer ?? undefined);
		this.#next();
		await this.#writing;
		if (this.#isOver) return this.#parting ?? undefined;
		this.#isOver = true;
		await this.#attempt(async () => this.#options.file.append(await this.#packer.finish()));
		await this.#options.file.close().catch(() => undefined);
	}

	/** One batch after the other. */
	#next(): void {
		this.#writing = this.#writing.then(async () => {
			this.#timer = null;
			const text = this.#waiting.join('');
			this.#waiting = [];
			if (text === '' || this.#isOver) return;
			await this.#attempt(async () => this.#options.file.append(await this.#packer.pack(text)));
			this.#waitingCharacters -= text.length;
			// More may have come while this was written.
			if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#next(), this.#options.flushEveryMs).unref();
		});
	}

	async #attempt(write: () => Promise<void>): Promise<void> {
		try {
			await write();
		} catch (error) {
			this.#stop(error);
		}
	}

	#stop(error: unknown): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#waiting = [];
		this.#options.onTrouble(error);
		this.#parting = this.#lastWords();
	}

	/** The disk may be too full for a batch and have room for a line. */
	async #lastWords(): Promise<void> {
		const { file, lastWords } = this.#options;
		try {
			// A newline first: what was torn stays alone on its line.
			await file.append(await this.#packer.pack(`\n${lastWords()}`));
			await file.append(await this.#packer.finish());
		} catch {
			// Then the file only ends.
		}
		await file.close().catch(() => undefined);
	}
}
