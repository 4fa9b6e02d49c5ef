/** Why a call did not give an answer. Each kind has its own line and its own next step (`failure-text.ts`). */
export type FailureKind =
	| 'refused'
	| 'name-not-found'
	/** Nothing came within the deadline: frozen, partitioned, swallowed by a firewall, or defragmenting. */
	| 'timeout'
	/** No route, connection reset, socket file missing and other faults of the path. */
	| 'unreachable'
	| 'tls-untrusted'
	| 'tls-expired'
	| 'tls-not-yet-valid'
	| 'tls-wrong-name'
	| 'tls-client-certificate-required'
	| 'tls-client-certificate-refused'
	/** `https://` was asked of a port that speaks plain text. */
	| 'tls-to-plain-port'
	/** `http://` was asked of a port that speaks TLS. */
	| 'plain-to-tls-port'
	/** Other faults of the handshake. */
	| 'tls-other'
	/** Something answers there, but not as etcd does. */
	| 'not-etcd'
	| 'wrong-password'
	/** Authentication is on and no user was given, or its token is no longer taken. */
	| 'login-required'
	| 'permission-denied'
	/** etcd itself answered with an error: no leader, too many requests, a learner that does not take the call. */
	| 'rejected'
	/** HTTP only: a status other than 200 (metrics). */
	| 'http-status'
	/** The answer was not understood: too large, torn, or not in the expected form. */
	| 'malformed';

/** One failed call. `detail` may hold hostile bytes from the network: escape it before it is shown. */
export type Failure = {
	readonly kind: FailureKind;
	/** The endpoint or URL that was asked. */
	readonly where: string;
	/** The call that failed, in etcd's words: `Status`, `Watch`, `GET /metrics`. */
	readonly call: string;
	/** What the other side or the system said, without advice; may be empty. */
	readonly detail: string;
	/** For expired and not-yet-valid certificates: the date that decides, in milliseconds since 1970. */
	readonly certificateTimeMs?: number;
};

/**
 * How a failed call leaves the member. `silent`: it seems gone. `denied`: it answers, but refuses this user, while it may
 * well serve others. `unfit`: something is there that cannot be talked to as we try to.
 */
type Impression = 'silent' | 'denied' | 'unfit';

const impressions: Readonly<Record<FailureKind, Impression>> = {
	refused: 'silent',
	'name-not-found': 'silent',
	timeout: 'silent',
	unreachable: 'silent',
	'tls-untrusted': 'unfit',
	'tls-expired': 'unfit',
	'tls-not-yet-valid': 'unfit',
	'tls-wrong-name': 'unfit',
	'tls-client-certificate-required': 'unfit',
	'tls-client-certificate-refused': 'unfit',
	'tls-to-plain-port': 'unfit',
	'plain-to-tls-port': 'unfit',
	'tls-other': 'unfit',
	'not-etcd': 'unfit',
	'wrong-password': 'denied',
	'login-required': 'denied',
	'permission-denied': 'denied',
	rejected: 'unfit',
	'http-status': 'unfit',
	malformed: 'unfit',
};

/** Whether a text, such as one out of a file, names a kind of failure. */
export const isFailureKind = (text: string): text is FailureKind => Object.hasOwn(impressions, text);

/** Nothing of the member was seen. */
export const isSilence = (kind: FailureKind): boolean => impressions[kind] === 'silent';

/** Failures by which something answered, only not with what was asked for. */
export const audibleKinds: readonly FailureKind[] = (Object.keys(impressions) as FailureKind[]).filter(
	kind => !isSilence(kind),
);

/** The member is there and knows that it is asked, only not by somebody whom it lets in. */
export const isDenial = (kind: FailureKind): boolean => impressions[kind] === 'denied';

/**
 * Who we are is known, and that we may not ask: nothing is wrong with the login that was given, so what the member tells
 * elsewhere is worth as much as ever. A missing or wrong login is for the user to mend instead.
 */
export const isForbidden = (kind: FailureKind): boolean => kind === 'permission-denied';
