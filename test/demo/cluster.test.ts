import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClusterOptions, type LocalCluster, startCluster } from '../../source/demo/cluster.ts';
import { metric, realEtcd, releaseLines, until } from './real-etcd.ts';

/** Processes that name this directory on their command line: members, and the keeper. */
function processesOf(directory: string): number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.filter(name => {
			try {
				return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(directory);
			} catch {
				return false;
			}
		})
		.map(Number);
}

let cluster: LocalCluster | null = null;
afterEach(async () => {
	await cluster?.stop();
	cluster = null;
});

describe.each(releaseLines)('a local cluster of etcd %s', line => {
	const start = async (options: Partial<ClusterOptions> = {}) => {
		cluster = await startCluster({ binaries: await realEtcd(line), fast: true, ...options });
		return cluster;
	};

	it('serves, and leaves nothing behind when it is stopped', async () => {
		const { directory, members, endpoints, binaries } = await start({ quotaBytes: 12_345_678 });
		expect(binaries.version.startsWith(`${line}.`)).toBe(true);
		expect(statSync(directory).mode & 0o777).toBe(0o700);
		expect(processesOf(directory)).toHaveLength(4);
		for (const member of members) {
			expect(member.state).toBe('running');
			expect(await metric(member.metricsUrl, 'etcd_server_has_leader')).toBe(1);
			expect(await metric(member.metricsUrl, 'etcd_server_quota_backend_bytes')).toBe(12_345_678);
		}
		const ctl = promisify(execFile);
		const { stdout } = await ctl(binaries.etcdctl!, [`--endpoints=${endpoints.join()}`, 'put', 'key', 'value'], {
			env: { ETCDCTL_API: '3' },
		});
		expect(stdout).toBe('OK\n');
		await members[0]!.freeze();
		await cluster!.stop();
		await cluster!.stop();
		expect(processesOf(directory)).toEqual([]);
		expect(existsSync(directory)).toBe(false);
	});

	it('loses its leader and gets it back with its data', async () => {
		const { members, leader, waitLeader, waitHealthy } = await start();
		const first = await waitLeader();
		await first.kill();
		expect([first.state, first.pid]).toEqual(['stopped', null]);
		const second = await waitLeader();
		expect(second).not.toBe(first);
		await first.start();
		await waitHealthy();
		expect(await metric(first.metricsUrl, 'etcd_server_is_leader')).toBe(0);
		await first.stop();
		await Promise.all(members.map(member => member.kill()));
		expect(await leader()).toBeNull();
	});

	it('freezes a member, which then hangs, and thaws it', async () => {
		const { waitLeader, waitHealthy } = await start();
		const first = await waitLeader();
		await first.freeze();
		expect(first.state).toBe('frozen');
		expect(readFileSync(`/proc/${first.pid}/stat`, 'utf8')).toContain(') T ');
		await expect(fetch(`${first.clientUrl}/version`, { signal: AbortSignal.timeout(200) })).rejects.toThrow();
		expect(await waitLeader()).not.toBe(first);
		await first.thaw();
		await waitHealthy();
		expect(first.state).toBe('running');
	});

	it.each(['both', 'outgoing', 'incoming'] as const)('cuts a leader off (%s), and heals it', async direction => {
		const { waitHealthy, waitLeader, leader } = await start({ peerLinks: true });
		const first = await waitLeader();
		const before = await metric(first.metricsUrl, 'etcd_server_leader_changes_seen_total');
		await first.partition(direction);
		expect(first.partitioned).toBe(direction);
		// Clients still reach it: it tells that it leads no more.
		await until(async () => (await metric(first.metricsUrl, 'etcd_server_is_leader')) === 0);
		await until(async () => {
			const second = await leader();
			return second !== null && second !== first;
		});
		await first.heal();
		await waitHealthy();
		expect(first.partitioned).toBeNull();
		expect(await metric(first.metricsUrl, 'etcd_server_leader_changes_seen_total')).toBeGreaterThan(before);
	});

	it('takes in a learner', async () => {
		const { addMember, members } = await start({ members: 1 });
		const learner = await addMember({ learner: true });
		expect(members).toHaveLength(2);
		await until(() =>
			metric(learner.metricsUrl, 'etcd_server_is_learner').then(
				value => value === 1,
				() => false,
			),
		);
	});

	it('says why it cannot start', async () => {
		const failed = start({ members: 1, extraArguments: ['--no-such-flag'] });
		await expect(failed).rejects.toThrow(/^m1 ended: .*no-such-flag/);
	});
});

it('takes other ports when somebody was quicker', async () => {
	const taken = await startCluster({ binaries: await realEtcd('3.5'), members: 1, fast: true });
	try {
		const { port } = new URL(taken.members[0]!.clientUrl);
		let calls = 0;
		// The first attempt listens for metrics where the other cluster already is.
		const extraArguments = {
			*[Symbol.iterator]() {
				calls += 1;
				if (calls === 1) yield `--listen-metrics-urls=http://127.0.0.1:${port}`;
			},
		} as unknown as readonly string[];
		cluster = await startCluster({ binaries: await realEtcd('3.5'), members: 1, fast: true, extraArguments });
		expect(calls).toBe(2);
		expect(await cluster.leader()).toBe(cluster.members[0]);
	} finally {
		await taken.stop();
	}
});

it('cleans up itself when the keeper was killed', async () => {
	cluster = await startCluster({ binaries: await realEtcd('3.5'), members: 1, fast: true });
	const { directory, members } = cluster;
	for (const pid of processesOf(directory)) if (pid !== members[0]!.pid) process.kill(pid, 'SIGKILL');
	await cluster.stop();
	expect(processesOf(directory)).toEqual([]);
	expect(existsSync(directory)).toBe(false);
});

it('refuses a partition where there are no links to cut', async () => {
	cluster = await startCluster({ binaries: await realEtcd('3.5'), members: 1, fast: true });
	await expect(cluster.members[0]!.partition()).rejects.toThrow('without links');
});
