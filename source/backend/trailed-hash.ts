import { createHash, type Hash } from 'node:crypto';

/** A stream of etcd's ends with the SHA-256 of everything before. */
export const trailerBytes = 32;

/** Databases consist of sectors; without their trailer they come out even. */
const sectorBytes = 512;

/** Whether so many bytes may be a database and its trailer: most that were torn are not, and nothing has to be read. */
export const isWholeSize = (sizeBytes: number): boolean =>
	sizeBytes > trailerBytes && sizeBytes % sectorBytes === trailerBytes;

/** Sums a stream whose last bytes are its sum, without knowing where it will end. */
export class TrailedHash {
	readonly #hash: Hash = createHash('sha256');
	/** What may turn out to be the trailer. */
	#tail = Buffer.alloc(0);

	/** The bytes may be reused afterwards. */
	push(bytes: Uint8Array): void {
		if (bytes.length < trailerBytes) {
			const joined = Buffer.concat([this.#tail, bytes]);
			const at = Math.max(0, joined.length - trailerBytes);
			this.#hash.update(joined.subarray(0, at));
			this.#tail = joined.subarray(at);
			return;
		}
		const at = bytes.length - trailerBytes;
		this.#hash.update(this.#tail);
		this.#hash.update(bytes.subarray(0, at));
		this.#tail = Buffer.from(bytes.subarray(at));
	}

	/** Whether the trailer fits, and the sum of the whole stream with it, in hex. */
	end(): { readonly fits: boolean; readonly trailer: Buffer; readonly sha256: string } {
		const fits = this.#tail.equals(this.#hash.copy().digest());
		return { fits, trailer: this.#tail, sha256: this.#hash.update(this.#tail).digest('hex') };
	}
}
