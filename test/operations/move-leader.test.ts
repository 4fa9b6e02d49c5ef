import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareLeaderMove } from '../../source/operations/move-leader.ts';
import { standingOf } from '../../source/operations/plan.ts';
import { releaseLines, until } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { play, realWorld } from '../support/world.ts';
import { leaderByEtcdctl } from './fragmented.ts';
import { etcdctl } from './writing.ts';

describe.each(releaseLines)('moving the leader of etcd %s', line => {
	const cluster = sharedCluster(line);
	let real: ReturnType<typeof realWorld>;
	beforeAll(() => {
		real = realWorld(cluster().endpoints);
	});
	afterAll(() => real.close());

	const prepared = (to: string, world = real.world) => prepareLeaderMove({ operation: 'move-leader', to }, world);

	it('is done when the new leader says so, and all agree', async () => {
		const { leader, follower } = await roles(cluster());
		const { plan, ...rest } = await prepared(follower.name);
		expect(standingOf(plan)).toBe('clear');
		const term = (await real.world.look()).snapshot.term!;
		const { outcome } = await play({ plan, ...rest }, real.world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'done',
			facts: { leader: follower.name, term: String(term + 1n) },
		});
		expect(outcome.text).toMatch(
			new RegExp(`^${follower.name} leads, term ${term + 1n} \\(before: ${leader.name}, term ${term}\\)`),
		);
		expect(await leaderByEtcdctl(cluster())).toBe(follower.name);
		expect((await prepared(follower.name)).plan.nothingToDo).toBe(`${follower.name} leads already, term ${term + 1n}`);
	});

	it('is refused for a voter that is down', async () => {
		const { follower } = await roles(cluster());
		await follower.kill();
		const { plan } = await prepared(follower.name);
		expect(standingOf(plan)).toBe('stopped');
		expect(plan.checks).toContainEqual(
			expect.objectContaining({
				title: `${follower.name} can lead`,
				verdict: 'stop',
				detail: expect.stringMatching(/connection refused|cannot be reached/),
			}),
		);
	});

	it('stops where somebody else has moved the leader since it was planned', async () => {
		const { leader, follower, others } = await roles(cluster());
		const plan = await prepared(others[0]!.name);
		const list = (await etcdctl(cluster(), ['member', 'list'])).split('\n');
		const id = list.find(each => each.split(', ')[2] === follower.name)!.split(', ')[0]!;
		await etcdctl(cluster(), ['move-leader', id], [leader.clientUrl]);
		await until(async () => (await real.world.look()).snapshot.leader?.name === follower.name);
		const { outcome } = await play(plan, real.world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining(`failed check “no election since the last step”: ${follower.name} leads now`),
			advice: 'look at who leads now, then choose again',
		});
		expect(await leaderByEtcdctl(cluster())).toBe(follower.name);
	});

	it('tells what is so where the voter freezes before it takes over', async () => {
		const { follower, others } = await roles(cluster());
		const { world, close } = realWorld(cluster().endpoints, { patience: { callSeconds: 0.5, lostSeconds: 0.5 } });
		const { outcome } = await play(await prepared(follower.name, world), world, {
			onProgress: async ({ kind }) => {
				if (kind === 'step-started') await follower.freeze();
			},
		});
		close();
		const now = await until(() => leaderByEtcdctl(cluster()).catch(() => null));
		expect(now).not.toBe(follower.name);
		expect(others.length).toBe(1);
		expect(['failed', 'unknown']).toContain(outcome.kind);
		expect(outcome.text).toMatch(
			outcome.kind === 'failed'
				? new RegExp(`^${follower.name} does not lead: m\\d (?:still leads|leads now), term \\d+ \\(.*no answer`)
				: new RegExp(`^whether ${follower.name} will lead is not known`),
		);
	});

	// 3.4 lets everybody move the leader.
	it.skipIf(line === '3.4')('is refused without the right to it', async () => {
		for (const name of ['root', 'reader']) await etcdctl(cluster(), ['user', 'add', `${name}:${name}`]);
		await etcdctl(cluster(), ['user', 'grant-role', 'root', 'root']);
		const { leader, follower } = await roles(cluster());
		await etcdctl(cluster(), ['auth', 'enable']);
		try {
			const login = { user: 'reader', password: 'reader' };
			const { world, close } = realWorld(cluster().endpoints, { profile: { login, dialTimeoutSeconds: 10 } });
			const { outcome } = await play(await prepared(follower.name, world), world);
			close();
			expect(outcome, outcome.text).toMatchObject({
				kind: 'failed',
				text: expect.stringContaining(`${follower.name} does not lead: ${leader.name} still leads`),
				advice: 'use a user whose role permits it; root may do everything',
			});
			expect(outcome.text).toContain('permission denied for MoveLeader');
		} finally {
			await etcdctl(cluster(), ['--user=root:root', 'auth', 'disable']);
		}
		expect(await leaderByEtcdctl(cluster())).toBe(leader.name);
	});
});
