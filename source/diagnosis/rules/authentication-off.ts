import type { TlsPort } from '../../cluster/examinations/tls.ts';
import type { Rule } from '../rule.ts';
import { rowOf, tlsAt } from './certificate-holders.ts';
import { urlsText } from './plain-http.ts';

/** Lets in who shows no certificate, as tried from here. */
const isOpen = ({ role, outcome }: TlsPort) =>
	role === 'client' &&
	(outcome.kind === 'plain' ||
		(outcome.kind === 'tls' && outcome.asksForCertificate === false && !outcome.isRemembered));

/** Neither a login nor a certificate is asked for: whoever reaches the port may read and change everything. */
export const authenticationOff: Rule = {
	name: 'authentication-off',
	judge(subject) {
		const examination = tlsAt(subject);
		if (examination?.authentication !== 'off') return [];
		const open = examination.ports.filter(port => isOpen(port) && rowOf(subject, port) !== undefined);
		const exposed = open.filter(({ isLocal }) => !isLocal);
		const told = exposed.length > 0 ? exposed : open;
		if (told.length === 0) return [];
		return [
			{
				severity: exposed.length > 0 ? 'warning' : 'info',
				member: null,
				title: exposed.length > 0 ? 'anybody may read and write' : 'no authentication, on loopback',
				evidence: `without a client certificate or a login, from here: ${urlsText(told)}`,
				advice:
					exposed.length > 0
						? 'demand client certificates (--client-cert-auth with --trusted-ca-file), or enable authentication; until then let a firewall keep others out'
						: 'nothing to do where every user of that machine may be trusted with it',
				reasoning:
					exposed.length > 0
						? ['an ordinary read was answered without either']
						: ['an ordinary read was answered without either; other addresses than loopback were not found open'],
			},
		];
	},
};
