import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

/**
 * X.509 certificates for tests, written as DER by hand: any validity dates, no other program. P-256 keys, SHA-256.
 */
export type Certificate = {
	readonly name: string;
	readonly certificateFile: string;
	readonly keyFile: string;
	readonly key: KeyObject;
};

export type CertificateOptions = {
	/** Where the two files go, `NAME.crt` and `NAME.key`. */
	readonly directory: string;
	/** The common name. */
	readonly name: string;
	/** Signs the certificate; without it the certificate is an authority that signs itself. */
	readonly issuer?: Certificate | undefined;
	/** DNS names and IP addresses. */
	readonly hosts?: readonly string[];
	readonly from?: Date;
	readonly to?: Date;
	/** Protects the key file. */
	readonly passphrase?: string;
};

const dayMs = 86_400_000;

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
	const body = Buffer.concat(parts);
	const length = body.length;
	const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const octets = (...parts: readonly Uint8Array[]) => der(0x04, ...parts);
const yes = Buffer.from([0x01, 0x01, 0xff]);
const bits = (content: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), content);
/** Up to 32767, in as few bytes as DER demands. */
const integer = (value: number) => der(0x02, Buffer.from(value < 0x80 ? [value] : [value >> 8, value & 0xff]));

function objectId(text: string): Buffer {
	const [first, second, ...rest] = text.split('.').map(Number);
	const bytes = rest.flatMap(part => {
		const groups = [part & 0x7f];
		for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
		return groups;
	});
	return der(0x06, Buffer.from([first! * 40 + second!, ...bytes]));
}

const time = (date: Date) => der(0x18, Buffer.from(date.toISOString().replace(/\.\d+|[-:T]/g, '')));
const distinguishedName = (name: string) =>
	sequence(der(0x31, sequence(objectId('2.5.4.3'), der(0x0c, Buffer.from(name)))));
const extension = (id: string, value: Buffer, ...critical: readonly Buffer[]) =>
	sequence(objectId(id), ...critical, octets(value));

function address(host: string): Buffer {
	if (isIP(host) === 0) return der(0x82, Buffer.from(host));
	if (isIP(host) === 4) return der(0x87, Buffer.from(host.split('.').map(Number)));
	const groups = host.split(':');
	const missing = 8 - groups.filter(group => group !== '').length;
	const full = host
		.replace('::', `:${'0:'.repeat(missing)}`)
		.replace(/^:|:$/g, '')
		.split(':');
	return der(0x87, Buffer.from(full.map(group => group.padStart(4, '0')).join(''), 'hex'));
}

let serial = 1;

/** Makes a certificate with its key, valid from yesterday for a year when no dates are given: longer than is worth a word. */
export function makeCertificate(options: CertificateOptions): Certificate {
	const { directory, name, issuer, hosts = [], passphrase } = options;
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const from = options.from ?? new Date(Date.now() - dayMs);
	const to = options.to ?? new Date(Date.now() + 365 * dayMs);
	const extensions = [
		extension('2.5.29.19', issuer === undefined ? sequence(yes) : sequence(), yes),
		extension('2.5.29.15', bits(Buffer.from([issuer === undefined ? 0x06 : 0x80]), issuer === undefined ? 1 : 7), yes),
		...(issuer === undefined
			? []
			: [extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'), objectId('1.3.6.1.5.5.7.3.2')))]),
		...(hosts.length === 0 ? [] : [extension('2.5.29.17', sequence(...hosts.map(address)))]),
	];
	const algorithm = sequence(objectId('1.2.840.10045.4.3.2'));
	const content = sequence(
		der(0xa0, integer(2)),
		integer(serial++),
		algorithm,
		distinguishedName(issuer?.name ?? name),
		sequence(time(from), time(to)),
		distinguishedName(name),
		publicKey.export({ type: 'spki', format: 'der' }),
		der(0xa3, sequence(...extensions)),
	);
	const certificate = sequence(content, algorithm, bits(sign('sha256', content, issuer?.key ?? privateKey)));
	const certificateFile = join(directory, `${name}.crt`);
	const keyFile = join(directory, `${name}.key`);
	const lines = certificate
		.toString('base64')
		.match(/.{1,64}/g)!
		.join('\n');
	writeFileSync(certificateFile, `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
	const protection = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
	writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem', ...protection }));
	return { name, certificateFile, keyFile, key: privateKey };
}
