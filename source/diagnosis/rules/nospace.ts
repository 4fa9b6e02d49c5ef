import type { Contents } from '../../cluster/contents.ts';
import type { Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';
import { contentsIn, contentsWords, type FileUse, fileUses, usesText } from './space-words.ts';

/** Below this share of its quota a file lets the alarm be lifted without it coming back. */
const liftedShare = 0.9;

/** A member reached its quota: the whole cluster refuses writes, kube-apiserver's own compaction among them. */
export const noSpace: Rule = {
	name: 'nospace',
	judge(subject) {
		const raised = raisedAlarm(subject.snapshot, 'NOSPACE');
		if (raised === null) return [];
		const uses = fileUses(subject.snapshot);
		const full = uses.filter(({ share }) => share >= liftedShare);
		const [fullest] = uses;
		const contents = fullest === undefined ? null : contentsIn(subject, fullest);
		return [
			{
				severity: 'critical',
				member: raised.member,
				title: 'NOSPACE: writes are refused',
				evidence: [raised.by, sizesText(uses, full), 'only deletes and compactions are taken']
					.filter(text => text !== '')
					.join('; '),
				advice: uses.length > 0 && full.length === 0 ? lifting : adviceFor(contents),
				reasoning: [
					...(fullest === undefined || contents === null || full.length === 0 ? [] : contentsWords(contents, fullest)),
					'kube-apiserver cannot help itself: its compactor writes compact_rev_key before it compacts, and that write is refused',
				],
				remedy: { operation: 'recover-space', member: null },
				chart: { kind: 'gauge', gauge: 'dbSize', member: raised.member },
			},
		];
	},
};

const sizesText = (uses: readonly FileUse[], full: readonly FileUse[]): string =>
	full.length > 0
		? usesText(full)
		: uses.length === 0
			? ''
			: `no file is above 90% of its quota any more: ${usesText(uses.slice(0, 1))} is the fullest`;

const lifting = 'there is room again: disarm the alarm, which alone keeps writes out';

function adviceFor(contents: Contents | null): string {
	switch (contents?.filler ?? null) {
		case 'free-pages':
			return 'defragment one member after the other, then disarm';
		case 'history':
			return 'compact, wait until the use falls on every member, defragment one by one, then disarm';
		case 'data':
			return 'delete what is not needed or raise --quota-backend-bytes (8 GiB at most); compact, defragment one by one, then disarm';
		case null:
			return 'compact, wait until the use falls on every member, defragment one by one, then disarm';
	}
}
