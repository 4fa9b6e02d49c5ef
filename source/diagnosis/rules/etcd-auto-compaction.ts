import { safeText } from '../../format/safe.ts';
import type { Rule } from '../rule.ts';
import { etcdCompacts } from './apiserver-compaction.ts';
import { ownApiServer, ownEtcd } from './own-control-plane.ts';

/** Two compact: the earlier one wins, and the other finds nothing to do. */
export const etcdAutoCompaction: Rule = {
	name: 'etcd-auto-compaction',
	judge(subject) {
		const [etcd, apiServer] = [ownEtcd(subject), ownApiServer(subject)];
		if (etcd === null || apiServer === null) return [];
		const { compactionMode: mode, compactionRetention: retention } = etcd.settings;
		const seconds = apiServer.settings.compactionSeconds;
		if (etcdCompacts(retention) !== true || seconds === 0 || seconds === 'unknown') return [];
		const modeText = mode === 'default' ? 'periodic' : mode === 'unknown' ? 'an unknown' : safeText(mode, 20);
		return [
			{
				severity: 'info',
				member: etcd.member.id,
				title: 'both etcd and kube-apiserver compact',
				evidence: `--auto-compaction-retention=${safeText(retention, 20)} (${modeText} mode) in ${etcd.file}; kube-apiserver compacts every ${seconds === 'default' ? '5m' : `${seconds} s`}`,
				advice: `harmless; kube-apiserver is enough, so --auto-compaction-retention in ${etcd.file} can go`,
			},
		];
	},
};
