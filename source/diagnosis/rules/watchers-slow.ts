import { leastOf, leastOver } from '../../cluster/least.ts';
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

/** Watchers do not keep up with what is written: those who wait for events act on an old state. */
export const watchersSlow: Rule = {
	name: 'watchers-slow',
	judge: subject =>
		ownMembers(subject.snapshot).flatMap(member => (isAnswering(member) ? verdictFor(subject, member) : [])),
};

function verdictFor({ history, atMs }: Case, member: MemberView): readonly Verdict[] {
	const least = (metric: Parameters<typeof leastOver>[2]) => leastOver(history, member.key, metric, atMs, lastingMs);
	const slow = least('etcd_debugging_mvcc_slow_watcher_total');
	const pending = least('etcd_debugging_mvcc_pending_events_total');
	const share = leastOf(
		history,
		member.key,
		['etcd_debugging_mvcc_slow_watcher_total', 'etcd_debugging_mvcc_watcher_total'],
		atMs,
		lastingMs,
		([behind = 0, all = 0]) => (all > 0 ? behind / all : 0),
	);
	const isSlow = slow !== null && share !== null && slow >= fewestSlow && share >= slowShare;
	const isPending = pending !== null && pending >= manyPending;
	if (!isSlow && !isPending) return [];
	return [
		{
			severity: 'warning',
			member: idOf(member),
			title: `${nameOf(member)}: watchers fall behind`,
			evidence: [
				...(slow === null ? [] : [`at least ${formatCount(slow)} watchers behind for a minute`]),
				...(share === null || share === 0 ? [] : [`${formatPercent(share)} of all`]),
				...(pending === null || pending === 0 ? [] : [`${formatCount(pending)} events wait to be sent`]),
			].join(', '),
			advice: 'find the clients of this member that read slowly, or the storm of writes that they watch',
			reasoning: [
				isPending
					? 'events wait to be sent: clients or the network take them more slowly than they come'
					: 'few events wait to be sent: watchers were started far in the past, or read again after they were cut off',
			],
			chart: { kind: 'writes' },
		},
	];
}
