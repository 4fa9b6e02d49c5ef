import { isFailureKind } from '../../cluster/failure.ts';
import { fieldsOf } from './fields.ts';

/** Whether a value out of a file has the form that code relies on. */
export type Shape = (value: unknown) => boolean;

export const text: Shape = value => typeof value === 'string';
export const number: Shape = value => typeof value === 'number' && Number.isFinite(value);
export const flag: Shape = value => typeof value === 'boolean';
/** A 64-bit number in decimal. */
export const decimal: Shape = value => typeof value === 'string' && /^\d{1,20}$/.test(value);

export const oneOf =
	(...values: readonly unknown[]): Shape =>
	value =>
		values.includes(value);

export const orNull =
	(shape: Shape): Shape =>
	value =>
		value === null || shape(value);

/** The field may be missing. */
export const optional =
	(shape: Shape): Shape =>
	value =>
		value === undefined || shape(value);

const mostItems = 10_000;

export const listOf =
	(shape: Shape): Shape =>
	value =>
		Array.isArray(value) && value.length <= mostItems && value.every(shape);

/** An object with these fields; what else it has is nobody's business. */
export const objectOf =
	(shapes: Readonly<Record<string, Shape>>): Shape =>
	value => {
		const fields = fieldsOf(value);
		return fields !== null && Object.entries(shapes).every(([name, shape]) => shape(fields[name]));
	};

/** An object whose `kind` says which fields it has. */
export const variants =
	(kinds: Readonly<Record<string, Readonly<Record<string, Shape>>>>): Shape =>
	value => {
		const kind = fieldsOf(value)?.kind;
		return typeof kind === 'string' && Object.hasOwn(kinds, kind) && objectOf(kinds[kind]!)(value);
	};

export const failure: Shape = objectOf({
	kind: value => typeof value === 'string' && isFailureKind(value),
	where: text,
	call: text,
	detail: text,
	certificateTimeMs: optional(number),
});

export const member: Shape = objectOf({
	id: text,
	name: text,
	peerUrls: listOf(text),
	clientUrls: listOf(text),
	isLearner: flag,
});
