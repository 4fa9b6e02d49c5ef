import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Failure } from '../../source/cluster/failure.ts';
import { CallError, type MemberCalls } from '../../source/etcd/calls.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import type { ConnectionProfile } from '../../source/etcd/profile.ts';
import {
	isAlreadyCompacted,
	isBadPeerUrl,
	isBadTransferee,
	isFutureRevision,
	isLearnerNotReady,
	isLearnerRefusal,
	isNotEnoughStarted,
	isNotLeader,
	isOutOfSpace,
	isPeerUrlTaken,
	isTooManyLearners,
	isUnhealthyCluster,
	isUnknownMember,
	mayHaveHappened,
} from '../../source/operations/rejections.ts';
import { metric, releaseLines, until } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { plainProfile } from '../support/profile.ts';
import { endpointStatus, etcdctl } from '../support/programs.ts';

vi.setConfig({ testTimeout: 120_000 });

const patient = { timeoutSeconds: 20 };

function wireTo(endpoint: string, changes: Partial<ConnectionProfile> = {}): MemberCalls {
	const calls = connectEtcd({ ...plainProfile, ...changes });
	onTestFinished(() => calls.close());
	return calls.member(endpoint);
}

/** The failure of a call that must fail. */
async function failureOf(call: Promise<unknown>): Promise<Failure> {
	const error = await call.then(
		() => null,
		(reason: unknown) => reason,
	);
	if (!(error instanceof CallError)) throw new Error(`not the expected failure: ${error}`);
	return error.failure;
}

type Listed = { readonly id: string; readonly name: string; readonly peerUrl: string; readonly isLearner: boolean };

/** What etcdctl prints: id, status, name, peer URLs, client URLs, whether it learns. */
async function listedBy(ctl: ReturnType<typeof etcdctl>): Promise<readonly Listed[]> {
	const rows = (await ctl('member', 'list')).trim().split('\n');
	return rows.map(row => {
		const [id = '', , name = '', peerUrl = '', , isLearner] = row.split(', ');
		return { id, name, peerUrl, isLearner: isLearner === 'true' };
	});
}

