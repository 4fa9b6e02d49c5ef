import { isAnswering } from '../../cluster/member-state.ts';
import { ownMembers } from '../../cluster/own-members.ts';
import { sampleAt } from '../../cluster/rate.ts';
import { formatCount, formatPercent } from '../../format/number.ts';
import { idOf, nameOf, type Rule } from '../rule.ts';

/** etcd itself warns from here on. */
const warningShare = 0.8;
const criticalShare = 0.95;

/** A member is about to run out of file descriptors: then it takes no connection, and cannot open its next file. */
export const fileDescriptors: Rule = {
	name: 'file-descriptors',
	judge: ({ history, snapshot, atMs }) =>
		ownMembers(snapshot).flatMap(member => {
			const metrics = history.rows.get(member.key)?.metrics;
			if (metrics === undefined || !isAnswering(member)) return [];
			const used = sampleAt(metrics, history.options.metricsIntervalMs, 'os_fd_used', atMs);
			const limit = sampleAt(metrics, history.options.metricsIntervalMs, 'os_fd_limit', atMs);
			if (used === null || limit === null || limit <= 0 || used / limit < warningShare) return [];
			return [
				{
					severity: used / limit >= criticalShare ? ('critical' as const) : ('warning' as const),
					member: idOf(member),
					title: `${nameOf(member)}: few file descriptors left`,
					evidence: `${formatCount(used)} of ${formatCount(limit)} in use (${formatPercent(used / limit)}); etcd counts them every 10 minutes`,
					advice: 'raise the limit (LimitNOFILE= of its service), and find out who holds so many connections',
					reasoning: ['nearly all of them are connections of clients: etcd itself needs a few dozen'],
				},
			];
		}),
};
