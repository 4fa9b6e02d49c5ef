import type { FailureKind } from '../cluster/failure.ts';
import { Fault } from './fault.ts';

/** Texts by which etcd names a fault more exactly than by its code; they are the same from 3.4 to 3.7. */
const kindByText: readonly (readonly [RegExp, FailureKind])[] = [
	[/invalid user ID or password|user name not found|password was given/i, 'wrong-password'],
	[/invalid auth token|user name is empty|revision (?:in header|of auth store) is old/i, 'login-required'],
	[/permission denied/i, 'permission-denied'],
	[/^unknown service/i, 'not-etcd'],
];

/** gRPC's own codes, where they say something about the caller. */
const kindByCode: Readonly<Record<string, FailureKind>> = {
	'7': 'permission-denied',
	'16': 'login-required',
};

const maxDetailLength = 300;

/** What a gRPC status other than 0 means; null for 0. */
export function statusFault(code: string, percentEncodedMessage: string): Fault | null {
	if (code === '0') return null;
	const text = decode(percentEncodedMessage).slice(0, maxDetailLength);
	return new Fault(kindOfText(text) ?? kindByCode[code] ?? 'rejected', text === '' ? `gRPC status ${code}` : text);
}

/** The kind of fault that a text of etcd names, null when it names none. */
export function kindOfText(text: string): FailureKind | null {
	return kindByText.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
