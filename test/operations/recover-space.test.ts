import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareCompaction } from '../../source/operations/compact.ts';
import { prepareDisarm } from '../../source/operations/disarm-alarm.ts';
import { riskOf, standingOf } from '../../source/operations/plan.ts';
import { prepareSpaceRecovery } from '../../source/operations/recover-space.ts';
import { verifyWriteStep } from '../../source/operations/steps/verify-write.ts';
import type { World } from '../../source/operations/world.ts';
import { metric, releaseLines } from '../demo/real-etcd.ts';
import { sharedCluster, steadyLeader } from '../end-to-end/shared-cluster.ts';
import { play, realWorld } from '../support/world.ts';
import { etcdctl, fill, fillWithData, put, statuses, write } from './writing.ts';

vi.setConfig({ testTimeout: 180_000 });

const quotaBytes = 16 * 1024 * 1024;

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

const recover = (world: World) => prepareSpaceRecovery({ operation: 'recover-space' }, world);

describe.each(releaseLines)('recovering etcd %s from NOSPACE', line => {
	const cluster = sharedCluster(line, { quotaBytes, extraArguments: steadyLeader });
	let real: ReturnType<typeof realWorld>;
	beforeAll(() => {
		real = realWorld(cluster().endpoints);
	});
	afterAll(() => real.close());

	const url = () => cluster().endpoints[0]!;
	const defragmentations = () =>
		Promise.all(
			cluster().members.map(({ metricsUrl }) => metric(metricsUrl, 'etcd_disk_backend_defrag_duration_seconds_count')),
		);
	const alarms = () => etcdctl(cluster(), ['alarm', 'list']);
	const expectRoom = async () => {
		expect(await alarms()).toBe('');
		const all = await statuses(cluster());
		expect(all.map(({ dbSizeBytes }) => dbSizeBytes < 0.9 * quotaBytes)).toEqual(all.map(() => true));
		expect(all.flatMap(({ errors }) => errors)).toEqual([]);
		for (const endpoint of cluster().endpoints)
			expect(await etcdctl(cluster(), ['put', 'after', 'x'], [endpoint])).toBe('OK');
	};

	it('refuses to disarm while a file is over nine tenths of its quota, forced or not', async () => {
		await fill(url());
		expect(await alarms()).toContain('NOSPACE');
		const { alarms: raised, members } = (await real.world.look()).snapshot;
		const holder = members.find(({ id }) => id === raised[0]!.member)!;
		const prepared = await prepareDisarm(
			{ operation: 'disarm-alarm', member: holder.name, type: 'NOSPACE' },
			real.world,
		);
		expect(standingOf(prepared.plan)).toBe('stopped');
		expect(prepared.plan.checks.at(-1)?.detail).toMatch(/m\d is [\d.]+ [kM]B over: 1\d MB of 17 MB/);
		expect((await play(prepared, real.world, { isForced: true })).outcome.kind).toBe('stopped');
		expect(await alarms()).toContain('NOSPACE');
		expect(await put(url(), 'refused', 'x')).toBe(false);
	});

	it('makes room on every member and lets the cluster write again', async () => {
		const prepared = await recover(real.world);
		expect(riskOf(prepared.plan)).toBe('careful');
		expect(prepared.plan.steps.map(({ title }) => title.replace(/\d+/, 'N'))).toContain(
			'compact to revision N, the head, all but the last 3',
		);
		const { outcome } = await play(prepared, real.world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'done', text: expect.stringContaining('a write works on') });
		await expectRoom();
	});

	it('spares young history where the old is enough', async () => {
		await write(url(), { count: 180, keys: 8 });
		const marked = (await statuses(cluster()))[0]!.revision;
		await put(url(), 'compact_rev_key', String(marked));
		await fill(url());
		const prepared = await recover(real.world);
		expect(prepared.plan.summary).toMatch(
			/compact to [\d,]+ \(.*; then if that is not enough, compact to [\d,]+, the head/,
		);
		const { outcome, progress } = await play(prepared, real.world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'done', facts: { revision: String(marked) } });
		const skipped = progress.filter(entry => entry.kind === 'step-ended' && entry.end === 'skipped');
		expect(skipped.slice(0, 2)).toMatchObject([{ text: expect.stringContaining('less than 70%') }, {}]);
		await expectRoom();
		await etcdctl(cluster(), ['del', 'compact_rev_key']);
	});

	it('says who raises it again where something keeps writing', async () => {
		await fill(url());
		const end = new AbortController();
		const writer = (async () => {
			// A move of the leader may cost a write or two.
			while (!end.signal.aborted) {
				const hasSpace = await write(url(), { count: 64, keys: 8 }).catch(() => false);
				// What is refused still goes through the log: a storm of it would cost the cluster its leader.
				if (!hasSpace) await wait(50);
			}
		})();
		try {
			const patience = { ...real.world.patience, rearmSeconds: 120 };
			const { outcome } = await play(await recover(real.world), { ...real.world, patience });
			expect(outcome, outcome.text).toMatchObject({
				kind: 'failed',
				text: expect.stringMatching(/NOSPACE is raised again, by m\d|still refuses writes for want of space/),
				advice: expect.stringMatching(/./),
			});
			expect(await alarms()).toContain('NOSPACE');
		} finally {
			end.abort();
			await writer;
		}
		expect((await play(await recover(real.world), real.world)).outcome.kind).toBe('done');
	});

	it('stops before any member is defragmented where data fills the quota, and goes on once it is deleted', async () => {
		await fillWithData(cluster());
		const before = await defragmentations();
		const stopped = await play(await recover(real.world), real.world);
		expect(stopped.outcome).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('what is in use fits under 90% of the quota'),
			advice: expect.stringContaining('delete keys'),
		});
		expect(await alarms()).toContain('NOSPACE');
		expect(await defragmentations()).toEqual(before);
		// Nothing is left to compact, and so nothing makes the members count anew: one of them has to show it.
		const again = await play(await recover(real.world), real.world);
		expect(again.outcome).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('a defragmented file is under 90% of its quota'),
			advice: expect.stringContaining('delete keys'),
		});
		expect(sum(await defragmentations())).toBe(sum(before) + 1);
		await etcdctl(cluster(), ['del', '--prefix', 'fill-']);
		expect((await play(await recover(real.world), real.world)).outcome.kind).toBe('done');
		await expectRoom();
	});
});

