import type { Rule } from '../rule.ts';
import { filesVerdict, fileTroubles } from './named-file-troubles.ts';
import { ownApiServer } from './own-control-plane.ts';

/** The same as for the certificates that members show. Nobody but this machine sees the one that is shown to etcd. */
const notice = { criticalDays: 7, warningDays: 30 };

/** Files without which kube-apiserver loses etcd: now, or at its next start. */
export const apiServerCertificates: Rule = {
	name: 'apiserver-certificates',
	judge(subject) {
		const own = ownApiServer(subject);
		if (own === null) return [];
		const troubles = fileTroubles(own.settings.files, subject.snapshot.timeMs, notice);
		return filesVerdict('kube-apiserver', own.file, troubles).map(verdict => ({ ...verdict, member: null }));
	},
};
