import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareClusterDefragmentation } from '../../source/operations/defragment-cluster.ts';
import { prepareMemberDefragmentation } from '../../source/operations/defragment-member.ts';
import { type Progress, riskOf, standingOf } from '../../source/operations/plan.ts';
import { releaseLines, until } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { play, realWorld } from '../support/world.ts';
import { fragment, fragmentedRule, leaderByEtcdctl, statusOf } from './fragmented.ts';
import { etcdctl, statuses } from './writing.ts';

const rule = fragmentedRule;

describe.each(releaseLines)('defragmenting etcd %s', line => {
	const cluster = sharedCluster(line);
	let real: ReturnType<typeof realWorld>;
	beforeAll(() => {
		real = realWorld(cluster().endpoints);
	});
	afterAll(() => real.close());

	const rolling = () => prepareClusterDefragmentation({ operation: 'defragment-cluster', rule }, real.world);
	const single = (member: string) =>
		prepareMemberDefragmentation({ operation: 'defragment-member', member, rule }, real.world);
	/** The first step that has ended is that of the first follower. */
	const afterFirst = (deed: () => Promise<unknown>) => async (progress: Progress) => {
		if (progress.kind === 'step-ended' && progress.step === 0) await deed();
	};

	it('defragments followers, moves the leader, defragments the old leader', async () => {
		const { leader } = await roles(cluster());
		const before = await fragment(cluster());
		const { plan, ...rest } = await rolling();
		expect(plan.checks.filter(({ verdict }) => verdict === 'stop')).toEqual([]);
		expect(standingOf(plan)).toBe('clear');
		expect(riskOf(plan)).toBe('careful');
		const order = plan.steps.map(({ title }) => title);
		const [first = '', , second = ''] = order.map(title => title.split(' ').at(-1) ?? '');
		expect(new Set([first, second, leader.name])).toEqual(new Set(['m1', 'm2', 'm3']));
		expect(order).toEqual([
			`defragment ${first}`,
			`see that ${first} is up to date`,
			`defragment ${second}`,
			`see that ${second} is up to date`,
			`move the leader from ${leader.name} to ${first}`,
			`see that ${first} is up to date`,
			`defragment ${leader.name}`,
			`see that ${leader.name} is up to date`,
		]);
		expect(plan.summary).toContain(
			`Defragment ${first}, ${second}, then move the leader from ${leader.name} to ${first}, then ${leader.name}; how long`,
		);
		const { outcome } = await play({ plan, ...rest }, real.world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'done', advice: null });
		expect(outcome.text).toContain(`defragmented ${first}, ${second} and ${leader.name}: from `);
		expect(outcome.text).toContain(`${first} leads now`);
		for (const [index, after] of (await statuses(cluster())).entries()) {
			expect(after.dbSizeBytes).toBeLessThan(before[index]!.dbSizeBytes - 2_000_000);
			const { name } = cluster().members[index]!;
			expect(outcome.facts[`${name}.dbSizeBytes`]).toBeLessThanOrEqual(after.dbSizeBytes);
		}
		expect(await leaderByEtcdctl(cluster())).toBe(first);
		const again = await rolling();
		expect(again.plan).toMatchObject({ steps: [], nothingToDo: expect.stringContaining('no member is worth it') });
		expect((await play(again, real.world)).outcome.kind).toBe('done');
		expect((await single(second)).plan.summary).toMatch(/^Defragment m\d; about \d+s, from/);
	});

	it('defragments one follower and leaves the others as they are', async () => {
		const { follower, others } = await roles(cluster());
		await fragment(cluster());
		const sizes = await statuses(cluster());
		const prepared = await single(follower.name);
		expect(prepared.plan).toMatchObject({
			phrase: follower.name,
			member: follower.name,
			title: `Defragment ${follower.name}`,
		});
		const { outcome } = await play(prepared, real.world);
		expect(outcome.kind).toBe('done');
		const now = await statuses(cluster());
		for (const [index, { dbSizeBytes, endpoint }] of sizes.entries())
			if (endpoint === follower.clientUrl) expect(now[index]!.dbSizeBytes).toBeLessThan(dbSizeBytes - 2_000_000);
			else expect(now[index]!.dbSizeBytes).toBe(dbSizeBytes);
		expect(others.length).toBe(1);
		const hardly = await single(follower.name);
		expect(hardly.plan.checks).toContainEqual(expect.objectContaining({ title: 'worth it', verdict: 'warn' }));
		expect(standingOf(hardly.plan)).toBe('clear');
	});

	it('lets a leader hand over before it is defragmented', async () => {
		const { leader } = await roles(cluster());
		await fragment(cluster());
		const before = await statusOf(cluster(), leader);
		const { outcome, progress } = await play(await single(leader.name), real.world);
		expect(outcome.kind).toBe('done');
		expect(progress.filter(({ kind }) => kind === 'step-started')).toHaveLength(4);
		expect((await statusOf(cluster(), leader)).dbSizeBytes).toBeLessThan(before.dbSizeBytes - 2_000_000);
		expect(await leaderByEtcdctl(cluster())).not.toBe(leader.name);
	});

	it('stops where the leader changes between two steps, and goes on from there when it is run again', async () => {
		await fragment(cluster());
		const { leader, follower, others } = await roles(cluster());
		const prepared = await rolling();
		const change = afterFirst(async () => {
			const list = await etcdctl(cluster(), ['member', 'list']);
			const line = list.split('\n').find(each => each.split(', ')[2] === follower.name)!;
			await etcdctl(cluster(), ['move-leader', line.split(', ')[0]!], [leader.clientUrl]);
		});
		const { outcome } = await play(prepared, real.world, { onProgress: change });
		expect(outcome.kind).toBe('stopped');
		expect(outcome.text).toContain(`failed check “no election since the last step”: ${follower.name} leads now`);
		expect(outcome.advice).toContain('goes on where it stopped');
		const done = prepared.plan.steps[0]!.title.split(' ').at(-1)!;
		expect([follower, ...others].map(({ name }) => name)).toContain(done);
		const again = await rolling();
		expect(again.plan.steps.map(({ title }) => title)).not.toContain(`defragment ${done}`);
		expect(again.plan.steps.filter(({ title }) => title.startsWith('defragment'))).toHaveLength(2);
	});

	it('stops where a second member goes down between two steps', async () => {
		await fragment(cluster());
		const { leader } = await roles(cluster());
		const prepared = await rolling();
		const next = cluster().member(prepared.plan.steps[2]!.title.split(' ').at(-1)!);
		expect(next).not.toBe(leader);
		const before = await statusOf(cluster(), next);
		const { outcome } = await play(prepared, real.world, {
			isForced: true,
			onProgress: afterFirst(() => next.kill()),
		});
		expect(outcome.kind).toBe('stopped');
		expect(outcome.text).toContain('failed check “all voters serve”: 2 of 3');
		expect(outcome.text).toMatch(new RegExp(`${next.name}: (?:connection refused|cannot be reached)`));
		await next.start();
		await cluster().waitHealthy();
		expect((await statusOf(cluster(), next)).dbSizeBytes).toBe(before.dbSizeBytes);
	});

	it('follows a defragmentation to its end when the operator leaves, and begins nothing more', async () => {
		const before = await fragment(cluster());
		const prepared = await rolling();
		const leaving = new AbortController();
		const { outcome, progress } = await play(prepared, real.world, {
			signal: leaving.signal,
			onProgress: ({ kind }) => {
				if (kind === 'step-progress') leaving.abort();
			},
		});
		expect(outcome, outcome.text).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('left by the operator'),
		});
		expect(progress.filter(({ kind }) => kind === 'step-ended')).toMatchObject([{ step: 0, end: 'done' }]);
		const after = await statuses(cluster());
		expect(after.filter(({ dbSizeBytes }, index) => dbSizeBytes < before[index]!.dbSizeBytes - 2_000_000)).toHaveLength(
			1,
		);
	});

	it('can be left at once in the pause between two members', async () => {
		await fragment(cluster());
		const { world, close } = realWorld(cluster().endpoints, { patience: { settleSeconds: 3600 } });
		const leaving = new AbortController();
		const prepared = await prepareClusterDefragmentation({ operation: 'defragment-cluster', rule }, world);
		const { outcome } = await play(prepared, world, {
			signal: leaving.signal,
			onProgress: progress => {
				if (progress.kind === 'step-progress' && progress.step === 1 && progress.text.includes('a pause of'))
					leaving.abort();
			},
		});
		close();
		expect(outcome.text).toMatch(/^left by the operator during “see that m\d is up to date”/);
	});

	it('refuses to take a voter away where none can be lost, and goes on by force', async () => {
		await fragment(cluster());
		const { leader, follower, others } = await roles(cluster());
		await follower.kill();
		const { plan, ...rest } = await until(async () => {
			const prepared = await single(others[0]!.name);
			return standingOf(prepared.plan) === 'forcible' && prepared;
		});
		expect(riskOf(plan)).toBe('dangerous');
		const stops = plan.checks.filter(({ verdict }) => verdict === 'stop');
		expect(stops.map(({ title }) => title)).toEqual(['all voters serve', 'writes go on without one voter']);
		expect(plan.consequence[0]).toContain('every write of the cluster waits for it');
		expect((await play({ plan, ...rest }, real.world)).outcome).toMatchObject({ kind: 'stopped' });
		const { outcome } = await play({ plan, ...rest }, real.world, { isForced: true });
		expect(outcome.kind).toBe('done');
		expect(await until(() => leaderByEtcdctl(cluster()).catch(() => null))).toBe(leader.name);
	});
});

