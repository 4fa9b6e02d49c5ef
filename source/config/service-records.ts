import { safeText } from '../format/safe.ts';
import { fileErrorCode, UsageError } from './errors.ts';
import type { Outside, ServiceRecord } from './outside.ts';

type Lookup = { readonly domain: string; readonly suffix: string | null; readonly allowsPlain: boolean };

/**
 * Endpoints from a domain's SRV records as etcdctl finds them: `_etcd-client-ssl._tcp` gives https, `_etcd-client._tcp`
 * http, both with `-SUFFIX` where a service name is set. One of the two may be missing.
 */
export async function endpointsOfDomain(lookup: Lookup, outside: Outside): Promise<readonly string[]> {
	const suffix = lookup.suffix === null ? '' : `-${lookup.suffix}`;
	const services = [
		{ name: `_etcd-client-ssl${suffix}._tcp.${lookup.domain}`, scheme: 'https' },
		{ name: `_etcd-client${suffix}._tcp.${lookup.domain}`, scheme: 'http' },
	];
	const answers = await Promise.allSettled(services.map(({ name }) => outside.resolveService(name)));
	const endpoints = answers.flatMap((answer, index) =>
		answer.status === 'rejected' ? [] : urls(services[index]!.scheme, answer.value),
	);
	const domain = safeText(lookup.domain, 80);
	if (answers.every(answer => answer.status === 'rejected')) {
		const failure = answers.find(answer => answer.status === 'rejected');
		const reason = fileErrorCode(failure?.reason) ?? 'no answer';
		throw new UsageError(
			`--discovery-srv ${domain}: no record ${services.map(service => safeText(service.name, 120)).join(' or ')} (${reason}); try --endpoints`,
		);
	}
	const allowed = endpoints.filter(endpoint => lookup.allowsPlain || endpoint.startsWith('https:'));
	if (allowed.length === 0)
		throw new UsageError(
			endpoints.length === 0
				? `--discovery-srv ${domain}: its SRV records are empty; try --endpoints`
				: `--discovery-srv ${domain}: all records are without TLS; leave out --no-insecure-discovery to take them`,
		);
	return allowed;
}

const urls = (scheme: string, records: readonly ServiceRecord[]) =>
	[...records]
		.sort((left, right) => left.priority - right.priority)
		.map(record => `${scheme}://${record.name.replace(/\.$/, '')}:${record.port}`);
