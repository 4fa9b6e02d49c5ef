import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createDemo, type Demo, type DemoOptions } from '../../source/demo/demo.ts';
import { metric, realEtcd, releaseLines, until } from './real-etcd.ts';

let demo: Demo | null = null;
afterEach(async () => {
	await demo?.stop();
	demo = null;
});

const fault = (id: string) => {
	const found = demo!.faults().find(each => each.id === id);
	if (found === undefined) throw new Error(`no ${id} in the menu`);
	return found;
};

describe.each(releaseLines)('the demonstration on etcd %s', line => {
	const start = async (options: DemoOptions = {}) => {
		demo = await createDemo({ binaries: await realEtcd(line), ...options });
		return demo;
	};

	it('opens with a healthy cluster under load and nothing broken', async () => {
		const { cluster, load } = await start();
		expect(cluster.members.map(member => member.name)).toEqual(['m1', 'm2', 'm3']);
		const { written } = load.stats;
		await until(() => load.stats.written > written);
		const views = demo!.faults();
		expect(views.filter(view => view.isActive)).toEqual([]);
		expect(views.filter(view => view.disabled !== null).map(view => view.id)).toEqual(['bring-back', 'thaw', 'heal']);
		expect(new Set(views.map(view => view.id)).size).toBe(views.length);
		const { directory } = cluster;
		await demo!.stop();
		expect(existsSync(directory)).toBe(false);
	});

	it('kills and brings back, freezes and thaws, cuts off and heals', async () => {
		const { cluster, run } = await start();
		const first = (await cluster.waitLeader()).name;
		expect(await run('kill-leader')).toBe(`${first} was the leader and is killed`);
		expect(fault('bring-back')).toMatchObject({ state: `down: ${first}`, isActive: true, disabled: null });
		await cluster.waitLeader();
		expect(await run('bring-back')).toBe(`started ${first}`);
		await cluster.waitHealthy();

		const leader = await cluster.waitLeader();
		expect(await run('freeze-follower')).not.toContain(leader.name);
		const frozen = cluster.members.find(member => member.state === 'frozen');
		expect(fault('thaw')).toMatchObject({ state: `frozen: ${frozen?.name}`, disabled: null });
		await run('thaw');
		await cluster.waitHealthy();

		expect(await run('cut-off-leader')).toMatch(/^m\d is cut off from its peers/);
		const lonely = cluster.members.find(member => member.partitioned !== null)!;
		await until(async () => (await metric(lonely.metricsUrl, 'etcd_server_has_leader')) === 0);
		expect(fault('heal').state).toBe(`cut off: ${lonely.name}`);
		await run('heal');
		await cluster.waitHealthy();
		expect(demo!.faults().filter(view => view.isActive)).toEqual([]);
	});

	it('restores everything at once', async () => {
		const { cluster, run, load } = await start();
		await run('flood');
		await run('more-load');
		await run('freeze-follower');
		await run('cut-off-follower');
		await run('kill-leader').catch(() => cluster.member('m1').kill());
		expect(await run('restore')).toBe('everything is as it was at the start');
		expect(cluster.members.map(member => [member.state, member.partitioned])).toEqual([
			['running', null],
			['running', null],
			['running', null],
		]);
		expect(load.stats).toMatchObject({ writesPerSecond: 20, isFlooding: false });
		await cluster.waitHealthy();
	});

	it('fills the quota until etcd refuses writes, and makes space again', async () => {
		const { cluster, run, load } = await start({ members: 3, quotaBytes: 24 * 1024 * 1024 });
		const filling = run('fill-quota');
		expect(fault('fill-quota')).toMatchObject({ isActive: true, disabled: 'it is under way' });
		await expect(run('fill-quota')).rejects.toThrow('it is under way');
		expect(await filling).toBe('the quota is used up: NOSPACE, writes are refused');
		await until(() => load.stats.lastError === 'database space exceeded (NOSPACE)');
		expect(fault('fill-quota').disabled).toBe('it is full already');
		const health = await fetch(`${cluster.endpoints[0]}/health`);
		expect(health.status).toBe(503);
		const sizes = () =>
			Promise.all(cluster.members.map(member => metric(member.metricsUrl, 'etcd_mvcc_db_total_size_in_bytes')));
		expect(Math.max(...(await sizes()))).toBeGreaterThan(20 * 1024 * 1024);
		expect(await run('make-space')).toMatch(/^made space: \d+ values deleted, 3 members defragmented$/);
		await cluster.waitHealthy();
		expect(Math.max(...(await sizes()))).toBeLessThan(16 * 1024 * 1024);
		const { written } = load.stats;
		await until(() => load.stats.written > written);
	});
});

it('changes the load within bounds', async () => {
	demo = await createDemo({ binaries: await realEtcd('3.5'), members: 1, writesPerSecond: 80 });
	await demo.run('more-load');
	expect(demo.load.stats.writesPerSecond).toBe(160);
	await expect(demo.run('more-load')).rejects.toThrow('it is as high as it goes');
	await demo.run('less-load');
	expect(fault('more-load').state).toBe('80 writes a second');
	await expect(demo.run('no-such')).rejects.toThrow('there is no fault named no-such');
});

it('has one to seven members', async () => {
	const binaries = await realEtcd('3.5');
	for (const members of [0, 8, 1.5]) await expect(createDemo({ binaries, members })).rejects.toThrow('1 to 7 members');
});
