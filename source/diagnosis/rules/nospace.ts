import type { Contents } from '../../cluster/contents.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { fullShare } from '../../cluster/quota.ts';
import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';
import { listNames, type Rule } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';
import { hasNeverStarted } from './never-started.ts';
import { contentsIn, contentsWords, type FileUse, fileUses, usesText } from './space-words.ts';

/** A member reached its quota: the whole cluster refuses writes, kube-apiserver's own compaction among them. */
export const noSpace: Rule = {
	name: 'nospace',
	isOne: true,
	judge(subject) {
		const raised = raisedAlarm(subject.snapshot, 'NOSPACE');
		if (raised === null) return [];
		const uses = fileUses(subject.snapshot);
		const full = uses.filter(({ share }) => share >= fullShare);
		const [fullest] = uses;
		const contents = fullest === undefined ? null : contentsIn(subject, fullest);
		// A quota that nobody tells says nothing of room: the alarm is better evidence than a default.
		const isGuessed = full.length === 0 && uses.some(({ member }) => member.quota.kind === 'assumed');
		const unseen = uses.length === 0 || full.length > 0 ? [] : untold(subject.snapshot);
		return [
			{
				severity: 'critical',
				member: raised.member,
				title: 'NOSPACE: writes are refused',
				evidence: [raised.by, sizesText(uses, full, unseen, isGuessed), 'only deletes and compactions are taken']
					.filter(text => text !== '')
					.join('; '),
				advice: isGuessed
					? guessing
					: unseen.length > 0
						? waitingFor(unseen)
						: uses.length > 0 && full.length === 0
							? lifting
							: adviceFor(contents),
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

/** Members that do not tell how large their file is: it may be the one that is full. */
const untold = (snapshot: Snapshot): readonly MemberView[] =>
	ownMembers(snapshot).filter(
		member => (member.numbers === null || !isAnswering(member)) && !hasNeverStarted(snapshot, member),
	);

function sizesText(
	uses: readonly FileUse[],
	full: readonly FileUse[],
	unseen: readonly MemberView[],
	isGuessed: boolean,
): string {
	if (full.length > 0) return usesText(full);
	if (uses.length === 0) return '';
	const fullest = `${usesText(uses.slice(0, 1))} is the fullest`;
	if (isGuessed) return `how full the files are is not known, because no metrics tell the quota: ${fullest}`;
	return unseen.length > 0
		? `of those that tell their size ${fullest}; ${listNames(unseen)} ${unseen.length === 1 ? 'does' : 'do'} not`
		: `no file is above 90% of its quota any more: ${fullest}`;
}

const waitingFor = (unseen: readonly MemberView[]): string =>
	`bring ${listNames(unseen)} back: the others have room, and the alarm may be lifted only when every member has`;

const guessing =
	'give --quota as etcd has it (--quota-backend-bytes), to see what is missing; compact, defragment one by one, then disarm';

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
