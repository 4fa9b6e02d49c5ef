import type { Rule } from '../rule.ts';
import { coverage, keyText, listResources, storedIn } from './stored-forms.ts';

/** Nothing is wrong: that it was looked into, and what was found, is worth knowing all the same. */
export const secretsEncrypted: Rule = {
	name: 'secrets-encrypted',
	judge(subject) {
		// One form, and no other: what is of an unknown form may be anything.
		const sealed = storedIn(subject).filter(({ sample, keys }) => sample.forms.length === 1 && keys.length === 1);
		if (sealed.length === 0) return [];
		return [
			{
				severity: 'info',
				member: null,
				title: `${listResources(sealed)} are encrypted: ${[...new Set(sealed.map(({ keys }) => keyText(keys[0]!)))].join(', ')}`,
				evidence: sealed.map(coverage).join('; '),
				advice: 'nothing to do; keep the key safe and apart from snapshots: without it they cannot be read',
			},
		];
	},
};
