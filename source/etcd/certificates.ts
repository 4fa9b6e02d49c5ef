import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { CertificateFacts, CertificateFile } from '../cluster/examinations/tls.ts';
import type { Endpoint } from './endpoint.ts';
import type { ConnectionProfile } from './profile.ts';
import { systemComplaintOf } from './tls-files.ts';

/** Loaded for certificates alone: it takes some 5 ms, and most commands on loopback have none. */
const crypto = () => process.getBuiltinModule('node:crypto');

const mostNames = 8;
const longestName = 128;
const longestSubject = 256;
/** A bundle of all public authorities has some 150. */
const mostInFile = 256;

/** Throws where it is no certificate. */
export const parseCertificate = (der: Buffer): X509Certificate => new (crypto().X509Certificate)(der);

/** Node gives a line for each part. */
const inOneLine = (name: string | undefined) => (name ?? '').replaceAll('\n', ', ').slice(0, longestSubject);

/** `DNS:m1, IP Address:10.0.0.1`; what is odd in a name is quoted. */
const namesIn = (text: string | undefined): readonly string[] =>
	[...(text ?? '').matchAll(/(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)]
		.slice(0, mostNames)
		.map(([, name]) => name!.slice(0, longestName));

/** What a certificate says of itself. */
export const factsOf = (certificate: X509Certificate): CertificateFacts => ({
	subject: inOneLine(certificate.subject),
	issuer: inOneLine(certificate.issuer),
	names: namesIn(certificate.subjectAltName),
	validFromMs: certificate.validFromDate.getTime(),
	validToMs: certificate.validToDate.getTime(),
});

/**
 * Whether a certificate is for the host of an endpoint, by the rules of Go, which etcd and the apiserver are written in:
 * only the alternative names count. Members that found each other through DNS check the domain instead of the host, so
 * for peers a name above the host will do.
 */
export function isForHost(
	certificate: X509Certificate,
	{ serverName }: Pick<Endpoint, 'serverName'>,
	role: 'client' | 'peer',
): boolean {
	if (isIP(serverName) !== 0) return certificate.checkIP(serverName) !== undefined;
	if (certificate.checkHost(serverName, { subject: 'never' }) !== undefined) return true;
	const parents = serverName.split('.').map((_, index, parts) => parts.slice(index).join('.'));
	const domains = parents.slice(1).filter(parent => parent.includes('.'));
	return role === 'peer' && domains.some(domain => certificate.checkHost(domain, { subject: 'never' }) !== undefined);
}

const isIssuedBy = (certificate: X509Certificate, authority: X509Certificate) =>
	certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

/** Every certificate of a file, or why it cannot be read. `seen`: certificates that authorities in it may have signed. */
export function examineFile(
	file: string,
	role: CertificateFile['role'],
	seen: readonly X509Certificate[],
): CertificateFile {
	const found = readCertificates(file);
	if (typeof found === 'string') return { role, file, outcome: { kind: 'unreadable', reason: found } };
	const isInUse = (certificate: X509Certificate) =>
		role === 'client' || seen.some(other => isIssuedBy(other, certificate));
	const certificates = found.map(certificate => ({ ...factsOf(certificate), isInUse: isInUse(certificate) }));
	return { role, file, outcome: { kind: 'read', certificates } };
}

/** The files that the profile names; `shown`: certificates that authorities in them may have signed. */
export function examineFiles(
	{ certificateFile, caFile }: ConnectionProfile['tls'],
	shown: readonly X509Certificate[],
): readonly CertificateFile[] {
	const own = certificateFile === null ? [] : readCertificates(certificateFile);
	const seen = typeof own === 'string' ? shown : [...shown, ...own];
	return [
		...(certificateFile === null ? [] : [examineFile(certificateFile, 'client', seen)]),
		...(caFile === null ? [] : [examineFile(caFile, 'authority', seen)]),
	];
}

/** The certificates of a file in its order, or in words why there are none. */
export function readCertificates(file: string): readonly X509Certificate[] | string {
	let text: string;
	try {
		text = readFileSync(file, 'latin1');
	} catch (error) {
		return systemComplaintOf(error);
	}
	const blocks = text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [^-]+-----/g) ?? [];
	try {
		const certificates = blocks.slice(0, mostInFile).map(block => parseCertificate(Buffer.from(block)));
		return certificates.length === 0 ? 'there is no certificate in it' : certificates;
	} catch {
		return 'a certificate in it is broken';
	}
}
