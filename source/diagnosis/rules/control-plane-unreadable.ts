import { examinationAt } from '../../cluster/history.ts';
import { safeText } from '../../format/safe.ts';
import type { Rule } from '../rule.ts';

const mostNamed = 3;

/** This machine runs a control plane, and some of its settings could not be looked at. */
export const controlPlaneUnreadable: Rule = {
	name: 'control-plane-unreadable',
	judge({ history, atMs }) {
		const found = examinationAt(history, 'control-plane', atMs);
		const complaints = [found?.apiServer ?? null, found?.etcd ?? null].flatMap(manifest => {
			if (manifest === null) return [];
			if (manifest.kind === 'unreadable') return [{ file: manifest.file, reason: manifest.reason }];
			const { settings } = manifest;
			const encryption = 'encryption' in settings ? settings.encryption : null;
			return [...settings.files, ...(encryption === null || encryption === 'unknown' ? [] : [encryption])].flatMap(
				({ path, outcome }) => (outcome.kind === 'unreadable' ? [{ file: path, reason: outcome.reason }] : []),
			);
		});
		if (complaints.length === 0) return [];
		const named = complaints
			.slice(0, mostNamed)
			.map(({ file, reason }) => `${safeText(file, 120)}: ${safeText(reason, 120)}`);
		const more = complaints.length - named.length;
		return [
			{
				severity: 'info',
				member: null,
				title: 'settings of the control plane cannot be read',
				evidence: `${named.join('; ')}${more > 0 ? `; ${more} more` : ''}`,
				advice: complaints.some(({ reason }) => /permission|permitted/.test(reason))
					? 'run etcdtop as root on this machine to have them checked; nothing of a key is ever read'
					: 'see whether this is the right folder (--manifests) and the file is whole; it is read again each minute',
			},
		];
	},
};
