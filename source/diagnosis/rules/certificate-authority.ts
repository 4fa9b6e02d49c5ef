import type { Rule } from '../rule.ts';
import { heldInFiles, ownFiles } from './certificate-holders.ts';
import { renewal } from './certificate-renewal.ts';
import { judgeValidity } from './certificate-validity.ts';

/** The authority that we trust ends soon, or has: this is more than one certificate to renew. */
export const certificateAuthority: Rule = {
	name: 'certificate-authority',
	isOne: true,
	judge: subject =>
		judgeValidity(heldInFiles(subject, 'authority'), subject.snapshot.timeMs, {
			noun: 'CA certificate',
			reasoning: ['nothing that it signed is valid past its end, whatever the dates of those certificates say'],
			advice: worst => renewal('authority', ownFiles(subject), worst),
		}),
};
