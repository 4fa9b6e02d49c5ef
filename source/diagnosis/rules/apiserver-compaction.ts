import type { Rule } from '../rule.ts';
import { ownApiServer, ownEtcd } from './own-control-plane.ts';

/** Whether etcd compacts by itself; null where it cannot be known. */
export const etcdCompacts = (retention: string): boolean | null =>
	retention === 'unknown' ? null : retention !== 'default' && !/^0[a-z]*$/.test(retention);

/** Without compaction history grows until the quota is reached. */
export const apiServerCompaction: Rule = {
	name: 'apiserver-compaction',
	judge(subject) {
		const own = ownApiServer(subject);
		if (own?.settings.compactionSeconds !== 0) return [];
		const etcd = ownEtcd(subject);
		const isDoneByEtcd = etcd === null ? null : etcdCompacts(etcd.settings.compactionRetention);
		return [
			{
				severity: isDoneByEtcd === true ? 'info' : 'warning',
				member: null,
				title: 'kube-apiserver here does not compact etcd',
				evidence: `--etcd-compaction-interval is 0 in ${own.file}${
					isDoneByEtcd === null
						? ''
						: `; etcd here ${isDoneByEtcd ? 'compacts by itself' : 'does not compact by itself'}`
				}`,
				advice:
					isDoneByEtcd === true
						? 'nothing has to be done while etcd’s --auto-compaction-retention stays set'
						: `take --etcd-compaction-interval out of ${own.file} (its default is 5m), unless another kube-apiserver or etcd compacts`,
			},
		];
	},
};