describe.each(releaseLines)('maintenance calls of etcd %s', line => {
	const shared = sharedCluster(line, { extraArguments: ['--strict-reconfig-check=false'] });
	const ctl = (...args: readonly string[]) => etcdctl(shared().binaries, shared().endpoints[0]!)(...args);
	const written = async (count: number) => {
		for (let at = 0; at < count; at++) await ctl('put', '/maintenance/key', `value ${at}`);
		return (await endpointStatus(ctl))[0]!.revision;
	};

	it('compacts, and tells what is gone from what is not there yet', async () => {
		const wire = wireTo(shared().endpoints[0]!);
		const head = await written(5);
		await wire.compact({ revision: head - 1n, isPhysical: true }, patient);
		const kept = await ctl('get', '/maintenance/key', `--rev=${head - 1n}`);
		expect(kept).toContain('value 3');
		await expect(ctl('get', '/maintenance/key', `--rev=${head - 2n}`)).rejects.toThrow('has been compacted');
		const gone = await failureOf(wire.compact({ revision: head - 1n, isPhysical: false }, patient));
		expect(gone).toMatchObject({ kind: 'rejected', call: 'Compact' });
		expect([isAlreadyCompacted(gone), isFutureRevision(gone), mayHaveHappened(gone)]).toEqual([true, false, false]);
		const ahead = await failureOf(wire.compact({ revision: head + 1000n, isPhysical: false }, patient));
		expect([isAlreadyCompacted(ahead), isFutureRevision(ahead), mayHaveHappened(ahead)]).toEqual([false, true, false]);
		expect(isAlreadyCompacted(await failureOf(wire.hashKv(head - 2n, patient)))).toBe(true);
		expect(isFutureRevision(await failureOf(wire.hashKv(head + 1000n, patient)))).toBe(true);
	});

	it('defragments the member that is asked, and no other', async () => {
		const [first, second] = shared().members;
		const count = (of = first!) => metric(of.metricsUrl, 'etcd_disk_backend_defrag_duration_seconds_count');
		const before = [await count(), await count(second)];
		await wireTo(first!.clientUrl).defragment(patient);
		expect([await count(), await count(second)]).toEqual([before[0]! + 1, before[1]]);
	});

	it('has a defragmentation time out where no answer comes, which tells nothing of what it did', async () => {
		const { follower } = await roles(shared());
		const wire = wireTo(follower.clientUrl);
		await wire.status(patient);
		await follower.freeze();
		const failure = await failureOf(wire.defragment({ timeoutSeconds: 0.3 }));
		expect(failure).toMatchObject({ kind: 'timeout', call: 'Defragment', where: follower.clientUrl });
		expect(mayHaveHappened(failure)).toBe(true);
	});

	it('reads one key, and writes none while it tries whether it could', async () => {
		const wire = wireTo(shared().endpoints[0]!);
		const head = await written(2);
		const pair = await wire.get('/maintenance/key', patient);
		expect(Buffer.from(pair!.value).toString()).toBe('value 1');
		expect(pair).toMatchObject({ modRevision: head });
		expect(await ctl('get', '/maintenance/key', '-w', 'fields')).toContain(`"Version" : ${pair!.version}`);
		expect(await wire.get('/maintenance/none', patient)).toBeNull();
		const index = (await endpointStatus(ctl))[0]!.raftIndex;
		await wire.dryWrite('/maintenance/key', patient);
		await wire.dryWrite('/maintenance/none', patient);
		const [status] = await endpointStatus(ctl);
		expect(status!.revision).toBe(head);
		expect(status!.raftIndex).toBeGreaterThanOrEqual(index + 2n);
		expect(await ctl('get', '/maintenance/', '--prefix', '--keys-only')).toBe('/maintenance/key\n\n');
	});

	it('moves the leader, when the leader is asked', async () => {
		const { leader, follower } = await roles(shared());
		const idOf = async (endpoint: string) => (await wireTo(endpoint).status(patient)).memberId;
		const [from, to] = [await idOf(leader.clientUrl), await idOf(follower.clientUrl)];
		const asked = await failureOf(wireTo(follower.clientUrl).moveLeader(from, patient));
		expect([isNotLeader(asked), mayHaveHappened(asked)]).toEqual([true, false]);
		expect(isBadTransferee(await failureOf(wireTo(leader.clientUrl).moveLeader('1234', patient)))).toBe(true);
		await wireTo(leader.clientUrl).moveLeader(to, patient);
		await until(async () => (await endpointStatus(ctl)).every(({ leaderId }) => leaderId === to));
	});

	it('adds, updates and removes members', async () => {
		const { leader } = await roles(shared());
		const wire = wireTo(leader.clientUrl);
		const added = await wire.addMember({ peerUrls: ['http://127.0.0.1:1'], isLearner: true }, patient);
		expect(added.member).toMatchObject({ name: '', peerUrls: ['http://127.0.0.1:1'], clientUrls: [], isLearner: true });
		expect(added.members).toHaveLength(4);
		const { id } = added.member;
		expect(await listedBy(ctl)).toContainEqual({ id, name: '', peerUrl: 'http://127.0.0.1:1', isLearner: true });

		const add = (peerUrls: readonly string[], isLearner: boolean) => wire.addMember({ peerUrls, isLearner }, patient);
		expect(isTooManyLearners(await failureOf(add(['http://127.0.0.1:2'], true)))).toBe(true);
		expect(isPeerUrlTaken(await failureOf(add(['http://127.0.0.1:1'], false)))).toBe(true);
		expect(isPeerUrlTaken(await failureOf(add(['http://127.0.0.1:1', 'http://127.0.0.1:2'], false)))).toBe(true);
		expect(isBadPeerUrl(await failureOf(add(['127.0.0.1'], false)))).toBe(true);
		expect(isLearnerNotReady(await failureOf(wire.promoteMember(id, patient)))).toBe(true);
		const voter = (await wire.status(patient)).memberId;
		const { detail } = await failureOf(wire.promoteMember(voter, patient));
		expect(detail).toMatch(/can only promote a learner member$/);
		expect(isUnknownMember(await failureOf(wire.removeMember('1234', patient)))).toBe(true);
		expect(isUnknownMember(await failureOf(wire.updateMember('1234', ['http://127.0.0.1:3'], patient)))).toBe(true);

		await wire.removeMember(id, patient);
		expect((await listedBy(ctl)).map(({ name }) => name).sort()).toEqual(['m1', 'm2', 'm3']);
		const unstarted = await add(['http://127.0.0.1:3', 'http://127.0.0.1:4'], false);
		expect(unstarted.member).toMatchObject({
			isLearner: false,
			peerUrls: ['http://127.0.0.1:3', 'http://127.0.0.1:4'],
		});
		await wire.updateMember(unstarted.member.id, ['http://127.0.0.1:5'], patient);
		expect(await listedBy(ctl)).toContainEqual({
			id: unstarted.member.id,
			name: '',
			peerUrl: 'http://127.0.0.1:5',
			isLearner: false,
		});
		await wire.removeMember(unstarted.member.id, patient);
	});

	it('promotes a learner that has caught up; the learner itself does not take such calls', async () => {
		const learner = await shared().addMember({ learner: true });
		const { leader } = await roles(shared());
		const id = await until(async () => (await listedBy(ctl)).find(({ name }) => name === learner.name)?.id);
		expect(isLearnerRefusal(await failureOf(wireTo(learner.clientUrl).hashKv(0n, patient)))).toBe(true);
		expect(isLearnerRefusal(await failureOf(wireTo(learner.clientUrl).promoteMember(id, patient)))).toBe(true);
		const wire = wireTo(leader.clientUrl);
		await vi.waitFor(() => wire.promoteMember(id, patient), { timeout: 30_000 });
		expect(await listedBy(ctl)).toContainEqual({ id, name: learner.name, peerUrl: learner.peerUrl, isLearner: false });
		await wire.removeMember(id, patient);
	});
});

