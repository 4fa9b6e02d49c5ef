import type { MemberView, Snapshot } from '../../cluster/snapshot.ts';
import { formatBytes, formatQuota } from '../../format/bytes.ts';
import type { Rule } from '../rule.ts';
import { ownEtcd } from './own-control-plane.ts';

/** etcd's documentation suggests no more: a start, a snapshot and a new member take ever longer. */
const mostBytes = 8 * 1024 ** 3;

const viewOf = ({ members }: Snapshot, id: string): MemberView | undefined => members.find(each => each.id === id);

/** The quota that this machine's etcd is given. How full it is, others judge. */
export const etcdQuota: Rule = {
	name: 'etcd-quota',
	judge(subject) {
		const own = ownEtcd(subject);
		const quota = own?.settings.quotaBytes ?? 'unknown';
		if (own === null || quota === 'unknown') return [];
		const size = viewOf(subject.snapshot, own.member.id)?.numbers?.dbSizeBytes;
		const use = size === undefined ? '' : `; the database has ${formatBytes(size)}`;
		const common = { severity: 'info', member: own.member.id } as const;
		if (quota === 'default' || quota === 0)
			return [
				{
					...common,
					title: 'etcd here has the default quota of 2 GiB',
					evidence: `no --quota-backend-bytes in ${own.file}${use}`,
					advice: `for a cluster that grows set --quota-backend-bytes=8589934592 (8 GiB) in ${own.file}, on every member alike`,
				},
			];
		if (quota > 0 && quota <= mostBytes) return [];
		return [
			{
				...common,
				title: quota < 0 ? 'etcd here has no quota' : 'etcd here has a very large quota',
				evidence: `--quota-backend-bytes=${quota}${quota < 0 ? '' : `, ${formatQuota(quota)},`} in ${own.file}${use}`,
				advice: `etcd suggests 8 GiB at most: set --quota-backend-bytes in ${own.file}, on every member alike`,
			},
		];
	},
};
