import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** What a field may hold: text and bytes go as they are, numbers and truth values as varints. */
export type FieldValue = string | Uint8Array | number | boolean;

/** A field's number and value; fields that repeat are given several times, those without a value are left out. */
export type Field = readonly [number: number, value: FieldValue | undefined];

/** A message from its fields. Nested messages are bytes. */
export function message(...fields: readonly Field[]): Uint8Array {
	const writer = new BinaryWriter();
	for (const [number, value] of fields) {
		if (value === undefined) continue;
		if (typeof value === 'number' || typeof value === 'boolean')
			writer.tag(number, WireType.Varint).int64(BigInt(value));
		else if (typeof value === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
		else writer.tag(number, WireType.LengthDelimited).bytes(value);
	}
	return writer.finish();
}

/** A map field: one entry message a pair. */
export const entries = (number: number, map: Readonly<Record<string, string | Uint8Array>>): Field[] =>
	Object.entries(map).map(([key, value]) => [number, message([1, key], [2, value])]);
