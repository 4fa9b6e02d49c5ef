import { leastOver } from '../../cluster/least.ts';
import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatCount, formatPercent } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule, type Verdict } from '../rule.ts';

/** A watcher that begins in the past is slow until it has caught up: within a minute it has. */
const lastingMs = 60_000;
const fewestSlow = 10;
const slowShare = 0.1;
const manyPending = 1000;

const names = {
	slow: 'etcd_debugging_mvcc_slow_watcher_total',
	all: 'etcd_debugging_mvcc_watcher_total',
	pending: 'etcd_debugging_mvcc_pending_events_total',
} as const;

/** Watchers do not keep up with what is written: those who wait for events act on an old state. */
export const watchersSlow: Rule = {
	name: 'watchers-slow',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => (isAnswering(member) ? verdictFor(subject, member) : [])),
};

function verdictFor({ history, atMs }: Case, member: MemberView): readonly Verdict[] {
	const lasting = (atLeast: number) => ({ atMs, spanMs: lastingMs, atLeast });
	const pending = leastOver(history, member.key, [names.pending], lasting(manyPending));
	const slow = leastOver(history, member.key, [names.slow], lasting(fewestSlow));
	const share =
		slow === null
			? null
			: leastOver(history, member.key, [names.slow, names.all], lasting(slowShare), ([behind = 0, all = 0]) =>
					all > 0 ? behind / all : 0,
				);
	if (share === null && pending === null) return [];
	return [
		{
			severity: 'warning',
			member: idOf(member),
			title: `${nameOf(member)}: watchers fall behind`,
			evidence: [
				...(slow === null ? [] : [`at least ${formatCount(slow)} watchers behind for a minute`]),
				...(share === null ? [] : [`${formatPercent(share)} of all`]),
				...(pending === null ? [] : [`${formatCount(pending)} events wait to be sent`]),
			].join(', '),
			advice: 'find the clients of this member that read slowly, or the storm of writes that they watch',
			reasoning: [
				pending !== null
					? 'events wait to be sent: clients or the network take them more slowly than they come'
					: 'few events wait to be sent: watchers were started far in the past, or read again after they were cut off',
			],
			chart: { kind: 'writes' },
		},
	];
}
