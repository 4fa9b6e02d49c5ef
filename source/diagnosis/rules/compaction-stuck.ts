import { type Age, compactionAge, revisionAge } from '../../cluster/compaction.ts';
import type { CompactMarkExamination } from '../../cluster/examinations/compact-mark.ts';
import { examinationAt } from '../../cluster/history.ts';
import { isLed } from '../../cluster/own-members.ts';
import { type Records, recordsAt } from '../../cluster/records.ts';
import { revisionBefore } from '../../cluster/revision-before.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import type { Case, Rule, Verdict } from '../rule.ts';
import { raisedAlarm } from './alarm.ts';

/** Three rounds of kube-apiserver's compactor: two may pass between two of them where one apiserver dies. */
const stuckSeconds = 15 * 60;
/** Less history is not worth a word. */
const fewestKept = 1000;
/** Where nothing is Kubernetes', as much may be meant: somebody keeps what they want to read again. */
const fewestForeignKept = 10_000;
const muchForeignKept = 100_000;
const longForeignSeconds = 60 * 60;

type Mark = Extract<CompactMarkExamination['outcome'], { kind: 'read' }>;

/** History grows because nobody compacts, told apart by the mark that kube-apiserver's compactor leaves. */
export const compactionStuck: Rule = {
	name: 'compaction-stuck',
	judge(subject) {
		const records = recordsAt(subject.history, subject.atMs);
		// With NOSPACE raised kube-apiserver cannot compact, without a leader nobody can: there those are the causes.
		if (records === null || records.keptRevisions < fewestKept || !isLed(subject.snapshot)) return [];
		if (raisedAlarm(subject.snapshot, 'NOSPACE') !== null) return [];
		const outcome = examinationAt(subject.history, 'compact-mark', subject.atMs)?.outcome ?? null;
		return outcome?.kind === 'read'
			? kubernetesVerdict(subject, records, outcome)
			: foreignVerdict(subject, records, outcome?.kind === 'absent');
	},
};

const compact = { operation: 'compact', member: null } as const;

function kubernetesVerdict(subject: Case, records: Records, mark: Mark): readonly Verdict[] {
	const { history, atMs } = subject;
	const done = compactionAge(history, records.compactedRevision, atMs);
	const writtenAt = wholeOf(mark.modRevision);
	const asked = writtenAt === null ? null : revisionAge(history, writtenAt, atMs);
	if (done === null || asked === null || done.seconds < stuckSeconds || !isWritten(subject)) return [];
	const isAskedLately = asked.seconds < stuckSeconds;
	const wanted = wholeOf(mark.revision) ?? 0n;
	// Either nobody knows how old the mark is, or it asks for what is compacted already: the next round will do it.
	if (isAskedLately && (asked.isAtLeast || wanted <= BigInt(records.compactedRevision))) return [];
	const markText = `compact_rev_key was written ${ageText(asked)} ago`;
	return [
		{
			severity: 'warning',
			member: null,
			title: 'compaction is stuck',
			evidence: `${keptText(records)}; compacted last ${ageText(done)} ago, ${markText}`,
			advice: isAskedLately
				? 'look for errors of “compact” in kube-apiserver’s log; until that is mended compact by hand'
				: 'see whether a kube-apiserver runs, and its --etcd-compaction-interval (0 turns it off); until then compact by hand',
			reasoning: isAskedLately
				? [
						`${markText}: a kube-apiserver’s compactor runs, and asked for revision ${formatCount(wanted)}`,
						`etcd is compacted to ${formatCount(records.compactedRevision)} only: the request after the mark fails or is denied`,
					]
				: [
						`${markText}, and every compactor of a kube-apiserver writes it each round (5 minutes unless set): none runs`,
						'writes go on and NOSPACE is not raised, so nothing in etcd keeps it from compacting',
					],
			remedy: compact,
			chart: { kind: 'gauge', gauge: 'inUse', member: null },
		},
	];
}

/** Whether anything was written in the last rounds: in a silent cluster nothing has to be compacted. */
function isWritten({ history, snapshot, atMs }: Case): boolean {
	const before = revisionBefore(history, atMs, stuckSeconds) ?? revisionBefore(history, atMs, 60);
	return before !== null && snapshot.revision !== null && snapshot.revision > before.revision;
}

function foreignVerdict({ history, atMs }: Case, records: Records, isAbsent: boolean): readonly Verdict[] {
	const { keptRevisions, compactedRevision, keys } = records;
	if (keys === null || keptRevisions < fewestForeignKept || keptRevisions <= 2 * keys) return [];
	const done = compactedRevision === 0 ? null : compactionAge(history, compactedRevision, atMs);
	const isNever = compactedRevision === 0;
	const isLong = done !== null && done.seconds >= longForeignSeconds && keptRevisions >= muchForeignKept;
	if (!isNever && !isLong) return [];
	return [
		{
			severity: 'info',
			member: null,
			title: isNever ? 'history was never compacted' : 'much history is kept',
			evidence: `${keptText(records)} of ${formatCount(keys)} keys; ${done === null ? 'never compacted' : `compacted last ${ageText(done)} ago`}`,
			advice:
				'if nobody reads the past, start etcd with --auto-compaction-mode=periodic --auto-compaction-retention=1h',
			reasoning: [
				...(isAbsent ? ['there is no compact_rev_key: no kube-apiserver compacts here'] : []),
				'the past of keys stays in the file, as in use, until somebody compacts',
			],
			remedy: compact,
			chart: { kind: 'gauge', gauge: 'inUse', member: null },
		},
	];
}

/** A recording may hold anything. */
const wholeOf = (text: string | null): bigint | null => (/^\d{1,19}$/.test(text ?? '') ? BigInt(text!) : null);

const keptText = ({ keptRevisions }: Records) => `${formatCount(keptRevisions)} revisions of history are kept`;
const ageText = ({ seconds, isAtLeast }: Age) => `${isAtLeast ? 'at least ' : ''}${formatDuration(seconds)}`;
