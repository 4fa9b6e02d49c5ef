import { Fault } from './fault.ts';

/** gRPC puts a flag and a length before each message. */
export const headBytes = 5;

/** No message of etcd comes near this; a length above it is not a length. */
const maxMessageBytes = 256 * 1024 * 1024;

/** A message as gRPC sends it, not compressed. */
export function frame(message: Uint8Array): Buffer {
	const framed = Buffer.alloc(headBytes + message.length);
	framed.writeUInt32BE(message.length, 1);
	framed.set(message, headBytes);
	return framed;
}

/** Makes messages of the chunks of a stream. */
export type MessageSource = {
	/** Whether a message has begun and not ended. */
	readonly hasRest: boolean;
	/** The messages that this chunk completes. Throws a `Fault` of kind `malformed`. */
	push(chunk: Buffer): Buffer[];
};

/** Takes gRPC messages out of the chunks of a stream. A message inside one chunk is a view of it, not a copy. */
export class FrameSplitter implements MessageSource {
	#parts: Buffer[] = [];
	#bytes = 0;
	/** Bytes that are needed before anything can be taken out. */
	#needed = headBytes;

	get hasRest(): boolean {
		return this.#bytes > 0;
	}

	push(chunk: Buffer): Buffer[] {
		this.#parts.push(chunk);
		this.#bytes += chunk.length;
		if (this.#bytes < this.#needed) return [];
		const buffer = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#bytes);
		const complete: Buffer[] = [];
		let at = 0;
		while (true) {
			this.#needed = headBytes;
			if (buffer.length - at < headBytes) break;
			if (buffer[at] !== 0) throw new Fault('malformed', 'a compressed message, which was not asked for');
			const length = buffer.readUInt32BE(at + 1);
			if (length > maxMessageBytes) throw new Fault('malformed', `a message of ${length} bytes`);
			this.#needed = headBytes + length;
			if (buffer.length - at < this.#needed) break;
			complete.push(buffer.subarray(at + headBytes, at + this.#needed));
			at += this.#needed;
		}
		this.#parts = at < buffer.length ? [buffer.subarray(at)] : [];
		this.#bytes = buffer.length - at;
		return complete;
	}
}
