import { ProfileError } from './profile.ts';

/** An endpoint taken apart: where to connect to, and whether TLS is spoken there. */
export type Endpoint = {
	readonly isSecure: boolean;
	/** A host and port, or the path of a Unix socket. */
	readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
	/** What the certificate must be for and requests are addressed to: a DNS name or an IP address without brackets. */
	readonly serverName: string;
	/** `:authority` and `Host`: the server's name with its port. */
	readonly authority: string;
};

/** The port that etcd's clients are registered for, taken where none is given. */
const defaultPort = 2379;

const isSecureScheme: Readonly<Record<string, boolean>> = { http: false, https: true, unix: false, unixs: true };

/** Reads `http://`, `https://`, `unix://` and `unixs://` endpoints; null for anything else. */
export function parseEndpoint(text: string): Endpoint | null {
	const scheme = /^([a-z]+):/.exec(text)?.[1] ?? '';
	const isSecure = isSecureScheme[scheme];
	if (isSecure === undefined) return null;
	if (scheme.startsWith('unix')) {
		const path = text.slice(scheme.length + 1).replace(/^\/\//, '');
		return path === '' ? null : { isSecure, address: { path }, serverName: 'localhost', authority: 'localhost' };
	}
	if (!URL.canParse(text)) return null;
	const { hostname, port: givenPort } = new URL(text);
	// URL drops a port that is the scheme's default, although it was given.
	const schemePort = /:0*(?:80|443)(?:[/?#]|$)/.test(text.slice(scheme.length + 3))
		? isSecure
			? 443
			: 80
		: defaultPort;
	const port = givenPort === '' ? schemePort : Number(givenPort);
	const host = hostname.replace(/^\[(.*)\]$/, '$1');
	return host === '' ? null : { isSecure, address: { host, port }, serverName: host, authority: `${hostname}:${port}` };
}

/**
 * An endpoint as a user writes it, with scheme and port, the way etcdctl reads it: without a scheme it is TLS when a
 * certificate file or `--insecure-transport=false` was given, a bare IPv6 address gets its brackets, and a scheme that
 * is given wins over everything. Throws `ProfileError` when it is no endpoint.
 */
export function normalizeEndpoint(text: string, wantsTls: boolean): string {
	const given = text.trim();
	const scheme = wantsTls ? 'https' : 'http';
	const isBareIpv6 = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(given);
	const url = isBareIpv6
		? `${scheme}://[${given}]`
		: given.includes('://') || /^unixs?:/.test(given)
			? given
			: `${scheme}://${given}`;
	const endpoint = given === '' ? null : parseEndpoint(url);
	if (endpoint === null)
		throw new ProfileError(`"${given}" is not an endpoint: give host:port, http://…, https://…, unix://… or unixs://…`);
	if ('path' in endpoint.address) return `${endpoint.isSecure ? 'unixs' : 'unix'}://${endpoint.address.path}`;
	return `${endpoint.isSecure ? 'https' : 'http'}://${endpoint.authority}`;
}
