import type { EtcdBinaries } from './binaries.ts';
import type { ClientTls } from './requests.ts';

export type MemberAddress = {
	readonly name: string;
	readonly clientUrl: string;
	/** Where it listens for peers, and what it tells them: they differ where a link lies between. */
	readonly peerListenUrl: string;
	readonly peerUrl: string;
	/** Null without a listener of its own for metrics. */
	readonly metricsListenUrl: string | null;
	readonly dataDirectory: string;
};

export type MemberSettings = {
	readonly binaries: EtcdBinaries;
	readonly token: string;
	readonly quotaBytes: number | null;
	readonly tls: ClientTls | null;
	readonly peerTls: ClientTls | null;
	/** Leaves out fsync where the release can (3.5). For tests that are not about disks. */
	readonly isFast: boolean;
	readonly extraArguments: readonly string[];
};

/** The arguments of one etcd server. Timers stay etcd's own, so that what is seen is what a default cluster does. */
export function commandLine(
	member: MemberAddress,
	peers: readonly Pick<MemberAddress, 'name' | 'peerUrl'>[],
	state: 'new' | 'existing',
	settings: MemberSettings,
): string[] {
	const { tls, peerTls } = settings;
	return [
		`--name=${member.name}`,
		`--data-dir=${member.dataDirectory}`,
		`--listen-client-urls=${member.clientUrl}`,
		`--advertise-client-urls=${member.clientUrl}`,
		`--listen-peer-urls=${member.peerListenUrl}`,
		`--initial-advertise-peer-urls=${member.peerUrl}`,
		`--initial-cluster=${peers.map(peer => `${peer.name}=${peer.peerUrl}`).join(',')}`,
		`--initial-cluster-token=${settings.token}`,
		`--initial-cluster-state=${state}`,
		'--logger=zap',
		'--log-outputs=stderr',
		'--log-level=warn',
		...(member.metricsListenUrl === null ? [] : [`--listen-metrics-urls=${member.metricsListenUrl}`]),
		...(settings.quotaBytes === null ? [] : [`--quota-backend-bytes=${settings.quotaBytes}`]),
		...(tls === null
			? []
			: [
					`--cert-file=${tls.certificateFile}`,
					`--key-file=${tls.keyFile}`,
					// A trusted CA alone makes etcd ask every client for a certificate.
					...(tls.requireClientCertificate ? [`--trusted-ca-file=${tls.caFile}`, '--client-cert-auth'] : []),
				]),
		...(peerTls === null
			? []
			: [
					`--peer-cert-file=${peerTls.certificateFile}`,
					`--peer-key-file=${peerTls.keyFile}`,
					`--peer-trusted-ca-file=${peerTls.caFile}`,
					'--peer-client-cert-auth',
				]),
		...(settings.isFast && !settings.binaries.version.startsWith('3.4.') ? ['--unsafe-no-fsync'] : []),
		...settings.extraArguments,
	];
}
