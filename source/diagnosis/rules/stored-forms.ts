import type { EncryptionForm, EncryptionSample } from '../../cluster/examinations/encryption.ts';
import { examinationAt } from '../../cluster/history.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/number.ts';
import { safeText } from '../../format/safe.ts';
import type { Case } from '../rule.ts';

/** How the objects of one resource are stored, as far as some of them tell. */
export type Stored = {
	/** Safe to show. */
	readonly resource: string;
	readonly sample: EncryptionSample;
	readonly plain: number;
	/** Each provider with its key that was met, the most frequent first. */
	readonly keys: readonly StoredKey[];
};
export type StoredKey = Extract<EncryptionForm, { readonly kind: 'encrypted' }>;

export function storedIn({ history, atMs }: Case): readonly Stored[] {
	const resources = examinationAt(history, 'encryption', atMs)?.resources ?? [];
	return resources.flatMap(({ resource, outcome }) =>
		outcome.kind === 'failed'
			? []
			: [
					{
						resource: safeText(resource, 60),
						sample: outcome,
						plain: countOf(outcome, 'plain'),
						keys: outcome.forms.flatMap(({ form }) => (form.kind === 'encrypted' ? [form] : [])),
					},
				],
	);
}

const countOf = ({ forms }: EncryptionSample, kind: EncryptionForm['kind']) =>
	forms.reduce((sum, { form, count }) => sum + (form.kind === kind ? count : 0), 0);

/** `aescbc key1`. */
export const keyText = ({ provider, keyName }: Pick<StoredKey, 'provider' | 'keyName'>): string =>
	`${safeText(provider, 30)}${keyName === '' ? '' : ` ${safeText(keyName, 60)}`}`;

const formText = (form: EncryptionForm): string =>
	form.kind === 'encrypted' ? keyText(form) : form.kind === 'plain' ? `plain (${form.format})` : 'of an unknown form';

/** What was looked at, what it was and what it cost. */
export function coverage({ resource, sample }: Stored): string {
	const { total, sampled, forms, receivedBytes } = sample;
	const met = forms.map(({ form, count }) => `${count} ${formText(form)}`).join(', ');
	return `${resource}: ${sampled} of ${formatCount(total)} looked at: ${met}; ${formatBytes(receivedBytes)} read, no value kept`;
}

/** `secrets`, `secrets and configmaps`. */
export const listResources = (stored: readonly Stored[]): string => {
	const names = stored.map(({ resource }) => resource);
	return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};

/** How to have everything written anew, in the form that is configured by then. kubectl has the group behind the name. */
export const rewriteCommand = (stored: readonly Stored[]): string => {
	const names = stored.map(({ resource }) => resource.split('/').reverse().join('.'));
	return `kubectl get ${names.join(',')} -A -o json | kubectl replace -f -`;
};
