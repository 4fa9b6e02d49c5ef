import type { Rule } from '../rule.ts';
import { encryptionSettings, plainReasoning } from './encryption-settings.ts';
import { coverage, listResources, rewriteCommand, storedIn } from './stored-forms.ts';

/** Some are encrypted and some are not: what was written before encryption was turned on stays as it was. */
export const encryptionMixed: Rule = {
	name: 'encryption-mixed',
	judge(subject) {
		const mixed = storedIn(subject).filter(stored => stored.plain > 0 && stored.keys.length > 0);
		if (mixed.length === 0) return [];
		const reasons = plainReasoning(encryptionSettings(subject, mixed[0]!.resource));
		return [
			{
				severity: 'warning',
				member: null,
				title: `some ${listResources(mixed)} are stored plain`,
				evidence: mixed.map(coverage).join('; '),
				advice: `where every kube-apiserver encrypts, have all of them written anew: ${rewriteCommand(mixed)}`,
				reasoning:
					reasons.length > 0
						? reasons
						: ['they were written before encryption was turned on, or by a kube-apiserver that does not encrypt'],
			},
		];
	},
};
