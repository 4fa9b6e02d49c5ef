/** How to reach a cluster. Built once from flags, environment and files; never changes while the program runs. */
export type ConnectionProfile = {
	/** URLs with scheme and port, for example `https://10.0.0.1:2379`, `http://[::1]:2379`, `unix:///run/etcd.sock`. */
	readonly endpoints: readonly string[];
	/** Where the endpoints came from, for the header: `--endpoints`, `ETCDCTL_ENDPOINTS`, `kubeadm`, `k3s`, `default`. */
	readonly source: string;
	/** Files are read when a connection is made, and again when they change. */
	readonly tls: {
		readonly caFile: string | null;
		readonly certificateFile: string | null;
		readonly keyFile: string | null;
		readonly skipVerify: boolean;
	};
	readonly login: { readonly user: string; readonly password: string } | null;
	readonly dialTimeoutSeconds: number;
	readonly commandTimeoutSeconds: number;
	/** URLs of metrics pages given by the user, with or without the path `/metrics`; matched to members by host. */
	readonly metricsUrls: readonly string[];
	/** False keeps to the given endpoints. */
	readonly discovery: boolean;
};

/** The profile itself cannot work: an endpoint that is none, a key file that cannot be read. One line, without advice. */
export class ProfileError extends Error {
	override readonly name = 'ProfileError';
}
