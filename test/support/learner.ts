import { join } from 'node:path';
import type { LocalCluster } from '../../source/demo/cluster.ts';
import { commandLine } from '../../source/demo/command-line.ts';
import { createMember, type LocalMember } from '../../source/demo/member.ts';
import { freePorts } from '../../source/demo/ports.ts';
import { startProxy, type TcpProxy } from '../../source/demo/proxy.ts';
import { until } from '../demo/real-etcd.ts';
import { etcdctl } from './programs.ts';

/** A learner of its own process. The others reach its peer port through `door` only; it reaches theirs directly. */
export type Learner = { readonly member: LocalMember; readonly door: TcpProxy; stop(): Promise<void> };

/** Adds a learner to a cluster and starts it. Its directory is the cluster's, so it goes with it whatever happens. */
export async function addLearner(cluster: LocalCluster, extraArguments: readonly string[]): Promise<Learner> {
	const name = `m${cluster.members.length + 1}`;
	const [client = 0, peer = 0] = await freePorts(2);
	const door = await startProxy({ targetPort: peer });
	const peerUrl = `http://127.0.0.1:${door.port}`;
	const ctl = etcdctl(cluster.binaries, (await cluster.waitLeader()).clientUrl);
	// Refused until all members have been connected for five seconds.
	await until(() => ctl('member', 'add', name, '--learner', `--peer-urls=${peerUrl}`).catch(() => null), {
		everyMs: 300,
	});
	const list: { readonly members: readonly { readonly name?: string; readonly peerURLs: readonly [string] }[] } =
		JSON.parse(await ctl('member', 'list', '--write-out=json'));
	const peers = list.members.map(each => ({ name: each.name || name, peerUrl: each.peerURLs[0] }));
	const clientUrl = `http://127.0.0.1:${client}`;
	const address = {
		name,
		clientUrl,
		peerListenUrl: `http://127.0.0.1:${peer}`,
		peerUrl,
		metricsListenUrl: null,
		dataDirectory: join(cluster.directory, name),
	};
	const settings = {
		binaries: cluster.binaries,
		token: 'learner',
		quotaBytes: null,
		tls: null,
		peerTls: null,
		isFast: true,
		extraArguments,
	};
	const member = createMember({
		...address,
		metricsUrl: clientUrl,
		logFile: join(cluster.directory, `${name}.log`),
		program: cluster.binaries.etcd,
		commandLine: commandLine(address, peers, 'existing', settings),
		onStarted: () => {},
		onEnded: () => {},
		setPartition: () => Promise.reject(new Error('it has a door instead of links')),
	});
	await member.start();
	return {
		member,
		door,
		async stop() {
			await member.kill();
			await door.close();
		},
	};
}
