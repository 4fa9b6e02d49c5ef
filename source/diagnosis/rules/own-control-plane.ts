import type { ApiServerSettings, EtcdSettings, Manifest } from '../../cluster/examinations/control-plane.ts';
import { examinationAt } from '../../cluster/history.ts';
import type { Member } from '../../cluster/member.ts';
import type { Snapshot } from '../../cluster/snapshot.ts';
import { safeText } from '../../format/safe.ts';
import type { Case } from '../rule.ts';

/** Settings out of a manifest, with its name, safe to show. */
export type Own<Settings> = { readonly file: string; readonly settings: Settings };

/** `10.0.0.1:2379`. */
export const authorityOf = (url: string): string =>
	url
		.replace(/^[a-z]+:\/\//i, '')
		.replace(/\/.*$/s, '')
		.toLowerCase();

export const isLoopback = (url: string): boolean => /^(?:127\.|localhost(?::|$)|\[::1\])/.test(authorityOf(url));

/**
 * The member that has one of these client URLs. A loopback address is this machine's own: it is a member's where we read
 * that member at the very same address.
 */
function memberAt({ list, members }: Snapshot, urls: readonly string[]): Member | null {
	const authorities = new Set(urls.map(authorityOf));
	const isListed = ({ clientUrls }: Member) =>
		clientUrls.some(url => !isLoopback(url) && authorities.has(authorityOf(url)));
	const readHere = members.find(({ endpoint }) => isLoopback(endpoint) && authorities.has(authorityOf(endpoint)));
	return list.find(isListed) ?? list.find(({ id }) => id === readHere?.id) ?? null;
}

/**
 * The etcd that this machine's manifest runs, where it is a member of the cluster that is watched: somebody may well
 * watch another one from a control plane's machine.
 */
export function ownEtcd(subject: Case): (Own<EtcdSettings> & { readonly member: Member }) | null {
	const read = readManifest(examinationAt(subject.history, 'control-plane', subject.atMs)?.etcd ?? null);
	if (read === null) return null;
	const { clientUrls, name } = read.settings;
	const named = subject.snapshot.list.find(each => each.name === name) ?? null;
	const member = clientUrls.length > 0 ? memberAt(subject.snapshot, clientUrls) : named;
	return member === null ? null : { ...read, member };
}

/** The kube-apiserver of this machine, where it uses the cluster that is watched. */
export function ownApiServer(subject: Case): Own<ApiServerSettings> | null {
	const read = readManifest(examinationAt(subject.history, 'control-plane', subject.atMs)?.apiServer ?? null);
	if (read === null) return null;
	const { etcdServers } = read.settings;
	const isOurs =
		memberAt(subject.snapshot, etcdServers) !== null || (etcdServers.some(isLoopback) && ownEtcd(subject) !== null);
	return isOurs ? read : null;
}

const readManifest = <Settings>(manifest: Manifest<Settings> | null): Own<Settings> | null =>
	manifest?.kind === 'read' ? { file: safeText(manifest.file, 200), settings: manifest.settings } : null;
