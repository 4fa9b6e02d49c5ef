import { type CompactMarkExamination, compactMarkKey } from '../../cluster/examinations/compact-mark.ts';
import { CallError, type KeyValue } from '../../etcd/calls.ts';
import type { Examiner } from '../examiner.ts';
import { statusTimeoutSeconds } from '../options.ts';

type Outcome = CompactMarkExamination['outcome'];

/** Reads kube-apiserver's mark from one member that answers: a serializable Range of one tiny key. */
export const compactMark: Examiner = {
	topic: 'compact-mark',
	everySeconds: 60,
	async examine({ options, rows }, signal) {
		const asked = rows.find(({ isAnswering }) => isAnswering);
		if (asked === undefined) return null;
		const timeoutSeconds = statusTimeoutSeconds(options.profile);
		try {
			const found = await options.calls
				.member(asked.endpoint)
				.get(compactMarkKey, { timeoutSeconds, signal, isSerializable: true });
			return { topic: 'compact-mark', outcome: outcomeOf(found) };
		} catch (error) {
			if (!(error instanceof CallError)) throw error;
			return { topic: 'compact-mark', outcome: { kind: 'failed', failure: error.failure } };
		}
	},
};

/** Whatever else somebody wrote there is not kept. */
function outcomeOf(found: KeyValue | null): Outcome {
	if (found === null) return { kind: 'absent' };
	const text = new TextDecoder().decode(found.value.subarray(0, 20));
	const revision = /^\d{1,19}$/.test(text) ? text : null;
	return { kind: 'read', revision, modRevision: String(found.modRevision), version: String(found.version) };
}
