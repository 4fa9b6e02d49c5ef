import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EtcdBinaries } from './binaries.ts';
import { commandLine, type MemberAddress, type MemberSettings } from './command-line.ts';
import { type Keeper, keeperProgram, startKeeper } from './keeper-link.ts';
import { createMember, type LocalMember, lastWords, type PartitionDirection } from './member.ts';
import { linkPlans } from './partition.ts';
import { freePorts } from './ports.ts';
import { ask, type ClientTls } from './requests.ts';

export type { LocalMember, PartitionDirection } from './member.ts';
export type { ClientTls } from './requests.ts';

export type ClusterOptions = {
	readonly binaries: EtcdBinaries;
	/** 1 to 7; 3 by default. They are named m1, m2 and so on. */
	readonly members?: number;
	/** Etcd's default (2 GiB) without it. */
	readonly quotaBytes?: number;
	/** Serves clients over TLS with these files. */
	readonly tls?: ClientTls;
	/** Lets members speak TLS to each other, each of them with this certificate. */
	readonly peerTls?: ClientTls;
	/** Added to the command line of every member. */
	readonly extraArguments?: readonly string[];
	/** A listener of its own for metrics and health, without TLS. Always there with TLS. */
	readonly metricsListener?: boolean;
	/** Puts a link that can be cut between each two members; `partition` needs it. */
	readonly peerLinks?: boolean;
	/** No fsync where the release can leave it out (3.5): for tests that are not about disks. */
	readonly fast?: boolean;
	/** False returns once the processes run. */
	readonly waitHealthy?: boolean;
};

export type LocalCluster = {
	/** Holds everything that the cluster writes; removed by `stop`. */
	readonly directory: string;
	readonly binaries: EtcdBinaries;
	readonly members: readonly LocalMember[];
	/** The client URLs of all members. */
	readonly endpoints: readonly string[];
	member(name: string): LocalMember;
	/** The running member that leads in the highest term, or null while none does. */
	leader(): Promise<LocalMember | null>;
	/** Waits until every running member that is not frozen answers a linearizable read, or only the named ones. */
	waitHealthy(options?: { readonly names?: readonly string[]; readonly timeoutSeconds?: number }): Promise<void>;
	/** Waits until some running member leads. */
	waitLeader(timeoutSeconds?: number): Promise<LocalMember>;
	/** Adds a member to the cluster's list and starts it; as a learner where wanted. */
	addMember(options?: { readonly learner?: boolean }): Promise<LocalMember>;
	/** Ends everything and removes the directory. May be called twice. */
	stop(): Promise<void>;
};

type GatewayStatus = {
	readonly header?: { readonly member_id?: string };
	readonly leader?: string;
	readonly raftTerm?: string;
};

const millisecondsBetweenLooks = 20;

class PortTaken extends Error {}

