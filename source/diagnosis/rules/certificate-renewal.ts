import type { Held } from './certificate-holders.ts';

/** Whose certificate is to be renewed. */
export type RenewedRole = 'server' | 'peer' | 'client' | 'authority';

type Distribution = {
	/** Where it keeps its certificates. */
	readonly folder: string;
	/** The name of its authority, where it has one of its own. */
	readonly issuer?: RegExp;
	readonly advice: (role: RenewedRole, file: string) => string;
};

/** kubeadm's own name for a client certificate, by its file. */
const kubeadmClients: readonly (readonly [RegExp, string])[] = [
	[/healthcheck-client/, 'etcd-healthcheck-client'],
	[/apiserver-etcd-client/, 'apiserver-etcd-client'],
	[/etcd\/server/, 'etcd-server'],
	[/etcd\/peer/, 'etcd-peer'],
];

function kubeadmAdvice(role: RenewedRole, file: string): string {
	if (role === 'authority')
		return 'kubeadm renews no CA: make a new one by hand, and have both trusted until every certificate is renewed';
	const name =
		role === 'client' ? kubeadmClients.find(([pattern]) => pattern.test(file))?.[1] : (`etcd-${role}` as const);
	if (name === undefined) return generic[role];
	return role === 'client'
		? `on this node: kubeadm certs renew ${name}`
		: `on that node: kubeadm certs renew ${name}; etcd takes it up with the next connection`;
}

const rancherAdvice = (program: string) => (role: RenewedRole) =>
	role === 'authority'
		? `${program} certificate rotate-ca replaces it; read its manual first`
		: `restart ${program} on that node: at its start it renews what ends soon`;

const distributions: readonly Distribution[] = [
	{ folder: '/etc/kubernetes/pki/', issuer: /(?:^|, )CN=etcd-ca(?:,|$)/, advice: kubeadmAdvice },
	{ folder: '/var/lib/rancher/k3s/', advice: rancherAdvice('k3s') },
	{ folder: '/var/lib/rancher/rke2/', advice: rancherAdvice('rke2') },
];

const generic: Readonly<Record<RenewedRole, string>> = {
	server:
		'issue a new one by the same CA and put it in place of --cert-file and --key-file on that machine; etcd takes it up with the next connection',
	peer: 'issue a new one by the same CA and put it in place of --peer-cert-file and --peer-key-file on that machine; etcd takes it up with the next connection',
	client: 'issue a new one by the CA that etcd trusts, and put it in place of the file',
	authority:
		'make a new CA and add it to --trusted-ca-file and --cacert everywhere, renew every certificate by it, then take the old one out',
};

/** What to renew, and by which command where the distribution is known by its paths or its authority's name. */
export function renewal(role: RenewedRole, ownFiles: readonly string[], { certificate, where }: Held): string {
	const places = [...ownFiles, where];
	const found = distributions.find(
		({ folder, issuer }) => places.some(place => place.startsWith(folder)) || issuer?.test(certificate.issuer) === true,
	);
	return found === undefined ? generic[role] : found.advice(role, where);
}
