import type { Rule } from '../rule.ts';
import { heldInFiles, ownFiles } from './certificate-holders.ts';
import { renewal } from './certificate-renewal.ts';
import { judgeValidity } from './certificate-validity.ts';

/** The certificate that we show to etcd ends soon, or has. Others often use the same file. */
export const certificateClient: Rule = {
	name: 'certificate-client',
	isOne: true,
	judge: subject =>
		judgeValidity(heldInFiles(subject, 'client'), subject.snapshot.timeMs, {
			noun: 'client certificate',
			reasoning: ['etcd refuses who shows an expired one, so this monitor and all who use that file are locked out'],
			advice: worst => renewal('client', ownFiles(subject), worst),
		}),
};
