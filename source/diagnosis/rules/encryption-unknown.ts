import { failureText } from '../../cluster/failure-text.ts';
import { examinationAt } from '../../cluster/history.ts';
import { safeText } from '../../format/safe.ts';
import type { Case, Rule, Verdict } from '../rule.ts';
import { coverage, listResources, storedIn } from './stored-forms.ts';

/** Who asks may not read secrets, so how they are stored is not known; or beside encrypted ones some are of no known form. */
export const encryptionUnknown: Rule = {
	name: 'encryption-unknown',
	judge(subject) {
		const resources = examinationAt(subject.history, 'encryption', subject.atMs)?.resources ?? [];
		const refused = resources.flatMap(({ resource, outcome }) =>
			outcome.kind === 'failed' ? [{ resource, failure: outcome.failure }] : [],
		);
		const [first] = refused;
		if (first === undefined) return ofNoForm(subject);
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

/** Where nothing is encrypted they may be anybody's keys. */
function ofNoForm(subject: Case): readonly Verdict[] {
	const odd = storedIn(subject).filter(
		({ keys, sample }) => keys.length > 0 && sample.forms.some(({ form }) => form.kind === 'unknown'),
	);
	if (odd.length === 0) return [];
	return [
		{
			severity: 'info',
			member: null,
			title: `how some ${listResources(odd)} are stored is not known`,
			evidence: odd.map(coverage).join('; '),
			advice: 'see who else writes there: these begin as nothing does that kube-apiserver writes, encrypted or not',
		},
	];
}
