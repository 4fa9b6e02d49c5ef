import type { Rule } from '../rule.ts';
import { memberFaults } from './member-fault.ts';

/** Something is there, but it cannot be asked: certificates, login, permission, or not an etcd. It may well serve others. */
export const memberUnreadable: Rule = {
	name: 'member-unreadable',
	judge: subject =>
		memberFaults(
			subject,
			[
				'tls-untrusted',
				'tls-expired',
				'tls-not-yet-valid',
				'tls-wrong-name',
				'tls-client-certificate-required',
				'tls-client-certificate-refused',
				'tls-to-plain-port',
				'plain-to-tls-port',
				'tls-other',
				'not-etcd',
				'wrong-password',
				'login-required',
				'permission-denied',
				'rejected',
				'http-status',
				'malformed',
			],
			(name, short) => `${name} cannot be read: ${short}`,
		),
};
