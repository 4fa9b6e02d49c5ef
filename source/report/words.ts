import { isDenial } from '../cluster/failure.ts';
import { failureText } from '../cluster/failure-text.ts';
import type { MemberView } from '../cluster/snapshot.ts';
import { formatDuration } from '../format/duration.ts';
import type { Segment } from '../format/line.ts';
import { safeText } from '../format/safe.ts';

/** The role of a member that serves, else what it does instead. */
export function stateWord({ role, state }: MemberView): Segment {
	switch (state.kind) {
		case 'waiting':
			return { text: 'no answer', tone: 'critical' };
		case 'unreachable':
			return { text: isDenial(state.failure.kind) ? 'denied' : 'unreachable', tone: 'critical' };
		case 'no-leader':
			return { text: 'no leader', tone: 'critical' };
		case 'defragmenting':
			return { text: 'defragmenting', tone: 'warning' };
		case 'status-denied':
			return state.hasLeader ? { text: role ?? 'denied', tone: 'warning' } : { text: 'no leader', tone: 'critical' };
		case 'serving':
			return { text: role ?? 'serving', tone: role === 'leader' ? 'strong' : 'normal' };
	}
}

/** What is wrong with a reading: it failed, the member itself told of a fault, or only its metrics are missing. */
export type Problem = { readonly severity: 'failed' | 'told' | 'minor'; readonly text: string };

/** `for 12s: `, in front because the end may be cut off; nothing where it was only just seen. */
const age = (sinceMs: number, atMs: number) =>
	atMs - sinceMs < 1000 ? '' : `for ${formatDuration((atMs - sinceMs) / 1000)}: `;

/** Why a row lacks numbers, or what its member complains of; null where all is well. */
export function problemOf({ state, numbers, metrics }: MemberView, atMs: number): Problem | null {
	switch (state.kind) {
		case 'waiting':
			return { severity: 'failed', text: `${age(state.sinceMs, atMs)}no answer yet` };
		case 'unreachable':
			return { severity: 'failed', text: `${age(state.sinceMs, atMs)}${failureText(state.failure).line}` };
		case 'status-denied':
			return {
				severity: 'told',
				text: `${age(state.sinceMs, atMs)}${failureText(state.failure).line}; numbers from its metrics`,
			};
		case 'defragmenting':
			return { severity: 'told', text: `${age(state.sinceMs, atMs)}Status does not answer meanwhile` };
		default:
			if (numbers !== null && numbers.errors.length > 0)
				return { severity: 'told', text: safeText(numbers.errors.join('; ')) };
			return metrics.kind === 'failed'
				? { severity: 'minor', text: `no metrics: ${failureText(metrics.failure).line}` }
				: null;
	}
}
