import { describe, expect, it, vi } from 'vitest';
import { formatCount } from '../../source/format/number.ts';
import { releaseLines } from '../demo/real-etcd.ts';
import { endpointStatus, etcdctl, runPiped } from '../support/programs.ts';
import { type Run, runInTerminal } from '../support/terminal.ts';
import { roles, sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 180_000 });

/** The row of a member's table with this state in it. */
const row = (name: string, state: string) => new RegExp(`[┃│] ${name} .* ${state}`);
/** How long something lasts, as a row tells it. */
const lasting = '(?:for )?\\d+s';
const healthy = ['HEALTHY', 'all 3 members serve', '3/3 members'] as const;

describe.each(releaseLines)('members of etcd %s', line => {
	const shared = sharedCluster(line);

	const ctl = (endpoints = shared().endpoints.join()) => etcdctl(shared().binaries, endpoints);
	/** Given one endpoint, as people do. */
	const open = async (endpoint = shared().endpoints[0], columns = 120): Promise<Run> => {
		const run = runInTerminal([`--endpoints=${endpoint}`, '--interval=500ms', '--metrics-interval=500ms'], { columns });
		// The watch is there too: what is written from now on must be seen.
		await run.see(...healthy, 'watching from revision');
		return run;
	};

	it('are all found from one endpoint and shown as etcdctl tells them', async () => {
		const cluster = shared();
		await ctl()('put', '/registry/configmaps/default/first', 'value');
		const run = await open();
		const statuses = await endpointStatus(ctl());
		const leader = statuses.find(({ memberId, leaderId }) => memberId === leaderId)!;
		const [{ clusterId, raftTerm, revision } = leader] = statuses;
		await run.see(
			`cluster ${clusterId}`,
			`term ${raftTerm} `,
			`revision ${formatCount(revision)} `,
			'3 voters, can lose 1',
			'no alarms',
			'metrics of 3 of 3 members',
		);
		for (const { endpoint, memberId } of statuses) {
			const { name } = cluster.members.find(({ clientUrl }) => clientUrl === endpoint)!;
			await run.see(row(name, memberId === leader.memberId ? '★ leader .* serving' : 'follower .* serving'));
		}
		run.press('q');
		expect(await run.ended()).toEqual({ code: 0, signal: null });
		expect(run.modes()).toEqual({ isAlternate: false, isCursorVisible: true, wraps: true });
		expect(run.processes()).toEqual([]);
		expect(run.temporaryFiles()).toEqual([]);
	});

	it('are shown as refused while killed, and serve again when they are back', async () => {
		const { follower, leader } = await roles(shared());
		const run = await open(leader.clientUrl);
		await follower.kill();
		await run.see(
			row(follower.name, `refused ${lasting}`),
			row(leader.name, 'serving'),
			`${follower.name} is down: refused`,
			'WARNING',
			'2/3 members',
			'can lose 0',
		);
		await follower.start();
		await run.see(...healthy, row(follower.name, 'serving'));
	});

	it('are shown with the age of their silence while frozen, and hold up nobody', async () => {
		const { follower, leader } = await roles(shared());
		// The frozen one is the endpoint that was given: the others are known by now.
		const run = await open(follower.clientUrl);
		await follower.freeze();
		await run.see(row(follower.name, `no answer ${lasting}`), `${follower.name} does not answer`, 'WARNING');
		const age = (screen: string) => Number(/no answer (?:for )?(\d+)s/.exec(screen)?.[1] ?? -1);
		const before = age(run.screen());
		await ctl(leader.clientUrl)('put', '/registry/pods/default/while-frozen', 'value');
		const [{ revision } = { revision: 0n }] = await endpointStatus(ctl(leader.clientUrl)).catch(() => []);
		// Counts go on for everybody else: the revision, the age, the write in the watch.
		await run.see(
			screen => age(screen) > before,
			/create pods +default\/while-frozen/,
			row(leader.name, 'serving'),
			'2/3 members',
			...(revision === 0n ? [] : [`revision ${formatCount(revision)} `]),
		);
		await follower.thaw();
		await run.see(...healthy, row(follower.name, 'serving'));
		await run.seeGone(row(follower.name, 'no answer'));
	});

	it('elect another leader when theirs is killed, and the change is recorded', async () => {
		const { leader, follower } = await roles(shared());
		const run = await open(follower.clientUrl, 200);
		await run.see(`leader ${leader.name} for`, '0 changes in the last hour');
		await leader.kill();
		const next = await shared().waitLeader();
		expect(next.name).not.toBe(leader.name);
		await run.see(
			`leader ${next.name} for`,
			row(next.name, '★ leader'),
			row(leader.name, 'refused'),
			'1 change in the last hour',
			new RegExp(`★ ${next.name} +term \\d+ `),
			new RegExp(`${leader.name} +term \\d+ `),
		);
		await leader.start();
		await run.see(...healthy, `leader ${next.name} for`, row(leader.name, 'follower'));
	});

	it('without a quorum are still read, and say that nobody leads', async () => {
		const { leader, follower, others } = await roles(shared());
		const run = await open(follower.clientUrl);
		await Promise.all([leader, ...others].map(member => member.kill()));
		await run.see(
			'CRITICAL',
			'quorum lost',
			'no leader',
			'1/3 members',
			'1 of 2 needed',
			row(follower.name, `no leader ${lasting}`),
			row(leader.name, `refused ${lasting}`),
		);
		const status = await runPiped(['status', `--endpoints=${follower.clientUrl}`, '-o', 'json']);
		expect(status).toMatchObject({ code: 2, error: '' });
		const report = JSON.parse(status.out);
		expect(report.cluster).toMatchObject({ health: 'critical', leaderId: null, reachable: 1, quorum: 2, canLose: -1 });
		const states = Object.fromEntries(
			report.members.map(({ name, state }: { name: string; state: string }) => [name, state]),
		);
		expect(states).toMatchObject({ [follower.name]: 'no-leader', [leader.name]: 'unreachable' });

		await Promise.all([leader, ...others].map(member => member.start()));
		await run.see(...healthy, /leader m\d for/);
		await ctl()('put', '/registry/pods/default/after-the-loss', 'value');
		await run.see(/create pods +default\/after-the-loss/);
	});

	it('are never given absurd rates when they restart with empty counters', async () => {
		const { follower, leader } = await roles(shared());
		const run = await open(leader.clientUrl, 200);
		const write = async (count: number) => {
			for (let index = 0; index < count; index++)
				await ctl(leader.clientUrl)('put', `/registry/pods/default/p${index}`, 'value');
		};
		await write(8);
		const measured = new RegExp(`${follower.name} .*~\\d.* serving`);
		await run.see(measured);
		const screens: string[] = [];
		const look = (screen: string) => screens.push(screen) > 0;
		await follower.kill();
		await run.see(look, row(follower.name, 'refused'));
		await follower.start();
		await run.see(look, ...healthy, row(follower.name, 'serving'));
		await write(8);
		// Its uptime is young again, and its latencies come from what it did since.
		await run.see(look, measured, new RegExp(`${follower.name} .* \\d+s +serving`));
		for (const screen of screens) {
			expect(screen).not.toMatch(/NaN|Infinity|undefined|null/);
			// The axis of a chart may go back in time; nothing else is negative.
			expect(screen).not.toMatch(/[^\w.-]-(?!\d+ min)\d/);
			expect(Number(/writes ([\d,.]+)\/s/.exec(screen)?.[1]?.replaceAll(',', '') ?? 0)).toBeLessThan(500);
		}
	});
});
