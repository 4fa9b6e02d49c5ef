/**
 * How kube-apiserver has stored an object, as far as the beginning of the value tells. `plain`: anybody who has the
 * database can read it. `unknown`: not Kubernetes', or no form of it that is known.
 */
export type StoredForm =
	| { readonly kind: 'plain'; readonly format: 'protobuf' | 'json' | 'cbor' }
	/**
	 * `provider` is `aescbc`, `aesgcm`, `secretbox`, `kms v1` or `kms v2`; `keyName` the key's or the KMS plugin's, in
	 * printable ASCII, empty where it is not told.
	 */
	| { readonly kind: 'encrypted'; readonly provider: string; readonly keyName: string }
	| { readonly kind: 'unknown' };

/** So much of a value tells its form with a key name of up to 40 characters; of a longer one it tells the beginning. */
export const storedFormBytes = 64;

/** What each form begins with: the magic of Kubernetes' protobuf, and CBOR's tag that describes itself. */
const plainBeginnings = [
	{ format: 'protobuf', bytes: Buffer.from('k8s\0', 'latin1') },
	{ format: 'json', bytes: Buffer.from('{') },
	{ format: 'cbor', bytes: Buffer.of(0xd9, 0xd9, 0xf7) },
] as const;

const mark = Buffer.from('k8s:enc:');

/** `aescbc:v1:key1:`. A name that does not end in what was read is told by its beginning. */
const sealed = /^(aescbc|aesgcm|secretbox|kms):(v\d{1,2}):([\x20-\x39\x3b-\x7e]*)(:?)/;
/** Of a provider that is not known nothing but its own name is told: what comes behind it may be the value. */
const sealedOtherwise = /^([a-z0-9-]{1,24}):/;

/** Tells the form of a value by its first `storedFormBytes` bytes; nothing of what comes behind the prefix is kept. */
export function storedForm(head: Uint8Array): StoredForm {
	const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
	if (begins(bytes, mark)) return encryptedForm(bytes.toString('latin1', mark.length));
	const plain = plainBeginnings.find(beginning => begins(bytes, beginning.bytes));
	return plain === undefined ? { kind: 'unknown' } : { kind: 'plain', format: plain.format };
}

const begins = (bytes: Buffer, beginning: Buffer) => bytes.subarray(0, beginning.length).equals(beginning);

/** The versions of KMS are told apart, because they are configured apart. */
function encryptedForm(text: string): StoredForm {
	const [, kind, version, name, end] = sealed.exec(text) ?? [];
	if (kind !== undefined && name !== undefined) {
		const isWhole = end === ':';
		if (!isWhole && kind.length + name.length + 5 < text.length)
			return { kind: 'encrypted', provider: kind, keyName: '' };
		const provider = kind === 'kms' ? `kms ${version}` : kind;
		return { kind: 'encrypted', provider, keyName: copyOf(isWhole ? name : `${name}…`) };
	}
	const other = sealedOtherwise.exec(text)?.[1];
	return other === undefined ? { kind: 'unknown' } : { kind: 'encrypted', provider: copyOf(other), keyName: '' };
}

/** A part of a text keeps the whole text alive, and with it the beginning of what is encrypted. */
const copyOf = (part: string): string => Array.from(part).join('');
