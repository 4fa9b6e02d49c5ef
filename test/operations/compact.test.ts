import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallError, type EtcdCalls, type MemberCalls, type WatchMessage } from '../../source/etcd/calls.ts';
import { formatCount } from '../../source/format/number.ts';
import { prepareCompaction } from '../../source/operations/compact.ts';
import { standingOf } from '../../source/operations/plan.ts';
import type { CompactTarget } from '../../source/operations/request.ts';
import type { World } from '../../source/operations/world.ts';
import { profileOf, read, until } from '../collect/reader.ts';
import { metric, releaseLines } from '../demo/real-etcd.ts';
import { sharedCluster } from '../end-to-end/shared-cluster.ts';
import { play, realWorld } from '../support/world.ts';
import { etcdctl, put, statuses, write } from './writing.ts';

/** The calls with one of each member's exchanged. */
const withCall = (calls: EtcdCalls, change: (member: MemberCalls) => Partial<MemberCalls>): EtcdCalls => ({
	...calls,
	member(endpoint) {
		const member = calls.member(endpoint);
		return { ...member, ...change(member) };
	},
});

const timeout = (where: string) => new CallError({ kind: 'timeout', where, call: 'Compact', detail: 'after 600 s' });

describe.each(releaseLines)('compacting etcd %s', line => {
	const cluster = sharedCluster(line);
	let real: ReturnType<typeof realWorld>;
	beforeAll(() => {
		real = realWorld(cluster().endpoints);
	});
	afterAll(() => real.close());

	const urlOf = (index: number) => cluster().endpoints[index]!;
	const headOf = async () => BigInt((await statuses(cluster()))[0]!.revision);
	const prepare = (target: CompactTarget, changes: Partial<World> = {}) =>
		prepareCompaction({ operation: 'compact', target }, { ...real.world, ...changes });
	const compactedOnAll = () =>
		Promise.all(cluster().members.map(({ metricsUrl }) => metric(metricsUrl, 'etcd_debugging_mvcc_compact_revision')));
	const readAt = (revision: bigint) =>
		etcdctl(cluster(), ['get', 'fill-1', `--rev=${revision}`, '--keys-only'], [urlOf(0)]).catch(error => String(error));
	const onAll = <T>(value: T): readonly T[] => cluster().members.map(() => value);

	it('frees the space of every member, not only of the one that was asked', async () => {
		await write(urlOf(0), { count: 150, keys: 8 });
		const revision = await headOf();
		const before = await statuses(cluster());
		expect(before.map(({ dbInUseBytes }) => dbInUseBytes > 8_000_000)).toEqual(onAll(true));
		const prepared = await prepare({ kind: 'head' });
		expect(prepared.plan).toMatchObject({ risk: 'dangerous', nothingToDo: null });
		expect(prepared.plan.summary).toContain('none stays');
		const { outcome } = await play(prepared, real.world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'done', facts: { revision: String(revision) } });
		const after = await statuses(cluster());
		expect(after.map(({ dbInUseBytes }) => dbInUseBytes < 3_000_000)).toEqual(onAll(true));
		expect(await compactedOnAll()).toEqual(onAll(Number(revision)));
		expect(await readAt(revision - 1n)).toContain('required revision has been compacted');
		expect(await readAt(revision)).toBe('fill-1');
	});

	it('has nothing to do where it is done already, and refuses the future', async () => {
		const revision = await headOf();
		await etcdctl(cluster(), ['compact', String(revision)]).catch(() => {});
		const again = await prepare({ kind: 'revision', revision });
		expect(again.plan.nothingToDo).toContain(`already compacted to ${revision.toLocaleString('en')}`);
		expect((await play(again, real.world)).outcome.kind).toBe('done');
		const future = await prepare({ kind: 'revision', revision: revision + 1n });
		expect(standingOf(future.plan)).toBe('stopped');
		expect((await play(future, real.world, { isForced: true })).outcome).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('future revision'),
		});
	});

	it('goes by kube-apiserver’s mark, and says so where it has compacted itself', async () => {
		await write(urlOf(0), { count: 20, keys: 4 });
		const marked = await headOf();
		await put(urlOf(0), 'compact_rev_key', String(marked));
		await write(urlOf(1), { count: 4, keys: 4 });
		const prepared = await prepare({ kind: 'keep', seconds: 300 });
		expect(prepared.plan).toMatchObject({ risk: 'careful', nothingToDo: null });
		expect(prepared.plan.checks.map(({ verdict }) => verdict)).not.toContain('stop');
		expect((await play(prepared, real.world)).outcome).toMatchObject({
			kind: 'done',
			facts: { revision: String(marked) },
		});
		expect(await readAt(marked - 1n)).toContain('required revision has been compacted');
		expect(await readAt(marked)).toBe('fill-1');
		const again = await prepare({ kind: 'keep', seconds: 300 });
		expect(again.plan.nothingToDo).toContain(`by kube-apiserver; 5 revisions of history are left`);
		await etcdctl(cluster(), ['del', 'compact_rev_key']);
	});

	it('keeps what this process has seen to be young enough, and stops where it has seen too little', async () => {
		await write(urlOf(0), { count: 12, keys: 4 });
		const old = await headOf();
		await write(urlOf(0), { count: 6, keys: 4 });
		const revisionBefore: World['revisionBefore'] = seconds =>
			seconds > 1000 ? null : { revision: seconds >= 300 ? old : old + 6n, ageSeconds: seconds };
		const prepared = await prepare({ kind: 'keep', seconds: 300 }, { revisionBefore });
		expect(prepared.plan.summary).toContain('6 stay (at least 16m 40s)');
		const { outcome } = await play(prepared, real.world);
		expect(outcome.facts).toMatchObject({ revision: String(old) });
		expect(await readAt(old)).toBe('fill-1');
		const unknown = await prepare({ kind: 'keep', seconds: 7200 }, { revisionBefore });
		expect(unknown.plan.checks.at(-1)).toMatchObject({
			verdict: 'stop',
			detail: expect.stringMatching(/watched for only 16m 40s.*choose a revision or the head/),
		});
	});

	it('counts what somebody else has compacted meanwhile as done', async () => {
		await write(urlOf(0), { count: 12, keys: 4 });
		const revision = await headOf();
		const prepared = await prepare({ kind: 'revision', revision });
		await etcdctl(cluster(), ['compact', String(revision)], [urlOf(2)]);
		const { outcome, progress } = await play(prepared, real.world);
		expect(outcome.kind).toBe('done');
		expect(progress).toContainEqual(
			expect.objectContaining({ kind: 'step-ended', step: 0, text: expect.stringContaining('by somebody else') }),
		);
	});

	it('finds out from the members what happened where the answer never came, and asks no second time', async () => {
		await write(urlOf(0), { count: 12, keys: 4 });
		const revision = await headOf();
		const prepared = await prepare({ kind: 'revision', revision });
		const asked: bigint[] = [];
		const calls = withCall(real.world.calls, member => ({
			async compact(request, options) {
				asked.push(request.revision);
				await member.compact(request, options);
				if (asked.length === 1) throw timeout(member.endpoint);
			},
		}));
		const { outcome, progress } = await play(prepared, { ...real.world, calls });
		expect(outcome.kind).toBe('done');
		expect(asked).toEqual([revision - 3n, revision - 2n, revision - 1n, revision]);
		expect(progress).toContainEqual(
			expect.objectContaining({ kind: 'step-ended', step: 0, text: expect.stringContaining('though no answer came') }),
		);
	});

	it('claims nothing where the call was lost and no member tells of it', async () => {
		await write(urlOf(0), { count: 12, keys: 4 });
		const prepared = await prepare({ kind: 'revision', revision: await headOf() });
		let asked = 0;
		const calls = withCall(real.world.calls, ({ endpoint }) => ({
			compact() {
				asked += 1;
				return Promise.reject(timeout(endpoint));
			},
		}));
		const patience = { ...real.world.patience, lostSeconds: 0.2 };
		const { outcome } = await play(prepared, { ...real.world, calls, patience });
		expect(outcome, outcome.text).toMatchObject({ kind: 'unknown', text: expect.stringContaining('is not known') });
		expect(asked).toBe(1);
	});

	it('disturbs no watch that follows, and tells one that is behind what is gone', async () => {
		const member = real.world.calls.member(urlOf(1));
		const end = new AbortController();
		const following = member.watch({ prefix: 'watched', startRevision: null }, end.signal)[Symbol.asyncIterator]();
		expect((await following.next()).value).toMatchObject({ kind: 'created' });
		const begin = await headOf();
		await write(urlOf(0), { count: 12, keys: 4 });
		const revision = await headOf();
		const { plan, ...rest } = await prepare({ kind: 'revision', revision });
		expect(plan.consequence.join(' ')).toMatch(/[1-9]\d* watchers? (?:is|are) open/);
		expect((await play({ plan, ...rest }, real.world)).outcome.kind).toBe('done');
		await put(urlOf(0), 'watched-1', 'x');
		expect((await following.next()).value).toMatchObject({ kind: 'events', events: [{ modRevision: revision + 1n }] });
		const behind = member.watch({ prefix: '', startRevision: begin }, end.signal)[Symbol.asyncIterator]();
		const told: WatchMessage[] = [];
		for (let next = await behind.next(); !next.done; next = await behind.next()) told.push(next.value);
		expect(told.at(-1)).toEqual({ kind: 'compacted', compactRevision: revision });
		end.abort();
		await Promise.allSettled([following.return?.(), behind.return?.()]);
	});

	it('leaves no gap in the monitor’s own watch that follows', async () => {
		const profile = profileOf(cluster().endpoints, { dialTimeoutSeconds: 2, commandTimeoutSeconds: 5 });
		const watched = read({
			calls: real.world.calls,
			profile,
			statusIntervalSeconds: 0.1,
			metricsIntervalSeconds: 1,
			wantedFamilies: new Set(),
			watch: { prefixes: ['/registry/'] },
		});
		const states = () => watched.of('watch').map(({ state }) => state);
		const pods = () => watched.of('keys').reduce((sum, { changes }) => sum + (changes.get('pods')?.put ?? 0), 0);
		const churn = async (count: number) => {
			for (let at = 0; at < count; at++) await put(urlOf(0), '/registry/pods/default/a', String(at));
		};
		try {
			await until(() => expect(states().at(-1)?.kind).toBe('live'));
			await churn(10);
			await until(() => expect(pods()).toBe(10));
			expect((await play(await prepare({ kind: 'head' }), real.world)).outcome.kind).toBe('done');
			await churn(5);
			await until(() => expect(pods()).toBe(15));
			expect(states().map(({ kind }) => kind)).not.toContain('gap');
		} finally {
			await watched.stop();
		}
	});

	it('calls nothing done that was still to come when it was left', async () => {
		await write(urlOf(0), { count: 12, keys: 4 });
		const revision = await headOf();
		const leave = new AbortController();
		const { outcome } = await play(await prepare({ kind: 'revision', revision }), real.world, {
			signal: leave.signal,
			onProgress({ kind, step }) {
				if (kind === 'step-ended' && step === 0) leave.abort();
			},
		});
		expect(outcome, outcome.text).toMatchObject({ kind: 'stopped', facts: { revision: String(revision - 3n) } });
		const title = `compact to revision ${formatCount(revision)}, all but the last 3`;
		expect(outcome.text).toContain(`done: ${title}; not begun: wait until every member has freed the space, then`);
		await until(async () => expect(await compactedOnAll()).toEqual(onAll(Number(revision - 3n))));
	});

	it('compacts without a member that is down, and says who is left for later', async () => {
		await write(urlOf(0), { count: 12, keys: 4 });
		const leader = await cluster().waitLeader();
		const down = cluster().members.find(member => member !== leader)!;
		await down.kill();
		const revision = (await real.world.look()).snapshot.revision!;
		const prepared = await prepare({ kind: 'revision', revision });
		expect(prepared.plan.checks).toContainEqual(
			expect.objectContaining({ verdict: 'warn', detail: expect.stringContaining(`${down.name} does not`) }),
		);
		const { outcome, progress } = await play(prepared, {
			...real.world,
			patience: { ...real.world.patience, lostSeconds: 0.2 },
		});
		expect(outcome.kind).toBe('done');
		expect(progress).toContainEqual(
			expect.objectContaining({
				kind: 'step-ended',
				step: 1,
				text: expect.stringContaining(`no answer from ${down.name}`),
			}),
		);
	});
});
