import type { ConnectionProfile } from '../etcd/profile.ts';
import { safeText } from '../format/safe.ts';
import { type Detected, detectEtcd } from './detect.ts';
import { normalizeEndpoints, normalizeMetricsUrl } from './endpoints.ts';
import { fileErrorText, UsageError } from './errors.ts';
import type { FlagName } from './flags.ts';
import type { Outside } from './outside.ts';
import { endpointsOfDomain } from './service-records.ts';
import type { Values } from './values.ts';

const fileFlags = ['cacert', 'cert', 'key'] as const satisfies readonly FlagName[];

/** Certificate files are read when a connection is made; one that is not there is told before the screen opens. */
function checkFiles(values: Values, outside: Outside): void {
	for (const name of fileFlags) {
		const path = values.text(name);
		if (path === null) continue;
		try {
			outside.readFile(path);
		} catch (error) {
			throw new UsageError(`${values.where(name)} ${safeText(path)}: ${fileErrorText(error)}`);
		}
	}
	const given = { cert: values.text('cert'), key: values.text('key') };
	if (given.cert !== null && given.key === null) throw new UsageError(`${values.where('cert')} needs --key as well`);
	if (given.key !== null && given.cert === null) throw new UsageError(`${values.where('key')} needs --cert as well`);
}

/** As etcdctl takes them apart: a user's name is not split at its colon when the password is given apart. */
async function login(values: Values, outside: Outside): Promise<ConnectionProfile['login']> {
	const user = values.text('user');
	const password = values.text('password');
	if (user === null) {
		// A password in the environment may be there for others; on the command line it was meant.
		if (password !== null && values.where('password') === '--password')
			throw new UsageError('--password needs --user as well');
		return null;
	}
	const colon = user.indexOf(':');
	const named =
		password !== null
			? { user, password }
			: { user: colon === -1 ? user : user.slice(0, colon), password: colon === -1 ? null : user.slice(colon + 1) };
	if (named.user === '') throw new UsageError(`${values.where('user')} has no name before the colon`);
	const answer = named.password ?? (await outside.askPassword(`Password of ${safeText(named.user, 60)}: `));
	if (answer === null)
		throw new UsageError(
			`${values.where('user')} ${safeText(named.user, 60)} has no password and there is no terminal to ask on; set ETCDCTL_PASSWORD`,
		);
	return { user: named.user, password: answer };
}

const noFiles = { caFile: null, certificateFile: null, keyFile: null, metricsUrls: [] };

/** The header has no room for a path. */
const layerName = (where: string) => (where.includes(':') ? 'config.yaml' : where);

/** Where to connect: SRV records, then the endpoints that were given, then what this machine tells. */
async function target(values: Values, outside: Outside): Promise<Detected> {
	const usesTls = fileFlags.some(name => values.text(name) !== null) || !values.isOn('insecure-transport');
	const given = (flag: FlagName, endpoints: readonly string[]): Detected => ({
		...noFiles,
		source: layerName(values.where(flag)),
		endpoints: normalizeEndpoints(endpoints, usesTls, values.where(flag)),
	});
	const domain = values.text('discovery-srv');
	const endpoints = values.list('endpoints');
	if (domain !== null) {
		const suffix = values.text('discovery-srv-name');
		const lookup = { domain, suffix, allowsPlain: values.isOn('insecure-discovery') };
		return given('discovery-srv', await endpointsOfDomain(lookup, outside));
	}
	if (endpoints !== null) return given('endpoints', endpoints);
	// Whoever names certificates means them: another cluster's must not be mixed in.
	if (usesTls) return { ...noFiles, source: 'default', endpoints: ['https://127.0.0.1:2379'] };
	const detected = detectEtcd(outside);
	return { ...detected, endpoints: normalizeEndpoints(detected.endpoints, false, detected.source) };
}

/** How to reach the cluster, from everything that was given. Asks for a missing password last. */
export async function connectionProfile(values: Values, outside: Outside): Promise<ConnectionProfile> {
	checkFiles(values, outside);
	const dialTimeoutSeconds = values.seconds('dial-timeout', 2, 0.01);
	const commandTimeoutSeconds = values.seconds('command-timeout', 5, 0.01);
	const found = await target(values, outside);
	const metricsUrls = values.list('metrics-urls');
	return {
		endpoints: found.endpoints,
		source: found.source,
		tls: {
			caFile: values.text('cacert') ?? found.caFile,
			certificateFile: values.text('cert') ?? found.certificateFile,
			keyFile: values.text('key') ?? found.keyFile,
			skipVerify: values.isOn('insecure-skip-tls-verify'),
		},
		dialTimeoutSeconds,
		commandTimeoutSeconds,
		metricsUrls: metricsUrls?.map(url => normalizeMetricsUrl(url, values.where('metrics-urls'))) ?? found.metricsUrls,
		discovery: values.isOn('discovery'),
		login: await login(values, outside),
	};
}
