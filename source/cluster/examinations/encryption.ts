import type { Failure } from '../failure.ts';

/** As kube-apiserver writes it in front of a value, or does not. */
export type EncryptionForm =
	/** Anybody who has the database can read it. */
	| { readonly kind: 'plain'; readonly format: 'protobuf' | 'json' | 'cbor' }
	/** `provider` is `aescbc`, `kms v2` and the like; `keyName` is empty where it is not told. Both in printable ASCII. */
	| { readonly kind: 'encrypted'; readonly provider: string; readonly keyName: string }
	/** No form of Kubernetes that is known. */
	| { readonly kind: 'unknown' };

export type EncryptionSample = {
	readonly kind: 'sampled';
	/** Keys that there are. */
	readonly total: number;
	/** Keys that were looked at; the sum of the counts. */
	readonly sampled: number;
	/** The most frequent first. */
	readonly forms: readonly { readonly form: EncryptionForm; readonly count: number }[];
	/** Bytes of answers that were received for it; a value is never sent whole. */
	readonly receivedBytes: number;
	/** Calls that it took, those that only count among them. */
	readonly calls: number;
};

/** How values are stored: plain, or encrypted with which provider and key. Never a value. */
export type EncryptionExamination = {
	readonly topic: 'encryption';
	/** One for each resource that is looked into and that there is any of; `secrets`, or `GROUP/RESOURCE`. */
	readonly resources: readonly {
		readonly resource: string;
		/** `failed`: who asks may not read them. */
		readonly outcome: EncryptionSample | { readonly kind: 'failed'; readonly failure: Failure };
	}[];
};