describe('recovering a cluster that cannot spare a member', () => {
	const cluster = sharedCluster('3.5', { members: 1, quotaBytes });
	let close = () => {};
	afterEach(() => close());

	it('is dangerous, and done where that is wanted', async () => {
		const real = realWorld(cluster().endpoints);
		close = real.close;
		await fill(cluster().endpoints[0]!);
		const prepared = await recover(real.world);
		expect(standingOf(prepared.plan)).toBe('forcible');
		expect(riskOf(prepared.plan)).toBe('dangerous');
		expect((await play(prepared, real.world)).outcome.kind).toBe('stopped');
		expect((await play(prepared, real.world, { isForced: true })).outcome.kind).toBe('done');
		expect(await etcdctl(cluster(), ['alarm', 'list'])).toBe('');
		expect(await etcdctl(cluster(), ['put', 'after', 'x'])).toBe('OK');
	});
});

describe.each(releaseLines)('maintenance of etcd %s by a user without permission', line => {
	const cluster = sharedCluster(line, { members: 1 });
	let close = () => {};
	afterEach(() => close());

	it('says what is not permitted, and never that it was done', async () => {
		const ctl = (...words: readonly string[]) => etcdctl(cluster(), words);
		await ctl('put', 'compact_rev_key', '1');
		await ctl('user', 'add', 'root:secret');
		await ctl('user', 'grant-role', 'root', 'root');
		await ctl('user', 'add', 'guest:guest');
		await ctl('auth', 'enable');
		const real = realWorld(cluster().endpoints, { profile: { login: { user: 'guest', password: 'guest' } } });
		close = real.close;
		const marked = await prepareCompaction(
			{ operation: 'compact', target: { kind: 'keep', seconds: 300 } },
			real.world,
		);
		expect(marked.plan.checks.at(-1)).toMatchObject({
			verdict: 'stop',
			detail: expect.stringContaining('compact_rev_key could not be read: permission denied for Range'),
		});
		const head = await prepareCompaction({ operation: 'compact', target: { kind: 'head' } }, real.world);
		expect(standingOf(head.plan)).toBe('clear');
		const { outcome } = await play(head, real.world);
		// 3.4 lets every user compact.
		if (line === '3.4') expect(await compactRevision()).toBe(Number(outcome.facts.revision));
		else
			expect(outcome, outcome.text).toMatchObject({
				kind: 'failed',
				text: expect.stringContaining('permission denied for Compact'),
			});
		const { world } = real;
		const steps = verifyWriteStep.run({
			world,
			look: await world.look(),
			course: { leaderId: null, term: null },
			signal: new AbortController().signal,
		});
		let step = await steps.next();
		while (!step.done) step = await steps.next();
		expect(step.value).toMatchObject({ end: 'skipped', text: expect.stringContaining('permission denied for Txn') });
	});

	const compactRevision = () => metric(cluster().members[0]!.metricsUrl, 'etcd_debugging_mvcc_compact_revision');
});
