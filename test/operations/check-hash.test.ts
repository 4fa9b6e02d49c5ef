import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LocalCluster } from '../../source/demo/cluster.ts';
import { CallError, type EtcdCalls, type HashKvAnswer } from '../../source/etcd/calls.ts';
import { prepareHashCheck } from '../../source/operations/check-hash.ts';
import { isComparable, type MemberHash, verdictOf } from '../../source/operations/hash-verdict.ts';
import { standingOf } from '../../source/operations/plan.ts';
import type { World } from '../../source/operations/world.ts';
import { releaseLines } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { etcdctl } from '../support/programs.ts';
import { play, realWorld } from '../support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const request = { operation: 'check-hash' } as const;

function worldOf(cluster: LocalCluster): World {
	const { world, close } = realWorld(cluster.endpoints);
	onTestFinished(close);
	return world;
}

type Falsify = (endpoint: string, revision: bigint, truth: () => Promise<HashKvAnswer>) => Promise<HashKvAnswer>;

/** The real cluster, but for what its members answer to HashKV. */
const falsified = (world: World, falsify: Falsify): World => {
	const member: EtcdCalls['member'] = endpoint => {
		const calls = world.calls.member(endpoint);
		return {
			...calls,
			hashKv: (revision, options) => falsify(endpoint, revision, () => calls.hashKv(revision, options)),
		};
	};
	return { ...world, calls: { ...world.calls, member } };
};

const run = async (world: World) => play(await prepareHashCheck(request, world), world);

describe.each(releaseLines)('the consistency of etcd %s', line => {
	const shared = sharedCluster(line);
	const ctl = (...args: readonly string[]) => etcdctl(shared().binaries, shared().endpoints.join())(...args);

	it('is what etcdctl says of it', async () => {
		await roles(shared());
		for (let at = 0; at < 20; at++) await ctl('put', `/hash/${at % 3}`, `value ${at}`);
		const world = worldOf(shared());
		const prepared = await prepareHashCheck(request, world);
		expect(standingOf(prepared.plan)).toBe('clear');
		expect(prepared.plan.consequence[0]).toMatch(/3 members reads its whole database.*m1 \S+ kB, m2 \S+ kB, m3 \S+ kB/);
		const { outcome, progress } = await play(prepared, world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'done',
			text: expect.stringContaining('all 3 voters have the same hash'),
		});
		expect(progress.filter(({ kind }) => kind === 'step-ended')).toHaveLength(4);
		const { revision, hash } = outcome.facts;
		const told = JSON.parse(await ctl('endpoint', 'hashkv', `--rev=${revision}`, '-w', 'json')) as {
			HashKV: { hash: number };
		}[];
		expect(told.map(each => each.HashKV.hash)).toEqual([hash, hash, hash]);
		expect([outcome.facts['hash of m1'], outcome.facts['hash of m3']]).toEqual([hash, hash]);
	});

	it('is told by a majority: one member whose answer is replaced is the odd one', async () => {
		const odd = shared().member('m2').clientUrl;
		const world = falsified(worldOf(shared()), async (endpoint, _revision, truth) => {
			const answer = await truth();
			return endpoint === odd ? { ...answer, hash: answer.hash + 1 } : answer;
		});
		const { outcome } = await run(world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'failed',
			text: expect.stringMatching(/m2 differs from m1 and m3 at revision/),
			advice: expect.stringContaining('save a snapshot of m1 first; then remove m2'),
		});
		expect(outcome.facts).toMatchObject({ odd: 'm2', hash: outcome.facts['hash of m1'] });
	});

	it('without a majority, here of replaced answers, names nobody as wrong', async () => {
		let at = 0;
		const world = falsified(worldOf(shared()), async (_endpoint, _revision, truth) => ({
			...(await truth()),
			hash: at++,
		}));
		const { outcome } = await run(world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'failed',
			text: expect.stringContaining('none is that of a majority'),
		});
		expect(outcome.facts).toMatchObject({ hash: null, odd: null, 'hash of m1': 0, 'hash of m2': 1, 'hash of m3': 2 });
	});

	it('is asked for again at a newer revision when the history is compacted between two members', async () => {
		const first: bigint[] = [];
		const world = falsified(worldOf(shared()), async (_endpoint, revision, truth) => {
			const answer = await truth();
			if (first.length === 0) {
				await ctl('put', '/hash/more', 'x');
				await etcdctl(shared().binaries, shared().endpoints[0]!)('compact', String(revision + 1n));
			}
			first.push(revision);
			return answer;
		});
		const { outcome, progress } = await run(world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'done',
			text: expect.stringContaining('all 3 voters have the same hash'),
		});
		expect(progress).toContainEqual(expect.objectContaining({ kind: 'step-ended', end: 'skipped', step: 1 }));
		expect(BigInt(String(outcome.facts.revision))).toBeGreaterThan(first[0]!);
		expect(outcome.facts.compactRevision).toBe(String(first[0]! + 1n));
	});

	it('is told of a cluster in which nobody has written since it was compacted to its head', async () => {
		const world = worldOf(shared());
		await ctl('put', '/hash/last', 'x');
		const head = (await world.look()).snapshot.revision!;
		await etcdctl(shared().binaries, shared().endpoints[0]!)('compact', String(head), '--physical');
		// One that has started since has forgotten what it hashed at the compaction.
		await shared().member('m2').kill();
		await shared().member('m2').start();
		await shared().waitHealthy();
		await vi.waitFor(async () => expect((await world.look()).snapshot.reachableVoters).toBe(3), { timeout: 20_000 });
		const { outcome } = await run(world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'done',
			text: expect.stringContaining('all 3 voters have the same hash'),
		});
		expect(outcome.facts).toMatchObject({ revision: String(head), compactRevision: String(head) });
		const told = JSON.parse(await ctl('endpoint', 'hashkv', '-w', 'json')) as { HashKV: { hash: number } }[];
		expect(told.map(each => each.HashKV.hash)).toEqual(Array(3).fill(outcome.facts.hash));
	});

	it('is not told where the histories differ in both rounds', async () => {
		let rounds = 0n;
		const world = falsified(worldOf(shared()), async (_endpoint, _revision, truth) => ({
			...(await truth()),
			compactRevision: rounds++,
		}));
		const { outcome } = await run(world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'failed', text: expect.stringContaining('in two rounds') });
		expect(rounds).toBe(6n);
	});

	it('leaves out who cannot be asked, and says so', async () => {
		const { follower } = await roles(shared());
		await follower.kill();
		const world = worldOf(shared());
		const prepared = await prepareHashCheck(request, world);
		expect(prepared.plan.checks).toContainEqual({
			title: 'every member can be hashed',
			verdict: 'warn',
			detail: `2 of 3 voters; ${follower.name} cannot be asked now`,
		});
		expect((await play(prepared, world)).outcome).toMatchObject({
			kind: 'done',
			text: expect.stringContaining('2 of 3 voters have the same hash'),
		});
	});

	it('is given up when the operator leaves, and not told when a member is late', async () => {
		const leaving = new AbortController();
		const world = worldOf(shared());
		const stuck = falsified(world, async (endpoint, _revision, truth) => {
			if (endpoint !== shared().endpoints[1]) return truth();
			throw new CallError({ kind: 'timeout', where: endpoint, call: 'HashKV', detail: 'no answer in 600 s' });
		});
		expect((await run(stuck)).outcome).toMatchObject({
			kind: 'unknown',
			text: expect.stringContaining('the hashes are not compared'),
		});
		const hanging = falsified(
			world,
			() =>
				new Promise((_resolve, reject) =>
					leaving.signal.addEventListener('abort', () => reject(leaving.signal.reason)),
				),
		);
		const { outcome } = await play(await prepareHashCheck(request, hanging), hanging, {
			signal: leaving.signal,
			onProgress: progress => {
				if (progress.kind === 'step-progress') leaving.abort();
			},
		});
		expect(outcome, outcome.text).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('left by the operator'),
		});
	});

	it('leaves out a learner', async () => {
		const cluster = shared();
		await cluster.waitHealthy();
		const learner = await vi.waitFor(() => cluster.addMember({ learner: true }), { timeout: 30_000, interval: 500 });
		await cluster.waitHealthy({ names: [learner.name] }).catch(() => {});
		const world = worldOf(cluster);
		const { plan } = await vi.waitFor(
			async () => {
				const prepared = await prepareHashCheck(request, world);
				expect(prepared.plan.checks[1]?.detail).toContain(`${learner.name} is a learner`);
				return prepared;
			},
			{ timeout: 30_000 },
		);
		expect(plan.steps.map(({ title }) => title)).toEqual(['hash m1', 'hash m2', 'hash m3', 'compare the hashes']);
	});
});

