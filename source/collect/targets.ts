import type { Member, MemberId, MemberKey } from '../cluster/member.ts';

/** A row that is read, and the endpoints at which it may be found, best first. */
export type Target = {
	readonly key: MemberKey;
	readonly candidates: readonly string[];
};

/** What is known of who answers where. */
export type Identities = {
	readonly endpoints: readonly string[];
	readonly discovery: boolean;
	/** The member that answers at each endpoint; null where several do, behind one address. */
	readonly answeredBy: ReadonlyMap<string, MemberId | null>;
	readonly members: readonly Member[];
	/** Given endpoints at which a member of another cluster answers. */
	readonly foreign: ReadonlySet<string>;
};

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/**
 * The rows to read. With discovery that is every member of the list, each at the given endpoint that is known to be its
 * own, else at the client URLs that it advertises; and what was given and belongs to another cluster, because nobody
 * should take it for watched. Without a list, or without discovery, it is the given endpoints, under the member's id as
 * soon as one answered.
 */
export function targetsOf({ endpoints, discovery, answeredBy, members, foreign }: Identities): readonly Target[] {
	if (!discovery || members.length === 0) return rowsOf(endpoints, answeredBy);
	const listed = members.map(member => {
		const own = endpoints.filter(endpoint => answeredBy.get(endpoint) === member.id);
		const advertised = member.clientUrls.filter(url => (answeredBy.get(url) ?? member.id) === member.id);
		return { key: member.id, candidates: unique([...own, ...advertised, ...member.clientUrls]) };
	});
	const strangers = endpoints.filter(endpoint => foreign.has(endpoint));
	return [...listed, ...rowsOf(strangers, answeredBy)];
}

/** A row for each endpoint, and one for those of the same member. */
function rowsOf(endpoints: readonly string[], answeredBy: Identities['answeredBy']): readonly Target[] {
	const keyOf = (endpoint: string) => answeredBy.get(endpoint) ?? endpoint;
	return unique(endpoints.map(keyOf)).map(key => ({
		key,
		candidates: endpoints.filter(endpoint => keyOf(endpoint) === key),
	}));
}

/** Given endpoints that no row covers yet: they are still asked, to learn whose they are. */
export function strayEndpoints(identities: Identities, targets: readonly Target[]): readonly string[] {
	const covered = new Set(targets.flatMap(target => target.candidates));
	return identities.endpoints.filter(endpoint => !covered.has(endpoint) && !identities.answeredBy.has(endpoint));
}

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).hostname : null);

/**
 * Where a member's metrics may be, in the order in which they are tried: the page of its client URL, the given metrics
 * URLs on its own host, all others given (the page itself tells whose it is), and the port that kubeadm uses.
 */
export function metricsCandidates(
	endpoint: string,
	member: Member | null,
	metricsUrls: readonly string[],
): readonly string[] {
	// The path of a socket's URL is where the socket is, not which page is meant.
	const namesPage = (url: string) =>
		/^unixs?:/.test(url) ? url.endsWith('/metrics') : URL.canParse(url) && new URL(url).pathname.length > 1;
	const page = (url: string) => (namesPage(url) ? url : `${url.replace(/\/$/, '')}/metrics`);
	const hosts = unique(
		[endpoint, ...(member?.clientUrls ?? []), ...(member?.peerUrls ?? [])]
			.map(hostOf)
			.filter(host => host !== null && host !== ''),
	);
	const isNear = (url: string) => hosts.includes(hostOf(url));
	const kubeadm = hosts.map(host => `http://${host}:2381/metrics`);
	return unique([page(endpoint), ...metricsUrls.filter(isNear).map(page), ...metricsUrls.map(page), ...kubeadm]);
}
