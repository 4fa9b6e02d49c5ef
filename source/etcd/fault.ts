import type { Failure, FailureKind } from '../cluster/failure.ts';
import { CallError } from './calls.ts';

/** A `Failure` before it is known which call met it. */
export class Fault extends Error {
	override readonly name = 'Fault';
	readonly kind: FailureKind;
	readonly detail: string;
	readonly certificateTimeMs: number | undefined;

	constructor(kind: FailureKind, detail: string, certificateTimeMs?: number) {
		super(`${kind}: ${detail}`);
		this.kind = kind;
		this.detail = detail;
		this.certificateTimeMs = certificateTimeMs;
	}
}

/** What Node and OpenSSL call the faults of a path, a name or a certificate. */
const kindByCode: Readonly<Record<string, FailureKind>> = {
	ECONNREFUSED: 'refused',
	ENOTFOUND: 'name-not-found',
	EAI_AGAIN: 'name-not-found',
	EAI_FAIL: 'name-not-found',
	EAI_NODATA: 'name-not-found',
	EAI_NONAME: 'name-not-found',
	ETIMEDOUT: 'timeout',
	CERT_HAS_EXPIRED: 'tls-expired',
	CERT_NOT_YET_VALID: 'tls-not-yet-valid',
	ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-name',
	HOSTNAME_MISMATCH: 'tls-wrong-name',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
	UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
	SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
	CERT_SIGNATURE_FAILURE: 'tls-untrusted',
	CERT_UNTRUSTED: 'tls-untrusted',
	CERT_REJECTED: 'tls-untrusted',
	CERT_REVOKED: 'tls-untrusted',
	CERT_CHAIN_TOO_LONG: 'tls-untrusted',
	INVALID_CA: 'tls-untrusted',
	INVALID_PURPOSE: 'tls-untrusted',
	ERR_SSL_WRONG_VERSION_NUMBER: 'tls-to-plain-port',
	ERR_SSL_PACKET_LENGTH_TOO_LONG: 'tls-to-plain-port',
	ERR_SSL_HTTP_REQUEST: 'tls-to-plain-port',
	ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls-client-certificate-required',
};

/** TLS alerts by which a server turns the client's certificate away, or the lack of one before TLS 1.3. */
const clientCertificateAlert =
	/ALERT_(?:BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|NO_CERTIFICATE|ACCESS_DENIED)/;

/** What OpenSSL says in one phrase, where the message surrounds it with the lines of its own source. */
const phraseOf = (error: Error) =>
	'reason' in error && typeof error.reason === 'string' ? error.reason : error.message.trim();

/** What Node threw or emitted, as a fault. `hasClientCertificate` tells a missing certificate from a refused one. */
export function faultOf(error: unknown, hasClientCertificate = false): Fault {
	if (error instanceof Fault) return error;
	if (!(error instanceof Error)) return new Fault('unreachable', String(error));
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	// When several addresses of a name were tried, Node's own message is empty.
	const detail = phraseOf(error) || code;
	const kind = kindByCode[code];
	if (kind !== undefined) return new Fault(kind, detail);
	if (clientCertificateAlert.test(code))
		return new Fault(
			hasClientCertificate ? 'tls-client-certificate-refused' : 'tls-client-certificate-required',
			detail,
		);
	if (/^ERR_(?:SSL|TLS|OSSL)/.test(code) || code === 'EPROTO') return new Fault('tls-other', detail);
	if (/^(?:ERR_HTTP2_ERROR|HPE_)/.test(code)) return new Fault('not-etcd', detail);
	return new Fault('unreachable', detail);
}

/** The `CallError` that callers of the wire get. */
export function callError(error: unknown, where: string, call: string): CallError {
	if (error instanceof CallError) return error;
	const { kind, detail, certificateTimeMs } = faultOf(error);
	const failure: Failure = { kind, where, call, detail };
	return new CallError(certificateTimeMs === undefined ? failure : { ...failure, certificateTimeMs });
}
