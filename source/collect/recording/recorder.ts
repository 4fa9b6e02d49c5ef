import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Reading, Stamp } from '../../cluster/reading.ts';
import { LineWriter, type LineWriterOptions } from './line-writer.ts';
import { compressionOf, Sink, type SinkFile } from './sink.ts';
import { RecordingError, recordingTrouble } from './trouble.ts';

/** Writes a recording beside whatever else is done with the readings. Nothing of it throws or waits. */
export type Recorder = {
	readonly path: string;
	take(reading: Reading): void;
	/** An entry of the journal, as its line without the newline. */
	operation(line: string): void;
	/** Why it stopped before its end, in a line; null while it goes on. */
	trouble(): string | null;
	/** Writes what is left and closes the file. Never throws. */
	end(): Promise<void>;
};

export type RecorderOptions = LineWriterOptions & {
	readonly path: string;
	/** Told once where it cannot go on. */
	readonly onTrouble: (text: string) => void;
	readonly now: () => Stamp;
	/** How much time a kill may cost; a second or two unless said. */
	readonly flushEveryMs?: number;
};

/** A batch is one write. Compressed, larger ones are worth waiting for. */
const flushEveryMs = { none: 1000, gzip: 2000, zstd: 2000 } as const;

/** Only made anew, never followed through a link, and for this user's eyes. */
const creating = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL;

/** Creates the file and records into it. Throws a `RecordingError` where that cannot be, also where the file is there. */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
	const compression = compressionOf(options.path);
	try {
		const handle = await open(options.path, creating, 0o600);
		const file = { append: (bytes: Uint8Array) => handle.appendFile(bytes), close: () => handle.close() };
		return createRecorder(options, file, compression);
	} catch (error) {
		throw recordingTrouble(options.path, error);
	}
}

/** The same into a file that is open. */
export function createRecorder(
	options: RecorderOptions,
	file: SinkFile,
	compression = compressionOf(options.path),
): Recorder {
	const writer = new LineWriter(options);
	let trouble: string | null = null;
	const sink = new Sink({
		file,
		compression,
		flushEveryMs: options.flushEveryMs ?? flushEveryMs[compression],
		lastWords: () => writer.end(options.now(), trouble),
		onTrouble(error) {
			trouble = troubleText(options.path, error);
			options.onTrouble(trouble);
		},
	});
	return {
		path: options.path,
		take(reading) {
			if (trouble === null) sink.add(writer.take(reading));
		},
		operation: line => sink.add(writer.insert(line, options.now())),
		trouble: () => trouble,
		async end() {
			sink.add(writer.end(options.now(), null));
			await sink.end();
		},
	};
}

function troubleText(path: string, error: unknown): string {
	try {
		return recordingTrouble(path, error).message;
	} catch {
		// Not even a fault of ours may end the monitor.
		return new RecordingError(`${path}: ${error instanceof Error ? error.message : String(error)}`).message;
	}
}
