import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSnapshotFiles } from '../../source/backend/snapshot-files.ts';
import type { LocalCluster, LocalMember } from '../../source/demo/cluster.ts';
import type { MemberCalls, SnapshotChunk } from '../../source/etcd/calls.ts';
import type { RequestOf } from '../../source/operations/request.ts';
import { prepareSnapshot } from '../../source/operations/snapshot.ts';
import { nameOf, type SnapshotFiles } from '../../source/operations/snapshot-files.ts';
import type { World } from '../../source/operations/world.ts';
import { left, smallDisk, sumOf } from '../backend/database.ts';
import { releaseLines, until } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { play, realWorld } from '../support/world.ts';
import { etcdctl, write } from './writing.ts';

const run = promisify(execFile);

const requestFor = (path: string, patch: Partial<RequestOf<'snapshot'>> = {}): RequestOf<'snapshot'> => ({
	operation: 'snapshot',
	member: null,
	path,
	overwrite: false,
	retention: { keepLast: null, keepForSeconds: null },
	...patch,
});

/** The world with a stream that something happens to. */
const withStream = (
	world: World,
	change: (chunks: AsyncIterable<SnapshotChunk>) => AsyncIterable<SnapshotChunk>,
): World => ({
	...world,
	calls: {
		...world.calls,
		member(endpoint): MemberCalls {
			const calls = world.calls.member(endpoint);
			return { ...calls, snapshot: signal => change(calls.snapshot(signal)) };
		},
	},
});

/** Files on which something happens when the first bytes are to be written. */
const withFirstWrite = (files: SnapshotFiles, happen: () => unknown): SnapshotFiles => ({
	...files,
	async create(file, overwrite) {
		const writer = await files.create(file, overwrite);
		let isFirst = true;
		return {
			finish: () => writer.finish(),
			discard: () => writer.discard(),
			async write(bytes) {
				if (isFirst) await happen();
				isFirst = false;
				await writer.write(bytes);
			},
		};
	},
});

/** As long as a small database and its trailer. */
const wholeSize = Buffer.alloc(16 * 1024 + 32);

const files = createSnapshotFiles('/');