describe.each(releaseLines)('a strict etcd %s', line => {
	const shared = sharedCluster(line, { mends: false });

	it('refuses members while a voter is away, and the removal of one that is needed', async () => {
		const { leader, follower, others } = await roles(shared());
		const wire = wireTo(leader.clientUrl);
		await follower.kill();
		const healthy = (await wireTo(others[0]!.clientUrl).status(patient)).memberId;
		const add = wire.addMember({ peerUrls: ['http://127.0.0.1:1'], isLearner: true }, patient);
		const added = await failureOf(add);
		expect([isUnhealthyCluster(added), mayHaveHappened(added)]).toEqual([true, false]);
		// A peer counts as connected for a while after it is gone.
		await vi.waitFor(async () =>
			expect(isUnhealthyCluster(await failureOf(wire.removeMember(healthy, patient)))).toBe(true),
		);
	});
});

describe.each(releaseLines)('an etcd %s that refuses', line => {
	const shared = sharedCluster(line, { members: 1, quotaBytes: 1024 * 1024 });
	const ctl = (...args: readonly string[]) => etcdctl(shared().binaries, shared().endpoints[0]!)(...args);
	const password = 'root-of-all';

	it('raises NOSPACE: a dry write is refused until it is disarmed', async () => {
		const wire = wireTo(shared().endpoints[0]!);
		await wire.dryWrite('/full', patient);
		const fill = async () => {
			for (;;) await ctl('put', '/full', 'x'.repeat(100_000));
		};
		await expect(fill()).rejects.toThrow('database space exceeded');
		const refused = await failureOf(wire.dryWrite('/full', patient));
		expect([isOutOfSpace(refused), mayHaveHappened(refused)]).toEqual([true, false]);
		const [alarm] = await wire.alarms(patient);
		expect(alarm).toMatchObject({ type: 'NOSPACE' });
		// Of another type, or of another member: nothing is cleared.
		await wire.disarm({ ...alarm!, type: 'CORRUPT' }, patient);
		await wire.disarm({ ...alarm!, memberId: '1234' }, patient);
		expect(await ctl('alarm', 'list')).toContain('NOSPACE');
		await wire.compact({ revision: (await wire.status(patient)).revision, isPhysical: true }, patient);
		await wire.defragment(patient);
		await wire.disarm(alarm!, patient);
		expect((await ctl('alarm', 'list')).trim()).toBe('');
		await wire.dryWrite('/full', patient);
	});

	describe('with authentication', () => {
		beforeAll(async () => {
			await ctl('user', 'add', `root:${password}`);
			await ctl('user', 'grant-role', 'root', 'root');
			await ctl('user', 'add', 'guest:guest');
			await ctl('role', 'add', 'writer');
			await ctl('role', 'grant-permission', 'writer', 'write', '/w/', '--prefix');
			await ctl('user', 'grant-role', 'guest', 'writer');
			await ctl('auth', 'enable');
		});
		const as = (user: string, word: string) => wireTo(shared().endpoints[0]!, { login: { user, password: word } });

		it('permission is denied by name', async () => {
			const wire = as('guest', 'guest');
			const peerUrls = ['http://127.0.0.1:1'];
			const denied: Record<string, Promise<unknown>> = {
				Defragment: wire.defragment(patient),
				HashKV: wire.hashKv(0n, patient),
				MemberAdd: wire.addMember({ peerUrls, isLearner: true }, patient),
				MemberRemove: wire.removeMember('1234', patient),
				MemberUpdate: wire.updateMember('1234', peerUrls, patient),
				MemberPromote: wire.promoteMember('1234', patient),
				Txn: wire.dryWrite('/other', patient),
				Range: wire.get('/w/', patient),
			};
			const failures = await Promise.all(Object.values(denied).map(failureOf));
			expect(failures.map(({ call, kind }) => `${call} ${kind}`)).toEqual(
				Object.keys(denied).map(call => `${call} permission-denied`),
			);
			expect(failures.some(mayHaveHappened)).toBe(false);
		});

		it('the right to write is enough to try a write, and root may do all', async () => {
			await as('guest', 'guest').dryWrite('/w/any', patient);
			const root = as('root', password);
			await root.dryWrite('/other', patient);
			await root.hashKv(0n, patient);
			await root.defragment(patient);
			expect(isUnknownMember(await failureOf(root.removeMember('1234', patient)))).toBe(true);
			const { memberId } = await root.status(patient);
			expect(isNotEnoughStarted(await failureOf(root.removeMember(memberId, patient)))).toBe(true);
		});
	});
});
