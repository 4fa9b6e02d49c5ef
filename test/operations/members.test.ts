import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LocalCluster } from '../../source/demo/cluster.ts';
import { freePorts } from '../../source/demo/ports.ts';
import { CallError, type EtcdCalls, type MemberCalls } from '../../source/etcd/calls.ts';
import { prepareMemberAdd } from '../../source/operations/member-add.ts';
import { prepareMemberPromotion } from '../../source/operations/member-promote.ts';
import { prepareMemberRemoval } from '../../source/operations/member-remove.ts';
import { prepareMemberUpdate } from '../../source/operations/member-update.ts';
import { riskOf, standingOf } from '../../source/operations/plan.ts';
import type { RequestOf } from '../../source/operations/request.ts';
import type { Patience, World } from '../../source/operations/world.ts';
import { releaseLines, until } from '../demo/real-etcd.ts';
import { roles, sharedCluster } from '../end-to-end/shared-cluster.ts';
import { endpointStatus, etcdctl } from '../support/programs.ts';
import { play, realWorld } from '../support/world.ts';

vi.setConfig({ testTimeout: 180_000 });

type Listed = {
	readonly id: string;
	readonly isStarted: boolean;
	readonly name: string;
	readonly peerUrl: string;
	readonly isLearner: boolean;
};

/** What etcdctl prints of each member. */
async function listed(cluster: LocalCluster, at = cluster.endpoints.join()): Promise<readonly Listed[]> {
	const rows = (await etcdctl(cluster.binaries, at)('member', 'list')).trim().split('\n');
	return rows.map(row => {
		const [id = '', state, name = '', peerUrl = '', , isLearner] = row.split(', ');
		return { id, isStarted: state === 'started', name, peerUrl, isLearner: isLearner === 'true' };
	});
}

function worldOf(endpoints: readonly string[], patience: Partial<Patience> = {}): World {
	const { world, close } = realWorld(endpoints, { patience: { lostSeconds: 20, ...patience } });
	onTestFinished(close);
	return world;
}

/** The same world, with some calls of its members replaced. */
const tampered = (world: World, replace: (calls: MemberCalls) => Partial<MemberCalls>): World => {
	const member: EtcdCalls['member'] = endpoint => {
		const calls = world.calls.member(endpoint);
		return { ...calls, ...replace(calls) };
	};
	return { ...world, calls: { ...world.calls, member } };
};

const newcomer = async (patch: Partial<RequestOf<'member-add'>> = {}): Promise<RequestOf<'member-add'>> => {
	const [port] = await freePorts(1);
	return {
		operation: 'member-add',
		name: 'newcomer',
		peerUrls: [`http://127.0.0.1:${port}`],
		isLearner: true,
		...patch,
	};
};

/** Starts what the facts of an addition say, in a folder of its own. */
function startPrinted(cluster: LocalCluster, commandLine: string): ChildProcess {
	const directory = mkdtempSync(join(tmpdir(), 'etcdtop-newcomer-'));
	const line = commandLine
		.replace(/^etcd /, `exec ${cluster.binaries.etcd} `)
		.replace('--data-dir /var/lib/etcd', `--data-dir ${directory}`);
	const child = spawn('sh', ['-c', line], { stdio: 'ignore' });
	const gone = new Promise(resolve => child.once('exit', resolve));
	onTestFinished(async () => {
		child.kill('SIGKILL');
		await gone;
		rmSync(directory, { recursive: true, force: true });
	});
	return child;
}

const ctlAt = (cluster: LocalCluster, at: string) => etcdctl(cluster.binaries, at);

