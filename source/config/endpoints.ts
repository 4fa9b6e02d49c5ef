import { normalizeEndpoint } from '../etcd/endpoint.ts';
import { ProfileError } from '../etcd/profile.ts';
import { safeText } from '../format/safe.ts';
import { UsageError } from './errors.ts';

/** What stands before an @ may be a password. */
const shown = (written: string) => safeText(written.replace(/^(.*\/\/)?.*@/, '$1…@'), 80) || '""';

function normalize(written: string, usesTls: boolean, where: string): string {
	try {
		return normalizeEndpoint(written, usesTls);
	} catch (error) {
		if (!(error instanceof ProfileError)) throw error;
		throw new UsageError(`${where} ${shown(written)} is not an endpoint; try https://HOST:2379 or unix:///PATH`);
	}
}

/** Endpoints as URLs with scheme and port, each once, in the given order. `where` is the flag or variable they are from. */
export const normalizeEndpoints = (written: readonly string[], usesTls: boolean, where: string): readonly string[] => [
	...new Set(written.map(endpoint => normalize(endpoint, usesTls, where))),
];

/** A metrics page's URL; `http` where no scheme is given. A password in it is left out: URLs are shown and recorded. */
export function normalizeMetricsUrl(written: string, where: string): string {
	const url = URL.parse(/^[a-z]+:\/\//i.test(written) ? written : `http://${written}`);
	if (url === null || !/^https?:$/.test(url.protocol))
		throw new UsageError(`${where} ${shown(written)} is not a URL; try http://HOST:2381`);
	return url.pathname === '/' ? url.origin : `${url.origin}${url.pathname}${url.search}`;
}
