import type { TlsPort } from '../../cluster/examinations/tls.ts';
import { safeText } from '../../format/safe.ts';
import type { Rule } from '../rule.ts';
import { rowOf, tlsAt } from './certificate-holders.ts';

const mostUrls = 3;

export function urlsText(ports: readonly TlsPort[]): string {
	const more = ports.length - mostUrls;
	const first = ports.slice(0, mostUrls).map(({ url }) => safeText(url, 80));
	return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Ports that speak without TLS: everything on the way reads along, Secrets included. On loopback nobody is on the way. */
export const plainHttp: Rule = {
	name: 'plain-http',
	judge(subject) {
		const plain = (tlsAt(subject)?.ports ?? []).filter(
			port => port.outcome.kind === 'plain' && rowOf(subject, port) !== undefined,
		);
		const exposed = plain.filter(({ isLocal }) => !isLocal);
		const told = exposed.length > 0 ? exposed : plain;
		if (told.length === 0) return [];
		const roles = (['client', 'peer'] as const).filter(role => told.some(port => port.role === role));
		const who = roles.map(role => `${role}s`).join(' and ');
		return [
			{
				severity: exposed.length > 0 ? 'warning' : 'info',
				member: null,
				title: exposed.length > 0 ? `no TLS for ${who}` : `no TLS for ${who}, on loopback`,
				evidence: roles.map(role => `${role}s: ${urlsText(told.filter(port => port.role === role))}`).join('; '),
				advice:
					exposed.length > 0
						? 'give etcd --cert-file and --peer-cert-file with their keys and CAs, and https:// URLs'
						: 'nothing to do while every URL stays on loopback',
				reasoning:
					exposed.length > 0
						? ['all that is stored travels in the clear: who is on the way reads and changes it']
						: ['only programs on that machine can listen there'],
			},
		];
	},
};
