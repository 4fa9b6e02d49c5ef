import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { KeyRange } from './calls.ts';
import { decoding, type Fields, readFields, readSize } from './protobuf.ts';

/** A RangeRequest that only counts, and is answered without a majority. */
export const encodeCount = ({ from, end }: KeyRange): Uint8Array =>
	new BinaryWriter().tag(1, 2).bytes(from).tag(2, 2).bytes(end).tag(7, 0).bool(true).tag(9, 0).bool(true).finish();

const fields: Fields<{ count: number }> = {
	4: (reader, answer) => {
		answer.count = readSize(reader);
	},
};

/** The count of a RangeResponse. Throws a `Fault` of kind `malformed`. */
export const decodeCount = (bytes: Uint8Array): number =>
	decoding(() => readFields(new BinaryReader(bytes), bytes.length, fields, { count: 0 })).count;
