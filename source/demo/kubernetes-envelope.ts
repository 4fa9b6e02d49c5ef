import { entries, type Field, message } from './protobuf.ts';

/** Kubernetes' Time: seconds since 1970. */
export const time = (timeMs: number) => message([1, Math.floor(timeMs / 1000)]);

/** Who last wrote which fields of an object (`metav1.ManagedFieldsEntry`). */
export type FieldManager = {
	readonly manager: string;
	readonly operation: 'Update' | 'Apply';
	readonly timeMs: number;
	/** The set of fields, as kube-apiserver writes it: JSON of `f:` keys. */
	readonly fields: string;
};

/** The parts of `metav1.ObjectMeta` that stored objects have. */
export type ObjectMeta = {
	readonly name: string;
	readonly generateName?: string;
	readonly namespace?: string;
	readonly uid: string;
	readonly generation?: number;
	readonly createdMs: number;
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly owner?: {
		readonly apiVersion: string;
		readonly kind: string;
		readonly name: string;
		readonly uid: string;
	};
	readonly finalizers?: readonly string[];
	readonly managers?: readonly FieldManager[];
};

/** Field numbers are those of `k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto`. */
export function objectMeta(meta: ObjectMeta, apiVersion: string): Uint8Array {
	const { owner } = meta;
	return message(
		[1, meta.name],
		[2, meta.generateName ?? ''],
		[3, meta.namespace ?? ''],
		[4, ''],
		[5, meta.uid],
		// Stored objects have no resource version: kube-apiserver takes it from the key's revision.
		[6, ''],
		[7, meta.generation ?? 0],
		[8, time(meta.createdMs)],
		...entries(11, meta.labels ?? {}),
		...entries(12, meta.annotations ?? {}),
		[
			13,
			owner && message([1, owner.kind], [3, owner.name], [4, owner.uid], [5, owner.apiVersion], [6, true], [7, true]),
		],
		...(meta.finalizers ?? []).map((name): Field => [14, name]),
		...(meta.managers ?? []).map(
			({ manager, operation, timeMs, fields }): Field => [
				17,
				message(
					[1, manager],
					[2, operation],
					[3, apiVersion],
					[4, time(timeMs)],
					[6, 'FieldsV1'],
					[7, message([1, fields])],
				),
			],
		),
	);
}

/**
 * An object of a built-in type as kube-apiserver stores it: the magic, then `runtime.Unknown` with the type's name and
 * the object's own message, whose first field is its metadata.
 */
export function envelope(apiVersion: string, kind: string, meta: ObjectMeta, ...rest: readonly Field[]): Uint8Array {
	const typeMeta = message([1, apiVersion], [2, kind]);
	const raw = message([1, objectMeta(meta, apiVersion)], ...rest);
	const unknown = message([1, typeMeta], [2, raw], [3, ''], [4, '']);
	return Buffer.concat([Buffer.from('k8s\0', 'latin1'), unknown]);
}

/** A set of fields as managedFields holds it, from paths such as `metadata.labels.app`. */
export function fieldSet(paths: readonly string[]): string {
	const root: Record<string, unknown> = {};
	for (const path of paths) {
		let at = root;
		for (const part of path.split('.')) {
			const key = `f:${part}`;
			at[key] ??= {};
			at = at[key] as Record<string, unknown>;
		}
	}
	return JSON.stringify(root);
}
