import type { Rule } from '../rule.ts';
import { heldAtPorts, ownFiles } from './certificate-holders.ts';
import { renewal } from './certificate-renewal.ts';
import { judgeValidity } from './certificate-validity.ts';

/** What members show each other ends soon, or has: members that lose each other then do not find together again. */
export const certificatePeer: Rule = {
	name: 'certificate-peer',
	isOne: true,
	judge: subject =>
		judgeValidity(heldAtPorts(subject, 'peer'), subject.snapshot.timeMs, {
			noun: 'peer certificate',
			reasoning: ['members that are connected notice nothing; after a restart or a broken link they stay apart'],
			advice: worst => renewal('peer', ownFiles(subject), worst),
		}),
};
