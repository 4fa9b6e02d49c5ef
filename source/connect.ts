import { UsageError } from './config/errors.ts';
import type { EtcdCalls } from './etcd/calls.ts';
import { connectEtcd } from './etcd/connect.ts';
import { type ConnectionProfile, ProfileError } from './etcd/profile.ts';
import { checkTlsFiles } from './etcd/tls-files.ts';

/** The wire for a command. Certificate files that no member could be read with end it at once, as a `UsageError`. */
export function connect(profile: ConnectionProfile): EtcdCalls {
	const { caFile, certificateFile, keyFile } = profile.tls;
	if (caFile !== null || certificateFile !== null || keyFile !== null) checkFiles(profile);
	return connectEtcd(profile);
}

function checkFiles({ tls }: ConnectionProfile): void {
	try {
		checkTlsFiles(tls);
	} catch (error) {
		if (!(error instanceof ProfileError)) throw error;
		throw new UsageError(`${error.message}; check --cacert, --cert and --key`);
	}
}
