import type { Member } from '../cluster/member.ts';
import { safeText } from '../format/safe.ts';
import { partsOfUrl } from './peer-urls.ts';

/** A flag of etcd and its value. */
type Flag = readonly [name: string, value: string];

/** What the new member is started with, ready to be copied. */
export type NewMemberLines = {
	/** One line for a shell. */
	readonly commandLine: string;
	/** Lines for the `command:` of a static pod such as kubeadm's, with its own paths of certificates; one flag a line. */
	readonly staticPodLines: string;
	/** Where the members speak TLS: the flags for its files, which only the other members' configuration knows; else null. */
	readonly tlsFlags: string | null;
};

const dataDirectory = '/var/lib/etcd';
const kubeadmPki = '/etc/kubernetes/pki/etcd';

const peerTls: readonly Flag[] = [
	['--peer-cert-file', `${kubeadmPki}/peer.crt`],
	['--peer-key-file', `${kubeadmPki}/peer.key`],
	['--peer-trusted-ca-file', `${kubeadmPki}/ca.crt`],
	['--peer-client-cert-auth', 'true'],
];
const clientTls: readonly Flag[] = [
	['--cert-file', `${kubeadmPki}/server.crt`],
	['--key-file', `${kubeadmPki}/server.key`],
	['--trusted-ca-file', `${kubeadmPki}/ca.crt`],
	['--client-cert-auth', 'true'],
];

/** The lines for a member that was just announced; `list` holds it together with all others. */
export function newMemberLines(name: string, added: Member, list: readonly Member[]): NewMemberLines {
	const others = list.filter(({ id }) => id !== added.id);
	const clients = clientUrlsOf(added.peerUrls, others);
	const peers = [...others, { ...added, name }].flatMap(member => member.peerUrls.map(url => `${member.name}=${url}`));
	const flags: readonly Flag[] = [
		['--name', name],
		['--initial-cluster', peers.join(',')],
		['--initial-cluster-state', 'existing'],
		['--initial-advertise-peer-urls', added.peerUrls.join(',')],
		['--listen-peer-urls', added.peerUrls.map(listening).join(',')],
		['--listen-client-urls', clients.map(listening).join(',')],
		['--advertise-client-urls', clients.join(',')],
		['--data-dir', dataDirectory],
	];
	const tls = [...(isSecure(added.peerUrls) ? peerTls : []), ...(isSecure(clients) ? clientTls : [])];
	return {
		commandLine: safeText(['etcd', ...flags.flatMap(([flag, value]) => [flag, quoted(value)])].join(' '), longest),
		staticPodLines: [['etcd', null] as const, ...flags, ...tls]
			.map(([flag, value]) => safeText(`- ${value === null ? flag : inYaml(`${flag}=${value}`)}`, longest))
			.join('\n'),
		tlsFlags: tls.length === 0 ? null : tls.map(([flag]) => flag).join(' '),
	};
}

/** Seven members with several URLs each fit; a line that is cut could not be used. */
const longest = 16_384;

const isSecure = (urls: readonly string[]) => urls.some(url => /^(?:https|unixs):/i.test(url));

/** As a shell takes it as one word. */
const quoted = (value: string): string =>
	/^[\w./:=,@%+[\]-]+$/.test(value) && !value.includes('[') ? value : `'${value.replaceAll("'", "'\\''")}'`;

/** As YAML takes it for one text. */
const inYaml = (text: string): string => (/^--[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`);

const isAddress = (host: string) => host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host);

/** etcd listens at addresses only: for a name, at all of the machine's. */
function listening(url: string): string {
	const parts = partsOfUrl(url);
	return parts === null || parts.host === '' || isAddress(parts.host) ? url : `${parts.scheme}://0.0.0.0:${parts.port}`;
}

/**
 * Where clients will find it: on the host of its first peer URL, with the scheme and the port that other members have
 * for theirs; the next free one where a member has this port there already.
 */
function clientUrlsOf(peerUrls: readonly string[], others: readonly Member[]): readonly string[] {
	const taken = new Set(others.flatMap(({ clientUrls, peerUrls: peers }) => [...clientUrls, ...peers]).map(placeOf));
	const model = others.flatMap(({ clientUrls }) => clientUrls).flatMap(url => partsOfUrl(url) ?? [])[0];
	const own = peerUrls.flatMap(url => partsOfUrl(url) ?? []).find(({ port }) => port !== null);
	if (own === undefined) return [`http://127.0.0.1:2379`];
	for (const url of peerUrls) taken.add(placeOf(url));
	let port = model?.port ?? 2379;
	while (taken.has(`${own.host}:${port}`)) port = (port % 65_535) + 1;
	return [`${model?.scheme ?? own.scheme}://${own.host}:${port}`];
}

const placeOf = (url: string): string => {
	const parts = partsOfUrl(url);
	return `${parts?.host}:${parts?.port}`;
};
