import type { Rule } from '../rule.ts';
import { filesVerdict, fileTroubles } from './named-file-troubles.ts';
import { ownEtcd } from './own-control-plane.ts';

/** That a certificate ends soon is told by the rules on what members show; here are files as they are at a start. */
const notice = { criticalDays: 0, warningDays: 0 };

/** Files without which this machine's etcd fails at its next start. */
export const etcdCertificates: Rule = {
	name: 'etcd-certificates',
	judge(subject) {
		const own = ownEtcd(subject);
		if (own === null) return [];
		const troubles = fileTroubles(own.settings.files, subject.snapshot.timeMs, notice);
		return filesVerdict('etcd', own.file, troubles).map(verdict => ({ ...verdict, member: own.member.id }));
	},
};
