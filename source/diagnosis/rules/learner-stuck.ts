import type { MemberKey } from '../../cluster/member.ts';
import { formatCount, formatPercent } from '../../format/number.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { leaderOf } from './isolation.ts';
import { learners, progressMs } from './learner-progress.ts';

/** So far behind is only who has not caught up yet: a second's worth of a busy cluster. */
const farBehindEntries = 1000n;

/**
 * A learner follows the leader and does not come nearer. While the leader sends it a snapshot it stands still too, and
 * that is as it should be.
 */
export const learnerStuck: Rule = {
	name: 'learner-stuck',
	judge: subject =>
		learners(subject).flatMap(({ member, lagEntries, lagBefore, share }) => {
			if (lagBefore === null || lagEntries < farBehindEntries || lagEntries < lagBefore) return [];
			if (isGettingSnapshot(subject, member.key)) return [];
			return [
				{
					severity: 'warning' as const,
					member: idOf(member),
					title: `learner ${nameOf(member)} does not catch up`,
					evidence: `${formatCount(lagEntries)} entries behind, ${formatCount(lagBefore)} a minute ago; it has ${formatPercent(Math.floor(share * 100) / 100)} of the leader’s log, etcd promotes from 90 % on`,
					advice:
						'compare its disk syncs and its round trip with those of the voters; give it a faster disk, or write less for a while',
					reasoning: [
						'It follows the leader and no snapshot is on its way: it takes entries more slowly than they are written.',
						`Over ${progressMs / 1000} s it came no nearer.`,
					],
					chart: { kind: 'latency' as const, latency: 'fsync' as const, member: idOf(member) },
				},
			];
		}),
};

const isGettingSnapshot = (subject: Case, key: MemberKey): boolean =>
	isAnyAbove0(subject, leaderOf(subject)?.key, 'etcd_network_snapshot_send_inflights_total') ||
	isAnyAbove0(subject, key, 'etcd_network_snapshot_receive_inflights_total') ||
	isAnyAbove0(subject, key, 'etcd_server_snapshot_apply_in_progress_total');

/** Whether a gauge is above 0 for any of its labels: those of snapshots name the other side. */
function isAnyAbove0({ history, atMs }: Case, key: MemberKey | undefined, metric: string): boolean {
	const metrics = key === undefined ? undefined : history.rows.get(key)?.metrics;
	const place = metrics?.table.placeAt(atMs) ?? null;
	if (metrics === undefined || place === null) return false;
	return metrics.columnsOf(metric).some(({ column }) => place.tier.numberAt(column, place.row) > 0);
}
