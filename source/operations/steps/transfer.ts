import { formatBytes } from '../../format/bytes.ts';
import { formatDuration } from '../../format/duration.ts';
import type { SnapshotWriter } from '../snapshot-files.ts';
import type { StepReport } from '../step.ts';

/** As much of the wire's chunk as is needed here. */
type Chunk = {
	readonly blob: Uint8Array;
	readonly remainingBytes: bigint;
	readonly storageVersion: string | null;
};

/** The speed is that of the last seconds: an average over all hides a member that has become slow. */
const windowMs = 5000;
/** Silence shorter than this is not worth a word. */
const quietMs = 2000;
/** The remaining bytes of which a server tells leave the trailer out. */
const trailerBytes = 32;

/** A snapshot on its way from a member into a file, and how far it is. */
export class Transfer {
	readonly #writer: SnapshotWriter;
	readonly #nowMs: () => number;
	#receivedBytes = 0;
	#totalBytes: number | null = null;
	#storageVersion: string | null = null;
	#heardMs: number;
	/** While the disk is waited for, the member's silence is ours. */
	#isWriting = false;
	#marks: { readonly atMs: number; readonly bytes: number }[];

	constructor(writer: SnapshotWriter, nowMs: () => number) {
		this.#writer = writer;
		this.#nowMs = nowMs;
		this.#heardMs = nowMs();
		this.#marks = [{ atMs: this.#heardMs, bytes: 0 }];
	}

	/** From 3.6 on servers tell it. */
	get storageVersion(): string | null {
		return this.#storageVersion;
	}

	/** For how long the member has sent nothing although it was listened to. */
	get silentMs(): number {
		return this.#isWriting ? 0 : this.#nowMs() - this.#heardMs;
	}

	/** `120 MB of 420 MB came`. */
	get came(): string {
		return this.#receivedBytes === 0 ? 'nothing came' : `${this.soFar} came`;
	}

	/** `120 MB of 420 MB`. */
	get soFar(): string {
		const received = formatBytes(this.#receivedBytes);
		return this.#totalBytes === null ? received : `${received} of ${formatBytes(this.#totalBytes)}`;
	}

	/** Copies to the end of the stream, one chunk after the other. Rejects with what the stream or the disk threw. */
	async run(chunks: AsyncIterable<Chunk>): Promise<void> {
		for await (const { blob, remainingBytes, storageVersion } of chunks) {
			this.#receivedBytes += blob.length;
			this.#totalBytes ??= this.#receivedBytes + Number(remainingBytes) + trailerBytes;
			this.#storageVersion ??= storageVersion;
			this.#isWriting = true;
			await this.#writer.write(blob);
			this.#isWriting = false;
			this.#heardMs = this.#nowMs();
		}
	}

	/** `120 MB of 420 MB, 110 MB/s, 3s left`. */
	report(): StepReport {
		const { silentMs } = this;
		const rate = this.#bytesPerSecond();
		const total = this.#totalBytes;
		if (total === null)
			return { text: `nothing has come yet${silentMs < quietMs ? '' : `, for ${seconds(silentMs)}`}`, fraction: null };
		const pace =
			silentMs >= quietMs
				? `nothing came for ${seconds(silentMs)}`
				: rate === 0
					? 'the disk takes nothing'
					: `${formatBytes(rate)}/s, ${formatDuration(Math.ceil((total - this.#receivedBytes) / rate))} left`;
		return { text: `${this.soFar}, ${pace}`, fraction: Math.min(1, this.#receivedBytes / total) };
	}

	#bytesPerSecond(): number {
		const atMs = this.#nowMs();
		this.#marks.push({ atMs, bytes: this.#receivedBytes });
		// The oldest mark is the last one that is older than the window.
		while (this.#marks.length > 2 && this.#marks[1]!.atMs <= atMs - windowMs) this.#marks.shift();
		const first = this.#marks[0]!;
		return atMs === first.atMs ? 0 : ((this.#receivedBytes - first.bytes) / (atMs - first.atMs)) * 1000;
	}
}

const seconds = (milliseconds: number) => formatDuration(milliseconds / 1000);