describe('the verdict', () => {
	const hashOf = (name: string, hash: number, compactRevision = 5n): MemberHash => ({
		name,
		hash,
		compactRevision,
		hashRevision: 9n,
	});

	it('compares only what hashed the same history', () => {
		expect(isComparable([hashOf('m1', 1), hashOf('m2', 2)])).toBe(true);
		expect(isComparable([hashOf('m1', 1), hashOf('m2', 1, 6n)])).toBe(false);
		expect(isComparable([hashOf('m1', 1), { ...hashOf('m2', 1), hashRevision: 10n }])).toBe(false);
	});

	it.each([
		['all equal', [1, 1, 1], 3, { kind: 'equal', hash: 1 }],
		['one odd', [1, 2, 1], 3, { kind: 'odd', hash: 1, majority: ['m1', 'm3'], odd: ['m2'] }],
		['two odd of five', [2, 2, 1, 1, 1], 5, { kind: 'odd', hash: 1, majority: ['m3', 'm4', 'm5'], odd: ['m1', 'm2'] }],
		['two that differ', [1, 2], 2, { kind: 'split' }],
		['one of two, the third not asked', [1, 2], 3, { kind: 'split' }],
		['two of three, two of five not asked', [1, 1, 2], 5, { kind: 'split' }],
		['two halves', [1, 1, 2, 2], 4, { kind: 'split' }],
	] as const)('%s', (_, hashes, voters, verdict) => {
		expect(
			verdictOf(
				hashes.map((hash, at) => hashOf(`m${at + 1}`, hash)),
				voters,
			),
		).toMatchObject(verdict);
	});
});
