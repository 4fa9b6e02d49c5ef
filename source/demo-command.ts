import { UsageError } from './config/errors.ts';
import type { Settings } from './config/settings.ts';
import { NoEtcdError } from './demo/binaries.ts';
import { createDemo, type Demo } from './demo/demo.ts';
import type { ConnectionProfile } from './etcd/profile.ts';
import { monitorCommand, needTerminal } from './monitor-command.ts';

type DemoSettings = Settings & { readonly command: 'demo' };

const profileOf = ({ cluster }: Demo): ConnectionProfile => ({
	endpoints: cluster.endpoints,
	source: `the demonstration (etcd ${cluster.binaries.version})`,
	tls: { caFile: null, certificateFile: null, keyFile: null, skipVerify: false },
	login: null,
	dialTimeoutSeconds: 2,
	commandTimeoutSeconds: 5,
	metricsUrls: [],
	discovery: true,
});

/** `etcdtop demo`: a real cluster on loopback under load, opened in the monitor, gone when it is left. */
export async function demoCommand(settings: DemoSettings): Promise<number> {
	if (!settings.screen.screenReader) needTerminal(settings);
	const demo = await startDemo(settings);
	try {
		const playground = { faults: demo.faults, run: demo.run };
		// The members were started with the quota; what the monitor shows is what they tell.
		return await monitorCommand({ ...settings, quotaBytes: null, profile: profileOf(demo), playground });
	} finally {
		await demo.stop();
	}
}

async function startDemo({ members, writesPerSecond, quotaBytes }: DemoSettings): Promise<Demo> {
	try {
		return await createDemo({
			members,
			...(writesPerSecond === null ? {} : { writesPerSecond }),
			...(quotaBytes === null ? {} : { quotaBytes }),
			onProgress: text => process.stderr.write(`${text}\n`),
		});
	} catch (error) {
		if (error instanceof NoEtcdError) throw new UsageError(error.message);
		throw error;
	}
}
