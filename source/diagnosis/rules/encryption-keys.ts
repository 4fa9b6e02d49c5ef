import type { Case, Rule } from '../rule.ts';
import { encryptionSettings } from './encryption-settings.ts';
import { coverage, keyText, listResources, rewriteCommand, type Stored, storedIn } from './stored-forms.ts';

/** An old key is still needed beside a new one: it can neither be given up nor forgotten. */
export const encryptionKeys: Rule = {
	name: 'encryption-keys',
	judge(subject) {
		const several = storedIn(subject).filter(({ plain, keys }) => plain === 0 && keys.length > 1);
		if (several.length === 0) return [];
		return [
			{
				severity: 'info',
				member: null,
				title: `${listResources(several)} need ${keysOf(several).size} encryption keys`,
				evidence: several.map(coverage).join('; '),
				advice: `keep every key until all of them are written anew: ${rewriteCommand(several)}`,
				reasoning: several.flatMap(stored => writer(subject, stored)),
			},
		];
	},
};

/** Each by its provider and name, once: resources may share them. */
const keysOf = (several: readonly Stored[]): ReadonlySet<string> =>
	new Set(several.flatMap(({ keys }) => keys.map(keyText)));

/** Which of the keys writes, where this machine's settings tell. */
function writer(subject: Case, { resource }: Stored): readonly string[] {
	const settings = encryptionSettings(subject, resource);
	const first = settings?.kind === 'configured' ? settings.providers[0] : undefined;
	if (first === undefined || first.kind === 'identity') return [];
	const key = keyText({ provider: first.kind, keyName: first.names[0] ?? '' });
	return [`by the settings of this machine new ${resource} are written with ${key}; any other key is an old one`];
}
