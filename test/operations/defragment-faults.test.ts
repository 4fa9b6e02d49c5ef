import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalMember } from '../../source/demo/cluster.ts';
import type { MemberCalls } from '../../source/etcd/calls.ts';
import { CallError } from '../../source/etcd/calls.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import { prepareMemberDefragmentation } from '../../source/operations/defragment-member.ts';
import type { Progress } from '../../source/operations/plan.ts';
import type { Patience, World } from '../../source/operations/world.ts';
import { createWorld } from '../../source/world.ts';
import { metric, releaseLines, until } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { plainProfile } from '../support/profile.ts';
import { slowed } from '../support/slowed-member.ts';
import { hasty, noFiles, type Played, play, realWorld } from '../support/world.ts';
import { enlarge, fragment, statusOf } from './fragmented.ts';
import { etcdctl } from './writing.ts';

/** A world in which every member's metrics page is changed, or not there. */
function worldWith(
	endpoints: readonly string[],
	change: (metrics: MemberCalls['metrics']) => MemberCalls['metrics'],
	patience: Partial<Patience>,
): { readonly world: World; close(): void } {
	const profile = { ...plainProfile, endpoints };
	const calls = connectEtcd(profile);
	const changed = {
		...calls,
		member: (endpoint: string) => {
			const member = calls.member(endpoint);
			return { ...member, metrics: change(member.metrics) };
		},
	};
	const options = { profile, quotaBytes: null, history: null, files: noFiles };
	const world = createWorld({ ...options, calls: changed, patience: { ...hasty, ...patience } });
	return { world, close: () => calls.close() };
}

/** Whether a copy lies beside the database: one that goes on, or that was never finished. */
const isCopying = async (member: LocalMember) =>
	(await readdir(join(member.dataDirectory, 'member/snap'))).some(name => name.startsWith('db.tmp'));

const textsOf = (progress: readonly Progress[]) =>
	progress.flatMap(each => (each.kind === 'step-progress' ? [each.text] : []));

