import { failureText } from '../../cluster/failure-text.ts';
import { examinationAt } from '../../cluster/history.ts';
import { safeText } from '../../format/safe.ts';
import type { Rule } from '../rule.ts';

/** Who asks may not read secrets, so how they are stored is not known. */
export const encryptionUnknown: Rule = {
	name: 'encryption-unknown',
	judge({ history, atMs }) {
		const resources = examinationAt(history, 'encryption', atMs)?.resources ?? [];
		const refused = resources.flatMap(({ resource, outcome }) =>
			outcome.kind === 'failed' ? [{ resource, failure: outcome.failure }] : [],
		);
		const [first] = refused;
		if (first === undefined) return [];
		const names = refused.map(({ resource }) => safeText(resource, 60)).join(', ');
		return [
			{
				severity: 'info',
				member: null,
				title: `how ${names} are stored is not known`,
				evidence: failureText(first.failure).line,
				advice:
					'give a user that may read them, or turn this off with --no-encryption; only the first bytes of a few are looked at',
			},
		];
	},
};
