/** Fields of a protobuf message by number, read without the library that wrote them. */
export type Fields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

export function readFields(bytes: Uint8Array): Fields {
	const buffer = Buffer.from(bytes);
	const fields = new Map<number, (Buffer | bigint)[]>();
	let at = 0;
	const varint = () => {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = buffer[at];
			if (byte === undefined) throw new Error('the message ends within a number');
			at += 1;
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return value;
		}
	};
	while (at < buffer.length) {
		const tag = Number(varint());
		const values = fields.get(tag >> 3) ?? [];
		fields.set(tag >> 3, values);
		if ((tag & 7) === 0) values.push(varint());
		else if ((tag & 7) === 2) {
			const length = Number(varint());
			if (at + length > buffer.length) throw new Error('the message ends within a field');
			values.push(buffer.subarray(at, at + length));
			at += length;
		} else throw new Error(`wire type ${tag & 7}`);
	}
	return fields;
}

/** The message in the only, or first, field of that number. */
export const child = (fields: Fields, number: number): Fields => readFields(fields.get(number)?.[0] as Buffer);

export const text = (fields: Fields, number: number): string => String(fields.get(number)?.[0] ?? '');

export const map = (fields: Fields, number: number): Record<string, string> =>
	Object.fromEntries(
		(fields.get(number) ?? []).map(entry => {
			const pair = readFields(entry as Buffer);
			return [text(pair, 1), text(pair, 2)];
		}),
	);

/** What stands in front of a stored object of a built-in type. */
export function readEnvelope(value: Uint8Array): { apiVersion: string; kind: string; object: Fields; meta: Fields } {
	const buffer = Buffer.from(value);
	if (buffer.subarray(0, 4).toString('latin1') !== 'k8s\0') throw new Error('no magic in front');
	const unknown = readFields(buffer.subarray(4));
	const type = child(unknown, 1);
	const object = child(unknown, 2);
	return { apiVersion: text(type, 1), kind: text(type, 2), object, meta: child(object, 1) };
}
