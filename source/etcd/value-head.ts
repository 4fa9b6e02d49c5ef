import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { KeyRange, ValueHead } from './calls.ts';
import { Fault } from './fault.ts';
import { type MessageSource, headBytes as messageHeadBytes } from './frames.ts';
import { type GrpcCall, startCall } from './grpc.ts';
import type { Line } from './link.ts';

/**
 * The beginning of the first value of a range. etcd has no call for a part of a value, but HTTP/2 lets the receiver say
 * how much may be sent: on a connection whose streams have a window of this many bytes the server sends the beginning
 * of its answer and waits; then the call is given up. The rest of a value never leaves the server. An answer up to its
 * value takes some 110 bytes with a key of usual length; where it takes more, the window opens once more.
 */
export const headWindowBytes = 192;

/** An answer whose value has not begun by then is none that was asked for: a key alone may have a megabyte. */
const mostBytes = 8 * 1024;

/** A RangeRequest for the first key of a range, from the member that is asked, without a majority. */
export const encodeFirst = ({ from, end }: KeyRange): Uint8Array =>
	new BinaryWriter().tag(1, 2).bytes(from).tag(2, 2).bytes(end).tag(3, 0).int64(1n).tag(7, 0).bool(true).finish();

/** What the beginning of an answer tells; `more`: not enough of it is there. */
type Look = { readonly kind: 'more' } | { readonly kind: 'told'; readonly found: Found | null };
const more: Look = { kind: 'more' };
type Found = Omit<ValueHead, 'receivedBytes'>;

/** Thrown and caught in here: the bytes end before the field does. */
class Short extends Error {}

/** Steps through the fields of a message of which only the beginning may be there. */
class Fields {
	at: number;
	readonly #bytes: Buffer;

	constructor(bytes: Buffer, at: number) {
		this.#bytes = bytes;
		this.at = at;
	}

	number(): number {
		let value = 0;
		for (let shift = 0; shift < 70; shift += 7) {
			if (this.at >= this.#bytes.length) throw new Short();
			const byte = this.#bytes[this.at++]!;
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) return value;
		}
		throw new Fault('malformed', 'a number without an end');
	}

	/** Field number and wire type. */
	tag(): readonly [field: number, wire: number] {
		const tag = this.number();
		return [Math.floor(tag / 8), tag % 8];
	}

	skip(wire: number): void {
		if (wire !== 0 && wire !== 2) throw new Fault('malformed', `a field of wire type ${wire}`);
		const number = this.number();
		if (wire === 2) this.at += number;
	}
}

/** Looks at what has come of an answer: a RangeResponse with its head of five bytes. Copies nothing but key and head. */
function lookAtHead(bytes: Buffer, headBytes: number): Look {
	try {
		return { kind: 'told', found: firstPair(bytes, headBytes) };
	} catch (error) {
		if (!(error instanceof Short)) throw error;
		if (bytes.length > mostBytes) throw new Fault('malformed', 'no value in the beginning of the answer');
		return more;
	}
}

function firstPair(bytes: Buffer, headBytes: number): Found | null {
	if (bytes.length < messageHeadBytes) throw new Short();
	if (bytes[0] !== 0) throw new Fault('malformed', 'a compressed message, which was not asked for');
	const end = messageHeadBytes + bytes.readUInt32BE(1);
	const fields = new Fields(bytes, messageHeadBytes);
	while (fields.at < end) {
		const [field, wire] = fields.tag();
		if (field === 2 && wire === 2) return pairAt(bytes, fields, headBytes);
		fields.skip(wire);
	}
	return null;
}

/** etcd writes the fields of a pair in their order: the key first, the value behind the revisions. */
function pairAt(bytes: Buffer, fields: Fields, headBytes: number): Found {
	const length = fields.number();
	const end = fields.at + length;
	let key: Uint8Array = new Uint8Array();
	while (fields.at < end) {
		const [field, wire] = fields.tag();
		if ((field === 1 || field === 5) && wire === 2) {
			const valueBytes = fields.number();
			const wanted = field === 1 ? valueBytes : Math.min(valueBytes, headBytes);
			if (fields.at + wanted > bytes.length) throw new Short();
			const part = new Uint8Array(bytes.subarray(fields.at, fields.at + wanted));
			if (field === 5) return { key, head: part, valueBytes };
			key = part;
			fields.at += valueBytes;
		} else fields.skip(wire);
	}
	return { key, head: new Uint8Array(), valueBytes: 0 };
}

/**
 * Takes the place of a splitter of whole messages: gathers an answer until the beginning of its value is there, and then
 * says so once with an empty message. Every chunk is wiped when it is copied, and what was gathered when it was looked at.
 */
export class HeadGatherer implements MessageSource {
	/** What is missing was never wanted. */
	readonly hasRest = false;
	receivedBytes = 0;
	/** Null where the range is empty, and until the message. */
	found: Found | null = null;
	readonly #headBytes: number;
	#gathered: Buffer | null = Buffer.alloc(0);

	constructor(headBytes: number) {
		this.#headBytes = headBytes;
	}

	push(chunk: Buffer): Buffer[] {
		this.receivedBytes += chunk.length;
		const before = this.#gathered;
		this.#gathered = before === null ? null : Buffer.concat([before, chunk]);
		before?.fill(0);
		chunk.fill(0);
		const look = this.#gathered === null ? more : lookAtHead(this.#gathered, this.#headBytes);
		if (look.kind === 'more') return [];
		this.found = look.found;
		this.wipe();
		return [Buffer.alloc(0)];
	}

	/** Nothing is gathered from then on. */
	wipe(): void {
		this.#gathered?.fill(0);
		this.#gathered = null;
	}
}

/** Asks for the first pair of a range over a line whose window is `headWindowBytes`. Null where the range is empty. */
export async function readFirst(
	line: Line,
	call: GrpcCall,
	headBytes: number,
	signal: AbortSignal,
): Promise<ValueHead | null> {
	const gatherer = new HeadGatherer(headBytes);
	const answers = await startCall(line, { ...call, source: gatherer }, signal);
	try {
		if ((await answers.next()) === null) throw new Fault('malformed', 'an answer without a message');
		const { found, receivedBytes } = gatherer;
		return found === null ? null : { ...found, receivedBytes };
	} finally {
		answers.cancel();
		gatherer.wipe();
	}
}
