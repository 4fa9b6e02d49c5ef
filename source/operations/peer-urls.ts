import type { Member } from '../cluster/member.ts';
import { safeText } from '../format/safe.ts';
import { labelOf } from './membership.ts';
import type { Check } from './plan.ts';
import { Refused } from './refused.ts';

/** What etcd takes: a scheme, a host and a port, and no path; sockets are for tests, and may be anything. */
const network = /^(https?):\/\/(\[[0-9A-Fa-f:.]+(?:%[\w.~-]+)?\]|[\w.-]+):(\d{1,5})$/;
const socket = /^(unixs?):\/\/[^\s,]+$/;

export type PeerUrl = {
	readonly scheme: string;
	/** With its brackets where it is an IPv6 address; empty for a socket. */
	readonly host: string;
	readonly port: number | null;
};

/** A URL in its parts; null where etcd would not take it. */
export function partsOfUrl(url: string): PeerUrl | null {
	if (socket.test(url)) return { scheme: url.slice(0, url.indexOf(':')), host: '', port: null };
	const [, scheme, host, digits] = network.exec(url) ?? [];
	const port = Number(digits);
	if (scheme === undefined || host === undefined || port < 1 || port > 65_535) return null;
	return { scheme, host: host.toLowerCase(), port };
}

/** Peer URLs as etcd keeps them, or one line on what is wrong with them; safe to show. */
export type ReadPeerUrls = { readonly peerUrls: readonly string[] } | { readonly error: string };

const example = 'http://10.0.0.4:2380';

/** etcd takes no path, not even the slash that browsers end an address with. */
const tidied = (url: string): string =>
	url
		.trim()
		.replace(/^[a-z]+(?=:)/i, scheme => scheme.toLowerCase())
		.replace(/^(https?:\/\/[^/]+)\/$/, '$1');

/** A name and a password before the host are nobody else's business. */
const shown = (url: string): string => safeText(url.replace(/\/\/.*@/, '//…@'), 200);

/** What was given on the command line or typed; the one place that says what a peer URL is. */
export function readPeerUrls(given: readonly string[]): ReadPeerUrls {
	const peerUrls = given.map(tidied);
	if (peerUrls.length === 0) return { error: `no peer URL is given; give at least one, as in: ${example}` };
	const wrong = peerUrls.find(url => partsOfUrl(url) === null);
	if (wrong !== undefined)
		return {
			error: `“${shown(wrong)}” is no peer URL; it is http:// or https://, a host and a port, as in: ${example}`,
		};
	const twice = peerUrls.find((url, at) => peerUrls.indexOf(url) !== at);
	return twice === undefined ? { peerUrls } : { error: `the peer URL ${shown(twice)} is given twice` };
}

/** The URLs as etcd keeps them. Throws `Refused` where there is none, one that etcd does not take, or one twice. */
export function goodPeerUrls(given: readonly string[]): readonly string[] {
	const read = readPeerUrls(given);
	if ('error' in read) throw new Refused(read.error);
	return read.peerUrls;
}

/** Throws `Refused` where another member than `self` has one of the URLs. */
export function freePeerUrls(urls: readonly string[], list: readonly Member[], self: string | null): void {
	for (const url of urls) {
		const owner = list.find(({ id, peerUrls }) => id !== self && peerUrls.includes(url));
		if (owner !== undefined)
			throw new Refused(`the peer URL ${safeText(url, 200)} is ${labelOf(owner)}’s already; give another one`);
	}
}

const unspecified = new Set(['0.0.0.0', '[::]']);
const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127\./.test(host);

/** The other members can be expected to reach it there. */
export function reachableUrls(urls: readonly string[], others: readonly Member[]): Check {
	const title = 'peer URLs that the others can reach';
	const detail = safeText(urls.join(', '), 200);
	const parts = urls.flatMap(url => partsOfUrl(url) ?? []);
	const theirs = others.flatMap(({ peerUrls }) => peerUrls).flatMap(url => partsOfUrl(url) ?? []);
	const blind = parts.find(({ host }) => unspecified.has(host));
	if (blind !== undefined)
		return { title, verdict: 'warn', detail: `${detail}: nobody can connect to ${blind.host}, it only listens` };
	const near = parts.find(({ host }) => isLoopback(host));
	if (near !== undefined && theirs.some(({ host }) => !isLoopback(host)))
		return { title, verdict: 'warn', detail: `${detail}: on another machine ${near.host} is that machine itself` };
	const [scheme] = theirs.map(part => part.scheme);
	if (scheme !== undefined && parts.some(part => part.scheme !== scheme))
		return { title, verdict: 'warn', detail: `${detail}: the other members speak ${scheme}` };
	return { title, verdict: 'pass', detail };
}
