import type { TlsPort } from '../../cluster/examinations/tls.ts';
import { type Endpoint, parseEndpoint } from '../../etcd/endpoint.ts';
import type { ExaminedCluster } from '../examiner.ts';

/** A URL of a member that is to be looked at. */
export type PortPlace = Pick<TlsPort, 'key' | 'role' | 'url' | 'isAdvertised' | 'isLocal'> & {
	readonly endpoint: Endpoint;
	/** The member is read at this URL, and answers. */
	readonly isAnswering: boolean;
};

const mostUrls = 4;
const mostPorts = 64;

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^(?:::ffff:)?127\./.test(host);

/** Nobody reaches it from another machine. */
export const isLocal = ({ address, serverName }: Endpoint) => 'path' in address || isLoopback(serverName);

/**
 * Where members may be looked at: at the URL at which each is read, and at those that it tells its clients and its
 * peers. A member that is read through another port than it advertises has several. Who keeps us to the endpoints that
 * were given (`hasDiscovery` false) wants no others touched.
 */
export function portsOf(rows: ExaminedCluster['rows'], hasDiscovery: boolean): readonly PortPlace[] {
	return rows.flatMap(row => portsOfRow(row, hasDiscovery)).slice(0, mostPorts);
}

function portsOfRow(
	{ key, endpoint, isAnswering, member }: ExaminedCluster['rows'][number],
	hasDiscovery: boolean,
): readonly PortPlace[] {
	const clientUrls = member?.clientUrls.slice(0, mostUrls) ?? [];
	const peerUrls = member?.peerUrls.slice(0, mostUrls) ?? [];
	const seen = new Set<string>();
	const place = (role: TlsPort['role'], url: string, isAdvertised: boolean): readonly PortPlace[] => {
		const parsed = parseEndpoint(url);
		const where = `${role} ${JSON.stringify(parsed?.address)}`;
		if (parsed === null || seen.has(where)) return [];
		seen.add(where);
		const isAnsweringHere = role === 'client' && url === endpoint && isAnswering;
		return [{ key, role, url, isAdvertised, isLocal: isLocal(parsed), endpoint: parsed, isAnswering: isAnsweringHere }];
	};
	return [
		...place('client', endpoint, clientUrls.includes(endpoint)),
		...(hasDiscovery ? clientUrls.flatMap(url => place('client', url, true)) : []),
		...(hasDiscovery ? peerUrls.flatMap(url => place('peer', url, true)) : []),
	];
}
