import type { MemberKey } from '../../cluster/member.ts';
import { counterIncrease } from '../../cluster/rate.ts';
import type { MemberView } from '../../cluster/snapshot.ts';
import { formatCount, formatPercent } from '../../format/number.ts';
import { safeText } from '../../format/safe.ts';
import type { FindingChart } from '../finding.ts';
import { type Case, idOf, nameOf, type Rule } from '../rule.ts';
import { leaderOf } from './isolation.ts';
import { fsyncLevels, latencyOver } from './latency-levels.ts';
import { learners, progressMs } from './learner-progress.ts';

/** So far behind is only who has not caught up yet: a second's worth of a busy cluster. */
const farBehindEntries = 1000n;

/**
 * A learner follows the leader and does not come nearer. While the leader sends it a snapshot it stands still too, and
 * that is as it should be; where all of them fail it never moves. Measured on 3.5.30 with a learner whose peer port was
 * closed: it heard its leader by a connection that it had made itself, and the leader tried ten snapshots a second.
 */
export const learnerStuck: Rule = {
	name: 'learner-stuck',
	judge: subject =>
		learners(subject).flatMap(({ member, lagEntries, lagBefore, share }) => {
			if (lagBefore === null || lagEntries < farBehindEntries || lagEntries < lagBefore) return [];
			const failed = failedSnapshots(subject, member);
			if (failed === 0 && isGettingSnapshot(subject, member.key)) return [];
			const { evidence = [], ...why } = failed > 0 ? inVain(subject, member, failed) : tooSlow(subject, member);
			return [
				{
					severity: 'warning' as const,
					member: idOf(member),
					title: `learner ${nameOf(member)} does not catch up`,
					evidence: [
						`${formatCount(lagEntries)} entries behind, ${formatCount(lagBefore)} a minute ago`,
						...evidence,
						`it has ${formatPercent(Math.floor(share * 100) / 100)} of the leader’s log, etcd promotes from 90 % on`,
					].join('; '),
					...why,
				},
			];
		}),
};

type Why = {
	readonly evidence?: readonly string[];
	readonly advice: string;
	readonly reasoning: readonly string[];
	readonly chart: FindingChart | null;
};

function inVain(subject: Case, member: MemberView, failed: number): Why {
	const urls = subject.snapshot.list.find(({ id }) => id === member.id)?.peerUrls ?? [];
	const where = urls.length === 0 ? '' : ` (${safeText(urls.join(', '), 200)})`;
	const leader = leaderOf(subject);
	return {
		evidence: [`${formatCount(failed)} ${failed === 1 ? 'snapshot' : 'snapshots'} for it failed in the last minute`],
		advice: `check that ${leader === null ? 'the leader' : nameOf(leader)} reaches its peer port${where}: firewall, routes, certificates; then the room on its disk. The leader’s log says why a snapshot failed`,
		reasoning: [
			'It is so far behind that the leader has no entries for it any more: only a snapshot can help, and none arrives.',
			'Heartbeats reach it all the same, by a connection that it has made itself; a snapshot needs one to its peer port.',
		],
		chart: null,
	};
}

function tooSlow(subject: Case, member: MemberView): Why {
	const fsync = latencyOver(subject, member, 'fsync', progressMs);
	const isDisk = fsync !== null && fsync.seconds >= fsyncLevels.warning;
	return {
		advice: `${isDisk ? 'give it a faster disk' : 'compare its round trip and the load of its machine with those of the voters'}, or write less for a while`,
		reasoning: [
			...(hasMetrics(subject, leaderOf(subject)?.key) && hasMetrics(subject, member.key)
				? ['It follows the leader and no snapshot is on its way: it takes entries more slowly than they are written.']
				: []),
			...(fsync === null
				? []
				: [`Its disk syncs take ${fsync.words}: ${isDisk ? 'it waits for its disk' : 'it is not its disk'}.`]),
			`Over ${progressMs / 1000} s it came no nearer.`,
		],
		chart: { kind: 'latency', latency: 'fsync', member: idOf(member) },
	};
}

function failedSnapshots(subject: Case, { id }: MemberView): number {
	const leader = leaderOf(subject);
	const metrics = leader === null ? undefined : subject.history.rows.get(leader.key)?.metrics;
	if (metrics === undefined || id === null) return 0;
	const sample = `etcd_network_snapshot_send_failures{To="${id}"}`;
	const { metricsIntervalMs } = subject.history.options;
	return Math.round(counterIncrease(metrics, metricsIntervalMs, sample, subject.atMs, progressMs)?.increase ?? 0);
}

const isGettingSnapshot = (subject: Case, key: MemberKey): boolean =>
	isAnyAbove0(subject, leaderOf(subject)?.key, 'etcd_network_snapshot_send_inflights_total') ||
	isAnyAbove0(subject, key, 'etcd_network_snapshot_receive_inflights_total') ||
	isAnyAbove0(subject, key, 'etcd_server_snapshot_apply_in_progress_total');

const hasMetrics = ({ history, atMs }: Case, key: MemberKey | undefined): boolean =>
	key !== undefined && (history.rows.get(key)?.metrics.table.placeAt(atMs) ?? null) !== null;

/** Whether a gauge is above 0 for any of its labels: those of snapshots name the other side. */
function isAnyAbove0({ history, atMs }: Case, key: MemberKey | undefined, metric: string): boolean {
	const metrics = key === undefined ? undefined : history.rows.get(key)?.metrics;
	const place = metrics?.table.placeAt(atMs) ?? null;
	if (metrics === undefined || place === null) return false;
	return metrics.columnsOf(metric).some(({ column }) => place.tier.numberAt(column, place.row) > 0);
}