describe.each(releaseLines)('members of etcd %s', line => {
	// The last of them replaces a member.
	const shared = sharedCluster(line, { mends: false });

	it('a learner is added, started with what is printed, promoted, and removed again', async () => {
		const cluster = shared();
		const { leader } = await roles(cluster);
		const world = worldOf(cluster.endpoints);
		const request = await newcomer();
		const addition = await prepareMemberAdd(request, world);
		expect(standingOf(addition.plan)).toBe('clear');
		expect(addition.plan.summary).toContain('3 voters, can lose 1, as before');
		const added = await play(addition, world);
		expect(added.outcome).toMatchObject({ kind: 'done', facts: { isLearner: true, tlsFlags: null } });
		const id = added.outcome.facts.memberId;
		const row = { id, name: '', isStarted: false, peerUrl: request.peerUrls[0], isLearner: true };
		expect(await listed(cluster)).toContainEqual(row);

		// One change at a time: neither a second newcomer nor the promotion of one that does not run.
		const second = await prepareMemberAdd(await newcomer({ name: 'second' }), world);
		expect(second.plan.checks).toContainEqual(
			expect.objectContaining({ title: 'no other change is under way', verdict: 'stop' }),
		);
		const early = await prepareMemberPromotion({ operation: 'member-promote', member: String(id) }, world);
		expect(standingOf(early.plan)).toBe('stopped');

		startPrinted(cluster, String(added.outcome.facts.commandLine));
		const started = await until(async () => (await listed(cluster)).find(each => each.id === id && each.isStarted));
		expect(started).toMatchObject({ name: 'newcomer', isLearner: true });

		const promote = { operation: 'member-promote', member: 'newcomer' } as const;
		const promotion = await until(async () => {
			const prepared = await prepareMemberPromotion(promote, world);
			return standingOf(prepared.plan) === 'clear' && prepared;
		});
		expect(promotion.plan.summary).toContain('3 voters, can lose 1 → 4 voters, can lose 1');
		expect(promotion.plan.checks).toContainEqual(
			expect.objectContaining({ title: 'an odd number of voters', verdict: 'warn' }),
		);
		const caughtUp = promotion.plan.checks.find(({ title }) => title === 'newcomer has caught up');
		expect(caughtUp).toMatchObject({
			verdict: 'pass',
			detail: expect.stringMatching(/^(?:9\d|100)%: \d+ of [\d,]+ entries/),
		});
		const promoted = await play(promotion, world);
		expect(promoted.outcome).toMatchObject({ kind: 'done', facts: { voters: 4 } });
		expect(await listed(cluster)).toContainEqual({ ...started, isLearner: false });
		expect((await prepareMemberPromotion(promote, world)).plan.nothingToDo).toBe('newcomer is a voter already');

		const removal = await until(async () => {
			const prepared = await prepareMemberRemoval({ operation: 'member-remove', member: 'newcomer' }, world);
			return standingOf(prepared.plan) === 'clear' && prepared;
		});
		expect(removal.plan).toMatchObject({ risk: 'dangerous', phrase: 'newcomer' });
		expect(removal.plan.summary).toContain('4 voters, can lose 1 → 3 voters, can lose 1');
		expect((await play(removal, world)).outcome).toMatchObject({
			kind: 'done',
			text: expect.stringContaining('3 voters'),
		});
		expect((await listed(cluster, leader.clientUrl)).map(({ name }) => name).sort()).toEqual(['m1', 'm2', 'm3']);
	});

	it('bad input is refused before anything is asked', async () => {
		const cluster = shared();
		const world = worldOf(cluster.endpoints);
		const add = async (patch: Partial<RequestOf<'member-add'>>) => prepareMemberAdd(await newcomer(patch), world);
		await expect(add({ peerUrls: ['127.0.0.1:2380'] })).rejects.toThrow('is no peer URL');
		await expect(add({ peerUrls: ['http://h:2380/path'] })).rejects.toThrow('is no peer URL');
		await expect(add({ peerUrls: [] })).rejects.toThrow('no peer URL is given');
		await expect(add({ peerUrls: ['http://h:1', 'http://h:1'] })).rejects.toThrow('given twice');
		await expect(add({ peerUrls: [cluster.member('m2').peerUrl] })).rejects.toThrow('m2’s already');
		await expect(add({ name: 'm1' })).rejects.toThrow('there is a member m1 already');
		await expect(add({ name: 'a=b' })).rejects.toThrow('cannot be given');
		const remove = prepareMemberRemoval({ operation: 'member-remove', member: 'nobody' }, world);
		await expect(remove).rejects.toThrow('the members are m1, m2 and m3');
		const taken = { operation: 'member-update', member: 'm1', peerUrls: [cluster.member('m3').peerUrl] } as const;
		await expect(prepareMemberUpdate(taken, world)).rejects.toThrow('m3’s already');
		expect(await listed(cluster)).toHaveLength(3);
	});

	it('a change whose answer is lost is told by the list, and not asked for twice', async () => {
		const cluster = shared();
		await roles(cluster);
		const real = worldOf(cluster.endpoints);
		let calls = 0;
		const lost = tampered(real, member => ({
			async addMember(request, options) {
				calls++;
				await member.addMember(request, options);
				throw new CallError({ kind: 'timeout', where: member.endpoint, call: 'MemberAdd', detail: 'no answer in 5 s' });
			},
			async removeMember() {
				calls++;
				throw new CallError({
					kind: 'timeout',
					where: member.endpoint,
					call: 'MemberRemove',
					detail: 'no answer in 5 s',
				});
			},
		}));
		const added = await play(await prepareMemberAdd(await newcomer(), lost), lost);
		expect(added.outcome.kind).toBe('done');
		expect(calls).toBe(1);
		const id = String(added.outcome.facts.memberId);
		expect((await listed(cluster)).filter(({ isLearner }) => isLearner)).toMatchObject([{ id }]);

		// This one never arrives.
		const impatient = { ...lost, patience: { ...lost.patience, lostSeconds: 0.5 } };
		const removal = await prepareMemberRemoval({ operation: 'member-remove', member: id }, impatient);
		expect(removal.plan.phrase).toBe(id);
		const removed = await play(removal, impatient);
		expect(removed.outcome).toMatchObject({ kind: 'unknown', advice: expect.stringContaining('member list') });
		expect(removed.outcome.text).toContain('the member list did not show it');
		expect(calls).toBe(2);
		expect((await listed(cluster)).some(each => each.id === id)).toBe(true);

		const again = await play(await prepareMemberRemoval({ operation: 'member-remove', member: id }, real), real);
		expect(again.outcome.kind).toBe('done');
		expect(await listed(cluster)).toHaveLength(3);
	});

	it('what somebody else changes meanwhile stops it before the call', async () => {
		const cluster = shared();
		await roles(cluster);
		const world = worldOf(cluster.endpoints);
		const prepared = await prepareMemberAdd(await newcomer(), world);
		const [port] = await freePorts(1);
		const ctl = ctlAt(cluster, cluster.endpoints[0]!);
		await ctl('member', 'add', 'other', '--learner', `--peer-urls=http://127.0.0.1:${port}`);
		const other = (await listed(cluster)).find(({ isLearner }) => isLearner)!;
		const { outcome } = await play(prepared, world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'stopped',
			text: expect.stringContaining('somebody else has changed them'),
		});
		await ctl('member', 'remove', other.id);
		expect(await listed(cluster)).toHaveLength(3);
	});

	it('peer URLs are changed, of a learner not', async () => {
		const cluster = shared();
		const { follower } = await roles(cluster);
		const world = worldOf(cluster.endpoints);
		const other = follower.peerUrl.replace('127.0.0.1', 'localhost');
		const request = { operation: 'member-update', member: follower.name, peerUrls: [other] } as const;
		const prepared = await prepareMemberUpdate(request, world);
		expect(standingOf(prepared.plan)).toBe('clear');
		expect(riskOf(prepared.plan)).toBe('dangerous');
		expect(prepared.plan.consequence.join()).toContain('3 voters, can lose 1 → 3 voters of which 2 serve, can lose 0');
		expect((await play(prepared, world)).outcome.kind).toBe('done');
		expect(await listed(cluster)).toContainEqual(expect.objectContaining({ name: follower.name, peerUrl: other }));
		expect((await prepareMemberUpdate(request, world)).plan.nothingToDo).toContain('already');
		await cluster.waitHealthy();

		const back = await prepareMemberUpdate({ ...request, peerUrls: [follower.peerUrl] }, world);
		expect((await play(back, world)).outcome.kind).toBe('done');
		const added = await play(await prepareMemberAdd(await newcomer(), world), world);
		const id = String(added.outcome.facts.memberId);
		const learner = await prepareMemberUpdate({ ...request, member: id, peerUrls: ['http://127.0.0.1:1'] }, world);
		expect(learner.plan.checks).toContainEqual(
			expect.objectContaining({
				verdict: 'stop',
				detail: expect.stringContaining('remove the learner and add it anew'),
			}),
		);
		await ctlAt(cluster, cluster.endpoints[0]!)('member', 'remove', id);
	});

	it('nothing is taken from a cluster that cannot lose it; what is down is replaced', async () => {
		const cluster = shared();
		const { leader, follower, others } = await roles(cluster);
		const world = worldOf(cluster.endpoints);
		await follower.kill();
		const remove = (member: string) => prepareMemberRemoval({ operation: 'member-remove', member }, world);
		const healthy = await until(async () => {
			const { plan } = await remove(others[0]!.name);
			return plan.checks.some(({ detail }) => detail.includes('3 voters of which 2 serve')) && plan;
		});
		expect(standingOf(healthy)).toBe('stopped');
		expect(healthy.checks.find(({ verdict }) => verdict === 'stop')?.detail).toBe(
			'3 voters of which 2 serve, can lose 0 → 2 voters of which 1 serves, 2 are needed: every write would stop',
		);
		const add = await prepareMemberAdd(await newcomer(), world);
		expect(add.plan.checks).toContainEqual(expect.objectContaining({ title: 'all voters serve', verdict: 'stop' }));

		const dead = await remove(follower.name);
		expect(standingOf(dead.plan)).toBe('clear');
		expect(dead.plan.summary).toContain('3 voters of which 2 serve, can lose 0 → 2 voters, can lose 0');
		expect((await play(dead, world)).outcome).toMatchObject({ kind: 'done', facts: { voters: 2 } });
		expect(await listed(cluster, leader.clientUrl)).toHaveLength(2);

		// The same URLs, an empty folder: the way back, through the printed line.
		const replacement = { ...(await newcomer()), name: 'replacement', peerUrls: [follower.peerUrl] };
		const added = await play(await prepareMemberAdd(replacement, world), world);
		expect(added.outcome.kind).toBe('done');
		startPrinted(cluster, String(added.outcome.facts.commandLine));
		const promotion = await until(async () => {
			const prepared = await prepareMemberPromotion(
				{ operation: 'member-promote', member: 'replacement' },
				world,
			).catch(() => null);
			return prepared !== null && standingOf(prepared.plan) === 'clear' && prepared;
		});
		expect((await play(promotion, world)).outcome.kind).toBe('done');
		expect((await listed(cluster, leader.clientUrl)).filter(({ isLearner }) => !isLearner)).toHaveLength(3);
	});
});