describe.each(releaseLines)('a snapshot of etcd %s', line => {
	const shared = sharedCluster(line);
	let cluster: LocalCluster;
	let learner: LocalMember;
	let place: Awaited<ReturnType<typeof roles>>;
	let world: World;
	let close: () => void;

	beforeAll(async () => {
		cluster = shared();
		await write(cluster.endpoints[0]!, { count: 240 });
		// A young cluster says "unhealthy cluster" until its peers have known each other for some seconds.
		learner = await until(() => cluster.addMember({ learner: true }).catch(() => null));
		await cluster.waitHealthy({ names: ['m1', 'm2', 'm3'] });
		({ world, close } = realWorld(cluster.endpoints.slice(0, 3), { files, patience: { lostSeconds: 2 } }));
		await until(async () => {
			const { snapshot } = await world.look();
			return snapshot.members.length === 4 && snapshot.members.every(({ lagEntries }) => lagEntries === 0n);
		});
		place = await roles(cluster);
	});

	afterAll(() => close());

	it('is what etcdctl takes for one, and restores', async () => {
		const folder = temporaryFolder();
		const prepared = await prepareSnapshot(requestFor(folder), world);
		const { plan } = prepared;
		expect(plan.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
		expect([plan.risk, plan.member]).toEqual(['safe', expect.not.stringMatching(place.leader.name)]);
		expect(plan.summary).toMatch(/^save the database of m\d, about \d+ MB, to \/.*\.db$/);
		const { outcome, progress } = await play(prepared, world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'done', advice: null });
		expect(outcome.text).toMatch(/^saved \d+ MB from m\d at revision \d+ to \S+\.db in [\d.]+ m?s; SHA-256 verified$/);
		expect(progress.some(each => each.kind === 'step-progress' && each.fraction === 1)).toBe(true);

		const file = String(outcome.facts.file);
		expect(left(folder)).toEqual([file.slice(folder.length + 1)]);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(sumOf(readFileSync(file))).toBe(outcome.facts.sha256);
		const told = JSON.parse(await etcdctl(cluster, ['snapshot', 'status', file, '-w', 'json']));
		expect(String(told.revision)).toBe(outcome.facts.revision);
		expect(statSync(file).size).toBe(outcome.facts.sizeBytes);
		expect(told.totalSize).toBeLessThanOrEqual(Number(outcome.facts.sizeBytes));
		const data = join(folder, 'data');
		await run(cluster.binaries.etcdctl!, ['snapshot', 'restore', file, '--data-dir', data], {
			env: { ...process.env, ETCDCTL_API: '3' },
		});
		expect(left(join(data, 'member', 'snap'))).toContain('db');
	});

	it('comes from the member that was asked for: a learner, or the leader with a warning', async () => {
		const folder = temporaryFolder();
		const ofLearner = await prepareSnapshot(
			requestFor(join(folder, 'learner.db'), { member: learner.clientUrl }),
			world,
		);
		if (line === '3.4')
			expect(ofLearner.plan.checks[1]!.detail).toBe(
				`m4 is a learner, and learners give snapshots only from etcd 3.5 on`,
			);
		else expect((await play(ofLearner, world)).outcome).toMatchObject({ kind: 'done' });
		const ofLeader = await prepareSnapshot(requestFor(join(folder, 'leader.db'), { member: place.leader.name }), world);
		expect(ofLeader.plan.checks.find(({ verdict }) => verdict === 'warn')?.detail).toContain('it leads');
		expect((await play(ofLeader, world)).outcome).toMatchObject({ kind: 'done' });
		for (const name of left(folder)) await etcdctl(cluster, ['snapshot', 'status', join(folder, name)]);
	});

	it('is refused before any member is asked where its file cannot be', async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, 'there.db'), 'mine');
		const mute: World = { ...world, look: () => Promise.reject(new Error('a member was asked')) };
		const refusal = (path: string) => prepareSnapshot(requestFor(path), mute).catch(error => String(error));
		expect(await refusal(join(folder, 'there.db'))).toContain('there.db exists');
		expect(await refusal(join(folder, 'missing', 'a.db'))).toContain('there is no folder');
		expect(await refusal(join(folder, 'there.db', 'a.db'))).toContain('not a folder');
		const nonsense = { retention: { keepLast: 0, keepForSeconds: null } };
		await expect(prepareSnapshot(requestFor(folder, nonsense), mute)).rejects.toThrow('--keep-last 0');
		expect(readFileSync(join(folder, 'there.db'), 'utf8')).toBe('mine');
	});

	it('replaces a file only where that was asked for, and only as a whole', async () => {
		const folder = temporaryFolder();
		const file = join(folder, 'there.db');
		writeFileSync(file, 'mine');
		const prepared = await prepareSnapshot(requestFor(file, { overwrite: true }), world);
		expect(prepared.plan).toMatchObject({ risk: 'careful' });
		expect(prepared.plan.consequence.join(' ')).toContain('The file that is there (4 B) is replaced');
		const torn = withStream(world, async function* (chunks) {
			for await (const chunk of chunks) {
				yield chunk;
				return;
			}
		});
		expect((await play(prepared, torn)).outcome).toMatchObject({ kind: 'failed' });
		expect(readFileSync(file, 'utf8')).toBe('mine');
		expect((await play(prepared, world)).outcome).toMatchObject({ kind: 'done' });
		await etcdctl(cluster, ['snapshot', 'status', file]);
		expect(left(folder)).toEqual(['there.db']);
	});

	it('is not kept where the stream is torn, damaged or empty', async () => {
		const folder = temporaryFolder();
		const prepared = await prepareSnapshot(requestFor(folder), world);
		const torn = withStream(world, async function* (chunks) {
			let count = 0;
			for await (const chunk of chunks) if (count++ < 100) yield chunk;
		});
		const { outcome } = await play(prepared, torn);
		expect(outcome, outcome.text).toMatchObject({ kind: 'failed', advice: 'try again, or another member', facts: {} });
		expect(outcome.text).toMatch(/^the stream ended after [\d,]+ bytes, before its SHA-256 came; .* no file is left$/);
		const damaged = withStream(world, async function* (chunks) {
			for await (const chunk of chunks) {
				if (chunk.remainingBytes === 0n) chunk.blob[0]! ^= 1;
				yield chunk;
			}
		});
		expect((await play(prepared, damaged)).outcome.text).toContain('is not the one that the member sent');
		const empty = withStream(world, async function* () {});
		expect((await play(prepared, empty)).outcome.text).toContain('nothing came; no file is left');
		expect(left(folder)).toEqual([]);
	});

	it.each(['kill', 'freeze'] as const)('is not kept where the member is lost in the middle (%s)', async fault => {
		const folder = temporaryFolder();
		const { follower } = await roles(cluster);
		const losing = withFirstWrite(files, () => follower[fault]());
		const prepared = await prepareSnapshot(requestFor(folder, { member: follower.name }), world);
		const { outcome } = await play(prepared, { ...world, files: losing });
		expect(outcome, outcome.text).toMatchObject({ kind: 'failed', facts: {} });
		expect(outcome.text).toMatch(
			fault === 'kill'
				? /^m\d: .* at http:.* came; no file is left$/
				: /^m\d has sent nothing for 2s; .* no file is left$/,
		);
		expect(outcome.advice).not.toBeNull();
		expect(left(folder)).toEqual([]);
	});

	it('is not kept when the operator leaves', async () => {
		const folder = temporaryFolder();
		const leaving = new AbortController();
		const prepared = await prepareSnapshot(requestFor(folder), world);
		const { outcome } = await play(
			prepared,
			{ ...world, files: withFirstWrite(files, () => leaving.abort()) },
			{ signal: leaving.signal },
		);
		expect(outcome, outcome.text).toMatchObject({ kind: 'stopped', facts: {} });
		expect(outcome.text).toMatch(/^left by the operator during .*; no file is left$/);
		expect(left(folder)).toEqual([]);
	});

	it('is not kept when the screen goes away without a word', async () => {
		const folder = temporaryFolder();
		const prepared = await prepareSnapshot(requestFor(folder), world);
		const look = await world.look();
		const { signal } = new AbortController();
		const running = prepared.steps[0]!.run({ world, look, course: prepared.course, signal });
		await running.next();
		expect(left(folder)).toHaveLength(1);
		await running.return({ end: 'left', text: '' });
		expect(left(folder)).toEqual([]);
	});

	it('is not kept when the disk fills while it is written', async context => {
		const disk = smallDisk(context, 'size=64m');
		const prepared = await prepareSnapshot(requestFor(disk), world);
		expect(prepared.plan.checks.map(({ verdict }) => verdict)).not.toContain('stop');
		const filling = withFirstWrite(files, () => writeFileSync(join(disk, 'log'), Buffer.alloc(63 * 1024 * 1024)));
		const { outcome } = await play(prepared, { ...world, files: filling });
		expect(outcome, outcome.text).toMatchObject({
			kind: 'failed',
			advice: 'make room there, or give a folder on another disk',
		});
		expect(outcome.text).toMatch(/\.db\.part: no space left on the disk; .* no file is left$/);
		expect(left(disk)).toEqual(['log']);
		const next = await prepareSnapshot(requestFor(disk), world);
		expect(next.plan.checks.at(-1)).toMatchObject({ title: 'room for the file', verdict: 'stop' });
	});

	it('makes older ones go once it is verified, and only those that the plan has named', async () => {
		const folder = temporaryFolder();
		const { snapshot } = await world.look();
		const ofDay = (day: number, clusterId = snapshot.clusterId!) => nameOf(clusterId, Date.UTC(2026, 0, day));
		const older = [1, 2, 3].map(day => ofDay(day));
		const strangers = [ofDay(1, 'abc'), 'mine.db', `${ofDay(9)}.part`];
		for (const name of [...older, ...strangers]) writeFileSync(join(folder, name), wholeSize);
		// A copy that was broken off is not kept in the place of a snapshot, nor removed.
		strangers.push(ofDay(8));
		writeFileSync(join(folder, ofDay(8)), '');
		mkdirSync(join(folder, ofDay(4)));
		const retention = { keepLast: 2, keepForSeconds: null };
		const prepared = await prepareSnapshot(requestFor(folder, { retention }), world);
		expect(prepared.plan.risk).toBe('careful');
		expect(prepared.plan.steps.map(({ title }) => title)).toEqual([
			expect.stringMatching(/^save the database of m\d to /),
			expect.stringMatching(/^remove 2 older snapshots, \d+ kB$/),
		]);
		for (const name of older.slice(0, 2)) expect(prepared.plan.consequence.join(' ')).toContain(name);
		expect(prepared.plan.checks.at(-1)).toMatchObject({
			title: 'no unfinished snapshot',
			verdict: 'warn',
			detail: expect.stringContaining(`${ofDay(8)} (0 B)`),
		});

		const torn = withStream(world, async function* () {});
		expect((await play(prepared, torn)).outcome.kind).toBe('failed');
		expect(left(folder)).toEqual([...older, ...strangers, ofDay(4)].toSorted());

		const { outcome } = await play(prepared, world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'done', facts: { removedFiles: 2 } });
		expect(outcome.text).toContain('; removed 2 older snapshots');
		const file = String(outcome.facts.file).slice(folder.length + 1);
		expect(left(folder)).toEqual([older[2]!, ...strangers, ofDay(4), file].toSorted());
	});

	it('has its file even where an older one could not be removed', async () => {
		const folder = temporaryFolder();
		const { snapshot } = await world.look();
		const old = nameOf(snapshot.clusterId!, 0);
		writeFileSync(join(folder, old), wholeSize);
		const stubborn: SnapshotFiles = { ...files, remove: () => files.remove(join(folder, 'mine.db')) };
		const retention = { keepLast: 1, keepForSeconds: null };
		const prepared = await prepareSnapshot(requestFor(folder, { retention }), world);
		const { outcome } = await play(prepared, { ...world, files: stubborn });
		expect(outcome, outcome.text).toMatchObject({ kind: 'failed', facts: { removedFiles: 0 } });
		expect(outcome.text).toMatch(/^the new snapshot is saved, but not all older ones are gone/);
		await etcdctl(cluster, ['snapshot', 'status', String(outcome.facts.file)]);
	});

	it('is taken where a majority is lost, with a warning', async () => {
		const folder = temporaryFolder();
		const { leader, follower, others } = await roles(cluster);
		await Promise.all([leader.kill(), follower.kill()]);
		const last = others.find(({ name }) => name !== learner.name)!;
		await until(async () =>
			(await world.look()).snapshot.members.some(({ name, state }) => name === last.name && state.kind === 'no-leader'),
		);
		const prepared = await prepareSnapshot(requestFor(folder, { member: last.name }), world);
		expect(prepared.plan.checks[1]).toMatchObject({ verdict: 'warn' });
		expect(prepared.plan.checks[1]!.detail).toContain('nobody leads');
		const { outcome } = await play(prepared, world);
		expect(outcome, outcome.text).toMatchObject({ kind: 'done' });
		await etcdctl(cluster, ['snapshot', 'status', String(outcome.facts.file)]);
	});
});

describe.each(releaseLines)('a snapshot of etcd %s by a user who may not', line => {
	const shared = sharedCluster(line, { members: 1 });

	it('is told apart from a fault, and leaves nothing', async () => {
		const cluster = shared();
		const ctl = (...words: readonly string[]) => etcdctl(cluster, words);
		await ctl('user', 'add', 'root:root');
		await ctl('user', 'add', 'guest:guest');
		await ctl('user', 'grant-role', 'root', 'root');
		await ctl('auth', 'enable');
		const folder = temporaryFolder();
		const profile = { login: { user: 'guest', password: 'guest' }, dialTimeoutSeconds: 10 };
		const { world, close } = realWorld(cluster.endpoints, { files, profile });
		onTestFinished(close);
		const prepared = await prepareSnapshot(requestFor(folder), world);
		const { outcome } = await play(prepared, world);
		// Some releases refuse even the Status, so that it ends before the call.
		expect(['failed', 'stopped']).toContain(outcome.kind);
		expect(outcome.text).toMatch(/m1: permission denied for (?:Snapshot|Status) at http:/);
		expect(left(folder)).toEqual([]);
	});
});
