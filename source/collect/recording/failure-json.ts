import { type Failure, type FailureKind, isFailureKind } from '../../cluster/failure.ts';
import { type Fields, fieldsOf, numberOf, textOf } from './fields.ts';

/** Where a URL holds a name and a password, they are left out: a recording is passed on. */
export const withoutLogin = (text: string): string => text.replaceAll(/:\/\/[^\s/?#@]*@/g, '://');

/** A failure as a recording keeps it, beside its words. */
export const failureJson = ({ kind, where, call, detail, certificateTimeMs }: Failure): Fields => ({
	kind,
	where: withoutLogin(where),
	call,
	detail: withoutLogin(detail),
	...(certificateTimeMs === undefined ? {} : { certificateTimeMs }),
});

/** The failure that a recording keeps; null where it is not one that is known. */
export function failureFrom(value: unknown): Failure | null {
	const fields = fieldsOf(value);
	const kind = textOf(fields?.kind) ?? '';
	if (fields === null || !isFailureKind(kind)) return null;
	const certificateTimeMs = numberOf(fields.certificateTimeMs);
	return {
		kind,
		where: textOf(fields.where) ?? '',
		call: textOf(fields.call) ?? '',
		detail: textOf(fields.detail) ?? '',
		...(certificateTimeMs === null ? {} : { certificateTimeMs }),
	};
}

/** Words of an error by which other programs' recordings tell what kind of failure it was, the most telling first. */
const hints: readonly (readonly [RegExp, FailureKind])[] = [
	[/permission ?denied/i, 'permission-denied'],
	[/refused/i, 'refused'],
	[/no such host|name not found|ENOTFOUND/i, 'name-not-found'],
	[/certificate has expired|certificate.*expired/i, 'tls-expired'],
	[/time ?out|timed out|deadline|no answer/i, 'timeout'],
	[/tls|certificate|x509/i, 'tls-other'],
];

/** The failure behind the words that the contract asks for, where nobody wrote down its kind. */
export function failureOfText(text: string, where: string): Failure {
	const kind = hints.find(([words]) => words.test(text))?.[1] ?? 'unreachable';
	return { kind, where, call: 'Status', detail: text };
}
