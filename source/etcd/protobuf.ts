import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { Fault } from './fault.ts';

/** How each field of a message, by its number, is read into its draft. Fields that are not named are skipped. */
export type Fields<Draft> = Readonly<Record<number, (reader: BinaryReader, draft: Draft) => void>>;

/** Reads fields up to `end`. Throws a `RangeError` where the bytes are no message. */
export function readFields<Draft>(reader: BinaryReader, end: number, fields: Fields<Draft>, draft: Draft): Draft {
	while (reader.pos < end) readField(reader, fields, draft);
	if (reader.pos !== end) throw new RangeError('a field reaches over the end of its message');
	return draft;
}

/** Reads one field. */
export function readField<Draft>(reader: BinaryReader, fields: Fields<Draft>, draft: Draft): void {
	const [number, wireType] = reader.tag();
	const read = fields[number];
	if (read === undefined) reader.skip(wireType, number);
	else read(reader, draft);
}

/** Reads a message inside a message. */
export function readNested<Draft>(reader: BinaryReader, fields: Fields<Draft>, draft: Draft): Draft {
	const length = reader.uint32();
	return readFields(reader, Math.min(reader.pos + length, reader.len + 1), fields, draft);
}

/** Skips a field of bytes without touching them. Returns their number. */
export function skipBytes(reader: BinaryReader): number {
	const length = reader.uint32();
	reader.pos += length;
	if (reader.pos > reader.len) throw new RangeError('a field reaches over the end of its message');
	return length;
}

/** The library types 64-bit numbers for engines without bigint as well. */
export const readInt64 = (reader: BinaryReader): bigint => BigInt(reader.int64());
export const readUint64 = (reader: BinaryReader): bigint => BigInt(reader.uint64());
/** Sizes in bytes stay far below 2^53. */
export const readSize = (reader: BinaryReader): number => Number(reader.int64());
/** Ids as etcdctl prints them. */
export const readId = (reader: BinaryReader): string => readUint64(reader).toString(16);

/** Runs a decoder over bytes from the network: whatever they are, the only error is a `Fault` of kind `malformed`. */
export function decoding<T>(decode: () => T): T {
	try {
		return decode();
	} catch (error) {
		if (error instanceof Fault) throw error;
		throw new Fault('malformed', error instanceof Error ? error.message : 'the answer is not in the expected form');
	}
}
