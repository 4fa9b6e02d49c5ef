import type { Rule } from '../rule.ts';
import { ownEtcd } from './own-control-plane.ts';

/** What is acknowledged is not on the disk. */
export const etcdFsyncOff: Rule = {
	name: 'etcd-fsync-off',
	judge(subject) {
		const own = ownEtcd(subject);
		if (own?.settings.isFsyncOff !== true) return [];
		return [
			{
				severity: 'warning',
				member: own.member.id,
				title: 'etcd here does not sync to its disk',
				evidence: `--unsafe-no-fsync in ${own.file}: a power loss takes what was acknowledged, and may break the data`,
				advice: `take --unsafe-no-fsync out of ${own.file}: it is for tests`,
			},
		];
	},
};