describe.each(releaseLines)('a defragmentation of etcd %s that goes wrong', line => {
	const cluster = sharedCluster(line);
	let real: ReturnType<typeof realWorld>;
	beforeAll(async () => {
		await enlarge(cluster(), 120);
		await fragment(cluster());
		real = realWorld(cluster().endpoints);
	});
	afterAll(() => real.close());

	const prepared = (member: string, world = real.world) =>
		prepareMemberDefragmentation({ operation: 'defragment-member', member, rule: null }, world);
	const countOf = (metricsUrl: string) => metric(metricsUrl, 'etcd_disk_backend_defrag_duration_seconds_count');
	const runWith = async (patience: Partial<Patience>, deed = (_: Progress): void | Promise<void> => {}) => {
		const { follower } = await roles(cluster());
		const { world, close } = realWorld(cluster().endpoints, { patience });
		const played = await play(await prepared(follower.name, world), world, { onProgress: deed });
		close();
		return played;
	};

	/** Plays one that is broken while the member copies; a copy that was finished before it was noticed is made again. */
	const runBroken = async (follower: LocalMember, breaks: () => Promise<unknown>): Promise<Played> => {
		for (;;) {
			const run = { isOver: false, isBroken: false };
			const playing = play(await prepared(follower.name), real.world).finally(() => {
				run.isOver = true;
			});
			await until(async () => run.isOver || (await isCopying(follower)), { everyMs: 1 });
			await follower.freeze();
			run.isBroken = await isCopying(follower);
			await (run.isBroken ? breaks() : follower.thaw());
			const played = await playing;
			if (run.isBroken) return played;
		}
	};

	/** A deadline so short may be over before the member has heard of it: then it is asked again. */
	const heard = async (follower: LocalMember, attempt: () => Promise<Played>): Promise<Played> => {
		for (;;) {
			const before = await countOf(follower.metricsUrl);
			const played = await slowed(follower, attempt);
			if ((await countOf(follower.metricsUrl)) > before) return played;
			expect(played.outcome.kind, played.outcome.text).toBe('failed');
		}
	};
	/** Long enough for a slowed member to hear of it, and too short for its answer. */
	const shortDeadline: Partial<Patience> = { longCallSeconds: 0.15, lookEveryMs: 20 };

	it('is followed by the metrics where the deadline passes while the server goes on', async () => {
		let texts = '';
		// A quick machine may be through before anybody has looked again.
		while (!texts.includes('did not come in time')) {
			const { follower } = await roles(cluster());
			const { outcome, progress } = await heard(follower, () => runWith(shortDeadline));
			expect(outcome.kind, outcome.text).toBe('done');
			expect(outcome.facts[`${follower.name}.seconds`]).toBeGreaterThan(0);
			texts = textsOf(progress).join('\n');
		}
		expect(texts).toMatch(
			/is defragmenting, \d+s.* \(its answer did not come in time: followed by its metrics\); others: m\d [\d.]+ ms/,
		);
	});

	it.each([
		['without the metric that tells of it', (name: string) => !name.includes('inflight')],
		['without any metrics but its start', (name: string) => name.startsWith('process_')],
	])('is told by other means %s', async (_, keeps) => {
		const { follower } = await roles(cluster());
		await fragment(cluster());
		const before = await statusOf(cluster(), follower);
		const { world, close } = worldWith(
			cluster().endpoints,
			metrics => async (url, wanted, options) => {
				const page = await metrics(url, wanted, options);
				return { ...page, samples: new Map([...page.samples].filter(([name]) => keeps(name))) };
			},
			shortDeadline,
		);
		const { outcome } = await heard(follower, async () => play(await prepared(follower.name, world), world));
		close();
		expect(outcome.kind, outcome.text).toBe('done');
		expect((await statusOf(cluster(), follower)).dbSizeBytes).toBeLessThan(before.dbSizeBytes);
	});

	it('is not claimed where neither metrics nor sizes tell', async () => {
		const { follower } = await roles(cluster());
		const count = await countOf(follower.metricsUrl);
		const noMetrics = () => async (url: string) => {
			throw new CallError({ kind: 'refused', where: url, call: 'GET /metrics', detail: '' });
		};
		const { world, close } = worldWith(cluster().endpoints, noMetrics, shortDeadline);
		const planned = await prepared(follower.name, world);
		const { outcome } = await slowed(follower, () => play(planned, world));
		close();
		expect(outcome.kind).toBe('unknown');
		expect(outcome.text).toContain('whether it was defragmented is not known');
		await until(async () => (await countOf(follower.metricsUrl)) === count + 1);
	});

	it('is told as the death of the member, whose database is whole', async () => {
		const { follower } = await roles(cluster());
		const before = await statusOf(cluster(), follower);
		const { outcome } = await runBroken(follower, () => follower.kill());
		expect(await isCopying(follower)).toBe(true);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'failed',
			text: expect.stringMatching(/^m\d died during its defragmentation, after .*connection refused/),
			advice: expect.stringContaining(`start etcd on ${follower.name} again: its database is whole`),
		});
		await follower.start();
		await cluster().waitHealthy();
		expect(await isCopying(follower)).toBe(false);
		expect((await statusOf(cluster(), follower)).dbInUseBytes).toBeGreaterThan(0.9 * before.dbInUseBytes);
		expect((await play(await prepared(follower.name), real.world)).outcome.kind).toBe('done');
	});

	it('is told as a restart where the member is back at once', async () => {
		const { follower } = await roles(cluster());
		const { outcome } = await runBroken(follower, async () => {
			await follower.kill();
			await follower.start();
			await cluster().waitHealthy();
		});
		expect(outcome.kind).toBe('failed');
		expect(outcome.text).toContain('was started anew in the middle of its defragmentation');
	});

	it('is not known where the member falls silent', async () => {
		const { follower } = await roles(cluster());
		const { outcome } = await runWith({ longCallSeconds: 0.5, lostSeconds: 1 }, async ({ kind }) => {
			if (kind === 'step-started') await follower.freeze();
		});
		expect(outcome, outcome.text).toMatchObject({
			kind: 'unknown',
			text: expect.stringContaining('is out of sight since its defragmentation began'),
			advice: expect.stringContaining('defragment nothing before it answers'),
		});
	});

	it('is refused without the right to it, and nothing is done', async () => {
		const ctl = (...words: string[]) => etcdctl(cluster(), words);
		const asRoot = (...words: string[]) => ctl('--user=root:root', ...words);
		for (const name of ['root', 'reader']) await ctl('user', 'add', `${name}:${name}`);
		await ctl('user', 'grant-role', 'root', 'root');
		const { follower } = await roles(cluster());
		await ctl('auth', 'enable');
		try {
			const login = { user: 'reader', password: 'reader' };
			// Logging in takes etcd longer than any other answer.
			const { world, close } = realWorld(cluster().endpoints, { profile: { login, dialTimeoutSeconds: 10 } });
			const count = await countOf(follower.metricsUrl);
			const { outcome } = await play(await prepared(follower.name, world), world);
			close();
			expect(outcome, outcome.text).toMatchObject({
				kind: 'failed',
				text: expect.stringContaining('permission denied for Defragment'),
				advice: expect.stringContaining('use a user whose role permits it'),
			});
			expect(outcome.text).toContain('it was not defragmented');
			expect(await countOf(follower.metricsUrl)).toBe(count);
		} finally {
			await asRoot('auth', 'disable');
		}
	});
});
