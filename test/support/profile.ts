import type { ConnectionProfile } from '../../source/etcd/profile.ts';

/** A profile without TLS and login, with short deadlines. */
export const plainProfile: ConnectionProfile = {
	endpoints: [],
	source: '--endpoints',
	tls: { caFile: null, certificateFile: null, keyFile: null, skipVerify: false },
	login: null,
	dialTimeoutSeconds: 2,
	commandTimeoutSeconds: 5,
	metricsUrls: [],
	discovery: true,
};
