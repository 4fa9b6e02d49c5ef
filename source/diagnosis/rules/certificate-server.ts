import type { Rule } from '../rule.ts';
import { heldAtPorts, ownFiles } from './certificate-holders.ts';
import { renewal } from './certificate-renewal.ts';
import { judgeValidity } from './certificate-validity.ts';

/** What members show their clients ends soon, or has: every client that verifies is turned away from then on. */
export const certificateServer: Rule = {
	name: 'certificate-server',
	isOne: true,
	judge: subject =>
		judgeValidity(heldAtPorts(subject, 'client'), subject.snapshot.timeMs, {
			noun: 'server certificate',
			reasoning: ['connections that stand go on past its end; every new one fails, kube-apiserver’s among them'],
			advice: worst => renewal('server', ownFiles(subject), worst),
		}),
};