describe.each(releaseLines)('the leader of etcd %s', line => {
	const shared = sharedCluster(line, { mends: false });

	it('hands over before it goes, down to the last member, which stays', async () => {
		const cluster = shared();
		for (const left of [2, 1]) {
			const leader = await cluster.waitLeader();
			await cluster.waitHealthy();
			const world = worldOf(cluster.members.filter(({ state }) => state === 'running').map(each => each.clientUrl));
			const request = { operation: 'member-remove', member: leader.name } as const;
			const prepared = await until(async () => {
				const each = await prepareMemberRemoval(request, world);
				return standingOf(each.plan) === 'clear' && each.steps.length === 2 && each;
			});
			expect(prepared.plan.summary).toMatch(/^move the leader to m\d, then remove m\d: /);
			// etcd's own check wants connections of 5 s; the step waits for it.
			const { outcome } = await play(prepared, world);
			expect(outcome, outcome.text).toMatchObject({ kind: 'done', facts: { voters: left } });
			await until(() => leader.state === 'stopped');
			const next = await cluster.waitLeader();
			expect((await listed(cluster, next.clientUrl)).some(({ name }) => name === leader.name)).toBe(false);
			expect(await endpointStatus(ctlAt(cluster, next.clientUrl))).toHaveLength(left);
		}
		const last = await cluster.waitLeader();
		const world = worldOf([last.clientUrl]);
		const { plan } = await prepareMemberRemoval({ operation: 'member-remove', member: last.name }, world);
		expect(plan.checks).toContainEqual(
			expect.objectContaining({ verdict: 'stop', detail: 'it is the last voter: nothing would be left' }),
		);
		const voter = await prepareMemberAdd(await newcomer({ isLearner: false }), world);
		expect(voter.plan.checks.find(({ verdict }) => verdict === 'stop')?.detail).toBe(
			'1 voter, can lose 0 → 2 voters of which 1 serves, 2 are needed: every write would stop',
		);
	});

	it('adds a learner to a cluster that has just come up, by waiting for etcd', async () => {
		const cluster = shared();
		const last = await cluster.waitLeader();
		const world = worldOf([last.clientUrl]);
		const { outcome } = await play(await prepareMemberAdd(await newcomer(), world), world);
		expect(outcome.kind).toBe('done');
		expect(await listed(cluster, last.clientUrl)).toHaveLength(2);
	});
});

describe.each(releaseLines)('a user without rights at etcd %s', line => {
	const shared = sharedCluster(line, { members: 1 });

	it('changes nothing, and is told why', async () => {
		const cluster = shared();
		const ctl = ctlAt(cluster, cluster.endpoints[0]!);
		await ctl('user', 'add', 'root:secret');
		await ctl('user', 'grant-role', 'root', 'root');
		await ctl('user', 'add', 'guest:guest');
		await ctl('auth', 'enable');
		const { world, close } = realWorld(cluster.endpoints, { profile: { login: { user: 'guest', password: 'guest' } } });
		onTestFinished(close);
		const { outcome } = await play(await prepareMemberAdd(await newcomer(), world), world);
		expect(outcome, outcome.text).toMatchObject({
			kind: 'failed',
			text: expect.stringMatching(/^permission denied for MemberAdd at .*; nothing is changed$/),
			advice: expect.stringContaining('root'),
		});
		expect(await ctl('--user=root:secret', 'member', 'list')).toMatch(/^[^\n]+m1[^\n]+\n$/);
	});
});
