import type { Member } from '../../cluster/member.ts';
import { safeText } from '../../format/safe.ts';
import type { Rule, Verdict } from '../rule.ts';
import { authorityOf, isLoopback, ownApiServer, ownEtcd } from './own-control-plane.ts';

const isAddress = (url: string) => /^(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])(?::\d+)?$/.test(authorityOf(url));
const memberText = ({ name, id, clientUrls }: Member) =>
	`${safeText(name || id, 60)} (${safeText(clientUrls[0] ?? 'no client URL', 80)})`;

/** kube-apiserver goes to the servers that it is told: one that it is not told of cannot take over. */
export const apiServerEtcdServers: Rule = {
	name: 'apiserver-etcd-servers',
	judge(subject) {
		const own = ownApiServer(subject);
		const voters = subject.snapshot.list.filter(({ isLearner, clientUrls }) => !isLearner && clientUrls.length > 0);
		if (own === null || subject.snapshot.listFailure !== null || voters.length < 2) return [];
		const { etcdServers } = own.settings;
		const local = ownEtcd(subject)?.member ?? null;
		const isNamed = ({ id, clientUrls }: Member) =>
			etcdServers.some(server => clientUrls.some(url => authorityOf(url) === authorityOf(server))) ||
			(id === local?.id && etcdServers.some(isLoopback));
		const known = new Set(subject.snapshot.list.flatMap(({ clientUrls }) => clientUrls.map(authorityOf)));
		const strangers = etcdServers.filter(server => !isLoopback(server) && !known.has(authorityOf(server)));
		// A name may stand for any member.
		if (!strangers.every(isAddress)) return [];
		const missing = voters.filter(voter => !isNamed(voter));
		if (missing.length === 0 && strangers.length === 0) return [];
		const isLocalOnly =
			strangers.length === 0 && missing.length === voters.length - 1 && local !== null && isNamed(local);
		return [isLocalOnly ? localOnly(own.file, voters.length) : incomplete(own.file, voters, missing, strangers)];
	},
};

const localOnly = (file: string, voters: number): Verdict => ({
	severity: 'info',
	member: null,
	title: 'kube-apiserver here knows its own member only',
	evidence: `--etcd-servers in ${file} names 1 of ${voters} members, the one of this machine, as kubeadm writes it`,
	advice: `nothing has to be done: while this etcd is down so is this kube-apiserver, the others serve; name all members in --etcd-servers in ${file} to change that`,
});

function incomplete(
	file: string,
	voters: readonly Member[],
	missing: readonly Member[],
	strangers: readonly string[],
): Verdict {
	const facts = [
		...(missing.length === 0 ? [] : [`missing: ${missing.map(memberText).join(', ')}`]),
		...(strangers.length === 0
			? []
			: [`no member has ${strangers.map(server => safeText(server, 80)).join(', ')} for its client URL`]),
	];
	return {
		severity: 'warning',
		member: null,
		title:
			missing.length > 0
				? 'kube-apiserver does not know all members'
				: 'kube-apiserver knows a server that is no member',
		evidence: `--etcd-servers in ${file} names ${voters.length - missing.length} of ${voters.length} members; ${facts.join('; ')}`,
		advice: `put the client URLs of all members into --etcd-servers in ${file}; the kubelet then restarts kube-apiserver`,
	};
}
