import { readFileSync, statSync } from 'node:fs';
import tls, { createSecureContext, type SecureContext } from 'node:tls';
import { Fault } from './fault.ts';
import { type ConnectionProfile, ProfileError } from './profile.ts';

/** Loaded for certificates alone: it takes some 5 ms, and most commands on loopback have none. */
const crypto = () => process.getBuiltinModule('node:crypto');

/** What OpenSSL's codes mean for the person who gave the files. */
const complaints: Readonly<Record<string, string>> = {
	ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key does not belong to the certificate',
};

/** PKCS#8, and the older form with a header of its own. One key of 256 opens without its passphrase, into nothing. */
const isProtected = (key: Buffer): boolean =>
	/^(?:-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED)/m.test(key.toString('latin1'));

const systemComplaints: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file',
	EACCES: 'permission denied',
	EISDIR: 'it is a folder',
};

/** Why a file cannot be read, in words. */
export const systemComplaintOf = (error: unknown): string => systemComplaints[codeOf(error)] ?? codeOf(error);

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** The user's certificate files as OpenSSL wants them; read again when a file has changed. */
export class TlsFiles {
	readonly skipVerify: boolean;
	readonly hasClientCertificate: boolean;
	readonly #tls: ConnectionProfile['tls'];
	#stamp = '';
	#context: SecureContext | null = null;

	constructor(tls: ConnectionProfile['tls']) {
		this.#tls = tls;
		this.skipVerify = tls.skipVerify;
		this.hasClientCertificate = tls.certificateFile !== null;
	}

	/** For one new connection. Throws a `Fault` of kind `tls-other` that names the file. */
	context(): SecureContext {
		const { caFile, certificateFile, keyFile } = this.#tls;
		const stamp = [caFile, certificateFile, keyFile].map(stampOf).join(' ');
		if (this.#context !== null && stamp === this.#stamp) return this.#context;
		const ca = caFile === null ? this.#unnamedAuthorities() : readAuthorities(caFile);
		const context = build(ca, certificateFile, keyFile);
		this.#context = context;
		this.#stamp = stamp;
		return context;
	}

	/** etcdctl trusts the system's authorities when it is given none; Node by itself trusts a list that it brings along. */
	#unnamedAuthorities(): string[] | undefined {
		// Node has it from 22.15 on; before, its own list has to do.
		const system = this.skipVerify ? [] : (tls.getCACertificates?.('system') ?? []);
		return system.length > 0 ? system : undefined;
	}

	/** When the client's own certificate is not valid now: a phrase and the date that decides. */
	ownCertificateProblem(): { readonly text: string; readonly timeMs: number } | null {
		if (this.#tls.certificateFile === null) return null;
		const { validFromDate, validToDate } = new (crypto().X509Certificate)(
			read('certificate', this.#tls.certificateFile),
		);
		if (validToDate.getTime() < Date.now())
			return { text: 'your certificate has expired', timeMs: validToDate.getTime() };
		if (validFromDate.getTime() > Date.now())
			return { text: 'your certificate is not valid yet', timeMs: validFromDate.getTime() };
		return null;
	}
}

/** Throws `ProfileError` with one line when the files of a profile cannot be read or do not fit together. */
export function checkTlsFiles(tls: ConnectionProfile['tls']): void {
	try {
		new TlsFiles(tls).context();
	} catch (error) {
		throw error instanceof Fault ? new ProfileError(error.detail) : error;
	}
}

function stampOf(file: string | null): string {
	const facts = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
	return facts === undefined ? '-' : `${facts.mtimeMs}/${facts.size}/${facts.ino}`;
}

function read(what: string, file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		throw new Fault('tls-other', `cannot read the ${what} ${file}: ${systemComplaintOf(error)}`);
	}
}

function build(
	ca: Buffer | string[] | undefined,
	certificateFile: string | null,
	keyFile: string | null,
): SecureContext {
	if ((certificateFile === null) !== (keyFile === null))
		throw new Fault(
			'tls-other',
			`a client certificate needs both files: the ${keyFile === null ? 'key' : 'certificate'} is missing`,
		);
	if (certificateFile === null || keyFile === null) return createSecureContext({ ca });
	const cert = read('certificate', certificateFile);
	const key = read('key', keyFile);
	const what = `the certificate ${certificateFile} and the key ${keyFile}`;
	if (isProtected(key))
		throw new Fault(
			'tls-other',
			`${what} cannot be used: the key is protected by a passphrase, which is not supported`,
		);
	return attempt(what, () => createSecureContext({ ca, cert, key }));
}

/** OpenSSL takes a file without any certificate in silence, and then trusts nobody. */
function readAuthorities(file: string): Buffer {
	const content = read('CA file', file);
	attempt(`the CA file ${file}`, () => new (crypto().X509Certificate)(content));
	return content;
}

function attempt<T>(what: string, make: () => T): T {
	try {
		return make();
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Fault('tls-other', `${what} cannot be used: ${complaints[codeOf(error)] ?? reason}`);
	}
}