describe.each(releaseLines)('defragmenting a single etcd %s', line => {
	// The learner that joins later would otherwise have to wait until etcd takes the cluster for healthy.
	const cluster = sharedCluster(line, { members: 1, extraArguments: ['--strict-reconfig-check=false'] });

	it('is an outage that has to be forced', async () => {
		const [before] = await fragment(cluster());
		const { world, close } = realWorld(cluster().endpoints);
		const { plan, ...rest } = await prepareClusterDefragmentation({ operation: 'defragment-cluster', rule }, world);
		expect(standingOf(plan)).toBe('forcible');
		expect(plan.steps.map(({ title }) => title)).toEqual(['defragment m1', 'see that m1 is up to date']);
		expect(plan.steps[0]!.warnings.join()).toContain('leases are not kept alive on any member');
		expect(plan.consequence[0]).toContain('nobody serves the cluster until m1 is done');
		expect((await play({ plan, ...rest }, world)).outcome.kind).toBe('stopped');
		expect((await statuses(cluster()))[0]!.dbSizeBytes).toBe(before!.dbSizeBytes);
		const { outcome } = await play({ plan, ...rest }, world, { isForced: true });
		close();
		expect(outcome.kind).toBe('done');
		expect((await statuses(cluster()))[0]!.dbSizeBytes).toBeLessThan(before!.dbSizeBytes - 2_000_000);
	});

	it('leaves a learner out', async () => {
		const learner = await cluster().addMember({ learner: true });
		await fragment(cluster());
		const before = await statusOf(cluster(), learner);
		const { world, close } = realWorld(cluster().endpoints);
		const prepared = await prepareClusterDefragmentation({ operation: 'defragment-cluster', rule }, world);
		expect(prepared.plan.steps.map(({ title }) => title)).toEqual(['defragment m1', 'see that m1 is up to date']);
		const told = { title: 'learners are left out', verdict: 'pass', detail: 'm2: etcd defragments voters only' };
		expect(prepared.plan.checks).toContainEqual(told);
		const { plan } = await prepareMemberDefragmentation({ operation: 'defragment-member', member: 'm2', rule }, world);
		expect(standingOf(plan)).toBe('stopped');
		expect((await play(prepared, world, { isForced: true })).outcome.kind).toBe('done');
		close();
		expect((await statusOf(cluster(), learner)).dbSizeBytes).toBe(before.dbSizeBytes);
	});
});
