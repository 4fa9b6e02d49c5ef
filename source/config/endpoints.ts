import { safeText } from '../format/safe.ts';
import { UsageError } from './errors.ts';

const defaultPort = 2379;
const host = /^(?:\[[0-9a-f:.]+(?:%[\w.~-]+)?\]|[\w.-]+)$/i;

/** `host:port` with the default port where there is none; null where it is neither. */
function authority(text: string): string | null {
	const match = /^(.*?)(?::(\d{1,5}))?$/.exec(text);
	const port = Number(match?.[2] ?? defaultPort);
	return match !== null && host.test(match[1]!) && port > 0 && port < 65_536 ? `${match[1]}:${port}` : null;
}

/** `unix:PATH`, `unix:///PATH` and etcd's `unix://NAME`, and the same with `unixs` for TLS. */
function socket(text: string): string | null {
	const match = /^(unixs?):(?:\/\/)?(.+)$/.exec(text);
	return match === null ? null : `${match[1]}://${match[2]}`;
}

function problem(written: string): string {
	if ((written.match(/:/g)?.length ?? 0) > 1 && !/[[/]/.test(written))
		return 'an IPv6 address needs brackets: [::1]:2379';
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(written)?.[1];
	if (scheme !== undefined && !/^(?:https?|unixs?)$/i.test(scheme)) return 'the scheme is http, https or unix';
	return 'try https://HOST:2379';
}

/**
 * An endpoint as a URL with scheme and port. As with etcdctl, one without a scheme is `https` when any TLS option is
 * given and `http` otherwise, and a path after the port counts for nothing. Where etcdctl wants a port, 2379 is assumed.
 */
export function normalizeEndpoint(written: string, usesTls: boolean, where: string): string {
	const text = written.trim();
	const match = /^(?:(https?):\/\/)?([^/?#]*)(?:[/?#].*)?$/i.exec(text);
	const address = match === null ? null : authority(match[2]!.replace(/^.*@/, ''));
	const url =
		socket(text) ??
		(match === null || address === null
			? null
			: `${match[1]?.toLowerCase() ?? (usesTls ? 'https' : 'http')}://${address}`);
	// What stands before an @ may be a password.
	const shown = safeText(written.replace(/\/\/[^/@]*@/, '//…@'), 80);
	if (url === null) throw new UsageError(`${where} ${shown || '""'} is not an endpoint; ${problem(text)}`);
	return url;
}

/** All of them, each once, in the given order. */
export const normalizeEndpoints = (written: readonly string[], usesTls: boolean, where: string): readonly string[] => [
	...new Set(written.map(endpoint => normalizeEndpoint(endpoint, usesTls, where))),
];

/** A metrics page's URL; `http` where no scheme is given. */
export function normalizeMetricsUrl(written: string, where: string): string {
	const url = URL.parse(/^[a-z]+:\/\//i.test(written) ? written : `http://${written}`);
	if (url === null || !/^https?:$/.test(url.protocol))
		throw new UsageError(`${where} ${safeText(written, 80)} is not a URL; try http://HOST:2381`);
	return url.pathname === '/' ? url.origin : url.href;
}
