import type { Rule } from '../rule.ts';
import { encryptionSettings, plainReasoning } from './encryption-settings.ts';
import { coverage, listResources, rewriteCommand, storedIn } from './stored-forms.ts';

/**
 * Secrets lie in etcd, in its snapshots and in their copies as anybody can read them. Most clusters never turned
 * encryption on: that is a choice, and a warning that is always there hides others. Where it was meant to be on it is one.
 */
export const secretsPlain: Rule = {
	name: 'secrets-plain',
	judge(subject) {
		const plain = storedIn(subject).filter(stored => stored.plain > 0 && stored.keys.length === 0);
		if (plain.length === 0) return [];
		const isMeant = plain.some(({ resource }) => encryptionSettings(subject, resource)?.kind === 'configured');
		return [
			{
				severity: isMeant ? 'warning' : 'info',
				member: null,
				title: `${listResources(plain)} are stored plain`,
				evidence: plain.map(coverage).join('; '),
				advice: `turn on encryption at rest (kube-apiserver --encryption-provider-config), then have them written anew: ${rewriteCommand(plain)}`,
				reasoning: [
					...plainReasoning(encryptionSettings(subject, plain[0]!.resource)),
					'who has the database, a snapshot or a disk of it can read them; an encrypted disk does not protect snapshots',
				],
			},
		];
	},
};
