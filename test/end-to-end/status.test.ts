import { describe, expect, it, vi } from 'vitest';
import { formatBytes } from '../../source/format/bytes.ts';
import { formatCount } from '../../source/format/number.ts';
import { releaseLines } from '../demo/real-etcd.ts';
import { endpointStatus, etcdctl, runPiped } from '../support/programs.ts';
import { runInTerminal } from '../support/terminal.ts';
import { roles, sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

describe.each(releaseLines)('status of etcd %s', line => {
	const shared = sharedCluster(line);
	const ctl = () => etcdctl(shared().binaries, shared().endpoints.join());
	const status = (...args: readonly string[]) => runPiped(['status', `--endpoints=${shared().endpoints[0]}`, ...args]);

	it('agrees with etcdctl as JSON, and exits with 0', async () => {
		await ctl()('put', '/registry/pods/default/status', 'value');
		await shared().waitHealthy();
		const { code, out, error } = await status('-o', 'json');
		expect({ code, error }).toEqual({ code: 0, error: '' });
		const report = JSON.parse(out);
		const told = await endpointStatus(ctl());
		const [{ clusterId, leaderId, raftTerm, revision }] = told as [(typeof told)[number]];
		expect(report).toMatchObject({ version: 1, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
		// Debian's 3.4 has faults that later releases mend; that is no reason to be less than healthy.
		const known = line === '3.4' ? [{ rule: 'known-faults', severity: 'info' }] : [];
		expect(report.findings).toMatchObject(known);
		expect(report.cluster).toMatchObject({
			...{ id: clusterId, health: 'healthy', leaderId, term: String(raftTerm), revision: String(revision) },
			...{ members: 3, voters: 3, reachable: 3, quorum: 2, canLose: 1, alarms: [] },
		});
		expect(report.members).toHaveLength(3);
		for (const member of told) {
			expect(report.members).toContainEqual(
				expect.objectContaining({
					id: member.memberId,
					name: shared().members.find(({ clientUrl }) => clientUrl === member.endpoint)!.name,
					endpoint: member.endpoint,
					role: member.memberId === leaderId ? 'leader' : 'follower',
					state: 'serving',
					version: member.version,
					dbSizeBytes: member.dbSizeBytes,
					dbInUseBytes: member.dbInUseBytes,
					quotaBytes: 2 * 1024 ** 3,
					raftTerm: String(member.raftTerm),
					raftIndex: String(member.raftIndex),
					raftAppliedIndex: String(member.raftAppliedIndex),
					latencySeconds: expect.any(Number),
					error: null,
				}),
			);
		}
	});

	it('is a table that people read', async () => {
		const { code, out, error } = await status();
		expect({ code, error }).toEqual({ code: 0, error: '' });
		const told = await endpointStatus(ctl());
		const [verdict, facts, , header, ...rows] = out.split('\n');
		expect(verdict).toBe('HEALTHY');
		expect(facts).toContain(`cluster ${told[0]!.clusterId}`);
		expect(facts).toContain(`revision ${formatCount(told[0]!.revision)}`);
		expect(header).toMatch(/^NAME +ROLE +VERSION +DB SIZE/);
		for (const { endpoint, memberId, dbSizeBytes, leaderId } of told) {
			const row = rows.find(text => text.includes(endpoint))!;
			expect(row).toContain(memberId);
			expect(row).toContain(` ${formatBytes(dbSizeBytes)} `);
			expect(row.includes('leader')).toBe(memberId === leaderId);
		}
		// No terminal, no escape sequences.
		expect(out).not.toContain('\x1b');
	});

	it('is one line for tmux', async () => {
		const { code, out } = await status('-o', 'tmux');
		const leader = await shared().waitLeader();
		expect(code).toBe(0);
		expect(out).toMatch(new RegExp(`^#\\[fg=green\\]etcd healthy#\\[default\\] ${leader.name} db <1% lag 0\\n$`));
	});

	// Who is silent is given up when all others have long answered, or at the deadline: what comes first.
	it('warns of a frozen member, without its help', async () => {
		const { leader, follower } = await roles(shared());
		await follower.freeze();
		const asked = ['status', `--endpoints=${leader.clientUrl}`];
		const [json, table, tmux] = await Promise.all([
			runPiped([...asked, '-o', 'json']),
			runPiped(asked),
			runPiped([...asked, '-o', 'tmux']),
		]);
		expect([json.code, table.code, tmux.code]).toEqual([1, 1, 1]);
		const report = JSON.parse(json.out);
		expect(report.cluster).toMatchObject({ health: 'warning', reachable: 2, canLose: 0, leaderId: expect.any(String) });
		expect(report.members.find(({ name }: { name: string }) => name === follower.name)).toMatchObject({
			state: 'unreachable',
			role: null,
			dbSizeBytes: null,
			raftTerm: null,
			error: expect.stringMatching(/^Status: (?:nothing came|no answer) in [\d.]+ s at http:/),
		});
		expect(table.out).toMatch(/^WARNING: /);
		expect(table.out).toMatch(new RegExp(`${follower.name} +unreachable +– .*(?:nothing came|no answer) in [\\d.]+ s`));
		expect(tmux.out).toMatch(/^#\[fg=yellow\]etcd /);
	});

	it('is critical without a leader and unreadable without any member', async () => {
		const { leader, follower, others } = await roles(shared());
		await Promise.all([leader, ...others].map(member => member.kill()));
		const one = () => runPiped(['status', `--endpoints=${follower.clientUrl}`, '-o', 'tmux']);
		// Until it misses its leader the last member believes in it.
		await vi.waitFor(async () => expect((await one()).code).toBe(2), { timeout: 45_000 });
		expect((await one()).out).toMatch(/^#\[fg=red,bold\]etcd CRITICAL quorum lost/);
		await follower.kill();
		const dead = await runPiped(['status', `--endpoints=${follower.clientUrl}`, '-o', 'json']);
		expect(dead.code).toBe(3);
		expect(JSON.parse(dead.out)).toMatchObject({
			cluster: { id: null, health: 'unreachable', leaderId: null, members: null, quorum: null, reachable: 0 },
			members: [{ endpoint: follower.clientUrl, state: 'unreachable', error: expect.stringContaining('refused') }],
		});
	});
});

describe('a command line that is wrong', () => {
	it.each([
		['an unknown flag', ['status', '--endpoint=x'], /--endpoints/],
		['an unknown command', ['stats'], /status/],
		['an unknown format', ['status', '-o', 'yaml'], /table, json/],
		['an endpoint that is none', ['status', '--endpoints=ftp://x'], /is not an endpoint; try/],
		['a file that is not there', ['status', '--cacert=/nowhere/ca.crt'], /no such file/],
	])('%s ends with 64 and one line that says what to do', async (_, args, says) => {
		const { code, out, error } = await runPiped(args);
		expect({ code, out }).toEqual({ code: 64, out: '' });
		expect(error).toMatch(/^etcdtop: [^\n]+\n$/);
		expect(error).toMatch(says);
	});

	it('the monitor without a terminal points to status', async () => {
		for (const args of [[], ['monitor', '--endpoints=http://127.0.0.1:1'], ['demo']]) {
			const { code, out, error } = await runPiped(args);
			expect({ code, out }).toEqual({ code: 64, out: '' });
			expect(error).toMatch(/^etcdtop: [^\n]*not a terminal[^\n]*etcdtop status[^\n]*\n$/);
		}
	});

	it('the monitor on a terminal that cannot place its cursor does too', async () => {
		const run = runInTerminal([], { environment: { TERM: 'dumb' } });
		expect(await run.ended()).toEqual({ code: 64, signal: null });
		expect(run.bytes()).toMatch(/^etcdtop: [^\x1b\n]*etcdtop status\r\n$/);
	});
});