async function launch(options: ClusterOptions): Promise<LocalCluster> {
	const { binaries, tls, peerTls } = options;
	const program = keeperProgram();
	const directory = mkdtempSync(join(tmpdir(), 'etcdtop-'));
	const keeper: Keeper = startKeeper(program, directory);
	const hasLinks = options.peerLinks ?? false;
	const hasMetricsListener = tls !== undefined || (options.metricsListener ?? false);
	const members: LocalMember[] = [];
	const partitions = new Map<string, PartitionDirection>();
	const settings: MemberSettings = {
		binaries,
		token: basename(directory),
		quotaBytes: options.quotaBytes ?? null,
		tls: tls ?? null,
		peerTls: peerTls ?? null,
		isFast: options.fast ?? false,
		extraArguments: options.extraArguments ?? [],
	};

	const address = async (name: string): Promise<MemberAddress> => {
		const [client = 0, peer = 0, link = 0, metrics = 0] = await freePorts(4);
		if (hasLinks)
			await keeper.ask({ kind: 'open-link', member: name, targetPort: peer, listenPort: link }).catch(error => {
				throw String(error).includes('EADDRINUSE') ? new PortTaken(String(error)) : error;
			});
		const peerScheme = peerTls === undefined ? 'http' : 'https';
		return {
			name,
			clientUrl: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${client}`,
			peerListenUrl: `${peerScheme}://127.0.0.1:${peer}`,
			peerUrl: `${peerScheme}://127.0.0.1:${hasLinks ? link : peer}`,
			metricsListenUrl: hasMetricsListener ? `http://127.0.0.1:${metrics}` : null,
			dataDirectory: join(directory, name),
		};
	};

	/** A keeper that has ended has nothing to be told. */
	const tell = (request: Parameters<Keeper['ask']>[0]) => void keeper.ask(request).catch(() => {});

	const add = (place: MemberAddress, peers: Parameters<typeof commandLine>[1], state: 'new' | 'existing') => {
		const { name, clientUrl, peerUrl, dataDirectory } = place;
		const member = createMember({
			name,
			clientUrl,
			peerUrl,
			metricsUrl: place.metricsListenUrl ?? clientUrl,
			dataDirectory,
			logFile: join(directory, `${name}.log`),
			program: binaries.etcd,
			commandLine: commandLine(place, peers, state, settings),
			onStarted: pid => tell({ kind: 'started', member: name, pid }),
			onEnded: () => tell({ kind: 'ended', member: name }),
			async setPartition(direction) {
				if (!hasLinks) throw new Error('this cluster was started without links between its members');
				if (direction === null) partitions.delete(name);
				else partitions.set(name, direction);
				const plans = linkPlans(
					members.map(each => each.name),
					partitions,
				);
				await Promise.all(plans.map(plan => keeper.ask({ kind: 'set-link', ...plan })));
			},
		});
		members.push(member);
		return member;
	};

	const reach = (url: string, body?: unknown, timeoutMs = 1000) =>
		ask({ url, timeoutMs, body, ...(tls === undefined ? {} : { tls }) });
	const isHealthy = (member: LocalMember) =>
		reach(`${member.metricsUrl}/health`).then(
			answer => answer.status === 200 && answer.text.includes('"true"'),
			() => false,
		);
	const statusOf = async (member: LocalMember) => {
		const answer = await reach(`${member.clientUrl}/v3/maintenance/status`, {}).catch(() => null);
		if (answer?.status !== 200) return null;
		const { header, leader = '0', raftTerm = '0' } = JSON.parse(answer.text) as GatewayStatus;
		return { member, leads: header?.member_id === leader, term: BigInt(raftTerm) };
	};

	/**
	 * A member without data first asks each of its peers who is in the cluster. One that is not there refuses at once, one
	 * that serves answers, but one that is just starting has its port open and lets it wait for a second. So each member
	 * starts when the one before it serves its peers, which is quicker than starting all at once.
	 */
	const servesPeers = async (member: LocalMember, url: string) => {
		while (member.state === 'running') {
			const answer = await ask({ url: `${url}/members`, timeoutMs: 10_000, tls: peerTls }).catch(() => null);
			if (answer !== null) return;
			await wait(5);
		}
	};

	const cluster: LocalCluster = {
		directory,
		binaries,
		members,
		get endpoints() {
			return members.map(member => member.clientUrl);
		},
		member(name) {
			const found = members.find(member => member.name === name);
			if (found === undefined) throw new Error(`the local cluster has no member ${name}`);
			return found;
		},
		async leader() {
			const running = members.filter(member => member.state === 'running');
			const leading = (await Promise.all(running.map(statusOf))).filter(status => status?.leads);
			leading.sort((a, b) => (a!.term < b!.term ? 1 : -1));
			return leading[0]?.member ?? null;
		},
		async waitHealthy({ names, timeoutSeconds = 30 } = {}) {
			const deadline = performance.now() + timeoutSeconds * 1000;
			let waiting = members.filter(member =>
				names === undefined ? member.state === 'running' : names.includes(member.name),
			);
			while (waiting.length > 0) {
				const dead = waiting.find(member => member.state === 'stopped');
				const late = performance.now() > deadline ? waiting[0] : undefined;
				const bad = dead ?? late;
				if (bad !== undefined) {
					const why = bad === dead ? 'ended' : `is not healthy after ${timeoutSeconds} s`;
					const line = lastWords(bad.logFile);
					throw new (line.includes('address already in use') ? PortTaken : Error)(`${bad.name} ${why}: ${line}`);
				}
				const answers = await Promise.all(waiting.map(isHealthy));
				waiting = waiting.filter((_, index) => !answers[index]);
				if (waiting.length > 0) await wait(millisecondsBetweenLooks);
			}
		},
		async waitLeader(timeoutSeconds = 30) {
			const deadline = performance.now() + timeoutSeconds * 1000;
			while (performance.now() < deadline) {
				const leader = await cluster.leader();
				if (leader !== null) return leader;
				await wait(millisecondsBetweenLooks);
			}
			throw new Error(`the local cluster has no leader after ${timeoutSeconds} s`);
		},
		async addMember({ learner = false } = {}) {
			const place = await address(`m${members.length + 1}`);
			const peers = [...members.map(({ name, peerUrl }) => ({ name, peerUrl })), place];
			const leader = await cluster.waitLeader();
			const body = { peerURLs: [place.peerUrl], isLearner: learner };
			const answer = await reach(`${leader.clientUrl}/v3/cluster/member/add`, body, 10_000);
			if (answer.status !== 200) throw new Error(`member add at ${leader.clientUrl}: ${answer.text}`);
			const member = add(place, peers, 'existing');
			await member.start();
			return member;
		},
		async stop() {
			await Promise.all(members.map(member => member.kill()));
			await keeper.end();
			// The keeper has done it, unless somebody has killed it.
			await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
		},
	};

	try {
		const names = Array.from({ length: options.members ?? 3 }, (_, index) => `m${index + 1}`);
		const places = await Promise.all(names.map(address));
		for (const place of places) {
			const member = add(place, places, 'new');
			await member.start();
			if (place !== places.at(-1)) await servesPeers(member, place.peerListenUrl);
		}
		if (options.waitHealthy ?? true) await cluster.waitHealthy();
		// Without a keeper that listens nobody would clean up after us.
		await keeper.ask({ kind: 'hello' });
		return cluster;
	} catch (error) {
		await cluster.stop();
		throw error;
	}
}

/**
 * Starts a cluster of real members on loopback and waits until all of them serve. Everything it makes is gone after
 * `stop`, and also when this process is killed: the keeper sees to that.
 */
export async function startCluster(options: ClusterOptions): Promise<LocalCluster> {
	const attempts = 5;
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await launch(options);
		} catch (error) {
			// Between choosing a port and binding it somebody else was quicker.
			if (!(error instanceof PortTaken) || attempt === attempts) throw error;
		}
	}
}
