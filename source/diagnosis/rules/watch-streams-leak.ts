import { leastOver } from '../../cluster/least.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { formatCount } from '../../format/number.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';

/** A client opens a stream just before its first watcher, and may keep it for a while after the last. */
const lastingMs = 10 * 60_000;
const fewestIdle = 100;

/** Streams without a watcher stay open: some client does not close what it has opened. */
export const watchStreamsLeak: Rule = {
	name: 'watch-streams-leak',
	judge: ({ history, snapshot, atMs }) =>
		ownMembers(snapshot).flatMap(member => {
			if (!isAnswering(member)) return [];
			const idle = leastOver(
				history,
				member.key,
				['etcd_debugging_mvcc_watch_stream_total', 'etcd_debugging_mvcc_watcher_total'],
				{ atMs, spanMs: lastingMs, atLeast: fewestIdle },
				([streams = Number.NaN, watchers = Number.NaN]) => streams - watchers,
			);
			if (idle === null) return [];
			return [
				{
					severity: 'info' as const,
					member: idOf(member),
					title: `${nameOf(member)}: more watch streams than watchers`,
					evidence: `at least ${formatCount(idle)} streams without a watcher for 10 minutes`,
					advice: 'find the client: count the connections to port 2379 by address on that host (ss -tn)',
					reasoning: ['every watcher needs a stream, but a stream without one serves nobody: its client forgot it'],
				},
			];
		}),
};
