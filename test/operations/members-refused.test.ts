import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../source/cluster/failure.ts';
import type { Member, MemberStatus } from '../../source/cluster/member.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { CallError } from '../../source/etcd/calls.ts';
import { prepareMemberAdd } from '../../source/operations/member-add.ts';
import { prepareMemberPromotion } from '../../source/operations/member-promote.ts';
import { prepareMemberRemoval } from '../../source/operations/member-remove.ts';
import { prepareMemberUpdate } from '../../source/operations/member-update.ts';
import { newMemberLines } from '../../source/operations/new-member.ts';
import { partsOfUrl } from '../../source/operations/peer-urls.ts';
import { type Plan, standingOf } from '../../source/operations/plan.ts';
import { changeInWords, goodCount, quorumKept } from '../../source/operations/quorum.ts';
import { mayHaveHappened } from '../../source/operations/rejections.ts';
import type { Look, World } from '../../source/operations/world.ts';
import { memberOf, story } from '../cluster/story.ts';
import { fakeWorld } from './engine-play.ts';

type Cast = Member & { readonly says?: Partial<MemberStatus>; readonly isDown?: true };

const voter = (id: string, patch: Partial<Cast> = {}): Cast => ({ ...memberOf(id), ...patch });
const learner = (id: string, patch: Partial<Cast> = {}): Cast => voter(id, { isLearner: true, ...patch });
const unstarted = (id: string, patch: Partial<Cast> = {}): Cast =>
	voter(id, { name: '', clientUrls: [], isDown: true, ...patch });

function worldOf(...cast: readonly Cast[]): World {
	const { history, ...play } = story();
	play.list(0, cast);
	for (const { id, isLearner, says, isDown } of cast)
		if (isDown) play.fail(10, id);
		else {
			play.answer(10, id, { isLearner, ...says });
			play.scrape(10, id, []);
		}
	const look: Look = { history, atMs: 20, snapshot: snapshotAt(history, 20) };
	return fakeWorld([], { look: async () => look });
}

const three = [voter('1'), voter('2'), voter('3')];
const url = 'http://9:2380';
const add = async (world: World, isLearner = true) =>
	(await prepareMemberAdd({ operation: 'member-add', name: 'm9', peerUrls: [url], isLearner }, world)).plan;
const remove = async (world: World, member: string) =>
	(await prepareMemberRemoval({ operation: 'member-remove', member }, world)).plan;
const promote = async (world: World, member: string) =>
	(await prepareMemberPromotion({ operation: 'member-promote', member }, world)).plan;
const update = async (world: World, member: string) =>
	(await prepareMemberUpdate({ operation: 'member-update', member, peerUrls: [url] }, world)).plan;

const detailsOf = ({ checks }: Plan, verdict: 'warn' | 'stop') =>
	checks.filter(check => check.verdict === verdict).map(({ title, detail }) => `${title}: ${detail}`);

describe('the quorum in words', () => {
	it.each([
		[3, 3, 2, 2, '3 voters, can lose 1 → 2 voters, can lose 0'],
		[3, 2, 2, 2, '3 voters of which 2 serve, can lose 0 → 2 voters, can lose 0'],
		[1, 1, 2, 1, '1 voter, can lose 0 → 2 voters of which 1 serves, 2 are needed'],
		[5, 5, 4, 4, '5 voters, can lose 2 → 4 voters, can lose 1'],
	])('%i with %i serving, then %i with %i', (voters, serving, thenVoters, thenServing, words) => {
		expect(changeInWords({ voters, serving }, { voters: thenVoters, serving: thenServing })).toBe(words);
	});

	it('a majority is kept whatever is forced, and its last spare voter is warned of', () => {
		const stop = quorumKept({ voters: 3, serving: 2 }, { voters: 2, serving: 1 });
		expect(stop).toMatchObject({ verdict: 'stop' });
		expect(stop.mayBeForced).toBeUndefined();
		expect(quorumKept({ voters: 3, serving: 1 }, { voters: 2, serving: 1 }).verdict).toBe('stop');
		expect(quorumKept({ voters: 1, serving: 1 }, { voters: 0, serving: 0 }).verdict).toBe('stop');
		expect(quorumKept({ voters: 3, serving: 3 }, { voters: 2, serving: 2 }).verdict).toBe('warn');
		expect(quorumKept({ voters: 3, serving: 2 }, { voters: 2, serving: 2 }).verdict).toBe('pass');
	});

	it('even counts and more than seven are warned of', () => {
		const verdicts = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(voters => goodCount({ voters, serving: voters }).verdict);
		expect(verdicts).toEqual(['pass', 'warn', 'pass', 'warn', 'pass', 'warn', 'pass', 'warn', 'warn']);
	});
});

describe('adding', () => {
	it('a learner to a healthy cluster', async () => {
		const plan = await add(worldOf(...three));
		expect([standingOf(plan), detailsOf(plan, 'warn')]).toEqual(['clear', []]);
		expect(plan).toMatchObject({ risk: 'careful', phrase: 'c1' });
	});

	it('a voter shows what it costs until it runs', async () => {
		const plan = await add(worldOf(...three), false);
		expect(plan.summary).toContain('3 voters, can lose 1 → 4 voters of which 3 serve, can lose 0');
		expect(detailsOf(plan, 'warn')).toHaveLength(2);
		expect(detailsOf(await add(worldOf(voter('1')), false), 'stop').join()).toContain('every write would stop');
	});

	it('waits for a voter that is down, a member that has not started, and another learner', async () => {
		expect(
			detailsOf(await add(worldOf(voter('1'), voter('2'), voter('3', { isDown: true }))), 'stop').join(),
		).toContain('all voters serve: 2 of 3; m3: connection refused');
		const waiting = await add(worldOf(...three, unstarted('4')));
		expect(detailsOf(waiting, 'stop')).toEqual([
			'no other change is under way: 4 (http://4:2380) was added and has not started: start it, or remove it first',
		]);
		expect(detailsOf(await add(worldOf(...three, learner('4'))), 'stop')).toEqual([
			'no other learner: m4 is one, and etcd takes one at a time: promote or remove it first',
		]);
		const newer = [...three, learner('4')].map(each => ({ ...each, says: { version: '3.6.14' } }));
		const some = await add(worldOf(...newer));
		expect([standingOf(some), detailsOf(some, 'warn')]).toEqual([
			'clear',
			['no other learner: m4 is one: etcd takes another only with --max-learners'],
		]);
	});
});

describe('removing', () => {
	it('one of two that have the same name takes its id, in words and to be typed', async () => {
		const world = worldOf(voter('1', { name: 'default' }), voter('2', { name: 'default' }), voter('3'));
		await expect(remove(world, 'default')).rejects.toThrow('several members are called default; try an id: 1, 2');
		expect(await remove(world, '2')).toMatchObject({ title: 'Remove default (2)', member: 'default (2)', phrase: '2' });
		expect(await remove(world, 'm3')).toMatchObject({ title: 'Remove m3', phrase: 'm3' });
	});

	it.each(['\x1b[31mevil', 'long'.repeat(30), ' m3', 'a\nb'])('%j, which nobody can type, takes its id', async name => {
		const plan = await remove(worldOf(...three.slice(0, 2), voter('3', { name })), '3');
		expect(plan.phrase).toBe('3');
	});

	it('a healthy one warns of the spare voter that is gone', async () => {
		const plan = await remove(worldOf(...three), 'm3');
		expect([standingOf(plan), plan.risk, plan.phrase]).toEqual(['clear', 'dangerous', 'm3']);
		expect(plan.steps).toHaveLength(1);
		expect(detailsOf(plan, 'warn').join()).toContain('3 voters, can lose 1 → 2 voters, can lose 0: the next loss');
	});

	it('the leader hands over first, to the voter that is the least behind', async () => {
		const world = worldOf(voter('1'), voter('2', { says: { raftIndex: 990n, raftAppliedIndex: 990n } }), voter('3'));
		expect((await remove(world, 'm1')).steps.map(({ title }) => title)).toEqual([
			'move the leader from m1 to m3',
			'remove m1',
		]);
	});

	it('the leader without a fit successor goes with a warning', async () => {
		const late = { raftIndex: 500n, raftAppliedIndex: 500n };
		const plan = await remove(worldOf(voter('1'), voter('2', { says: late }), voter('3', { says: late })), 'm1');
		expect(plan.steps).toHaveLength(1);
		expect(detailsOf(plan, 'warn').join()).toContain('an election follows');
	});

	it('a healthy one never while another is down, the one that is down always', async () => {
		const world = worldOf(voter('1'), voter('2'), voter('3', { isDown: true }));
		expect(standingOf(await remove(world, 'm2'))).toBe('stopped');
		expect(standingOf(await remove(world, 'm1'))).toBe('stopped');
		const plan = await remove(world, 'm3');
		expect([standingOf(plan), detailsOf(plan, 'stop')]).toEqual(['clear', []]);
	});

	it('nobody where the majority is lost, and never the last', async () => {
		const lost = worldOf(
			voter('1', { says: { leaderId: null } }),
			voter('2', { isDown: true }),
			voter('3', { isDown: true }),
		);
		expect(standingOf(await remove(lost, 'm3'))).toBe('stopped');
		expect(detailsOf(await remove(worldOf(voter('1')), 'm1'), 'stop').join()).toContain('the last voter');
	});

	it('one that is cut off from its peers, though it answers', async () => {
		const cut = voter('3', { says: { leaderId: null, raftTerm: 9n } });
		const plan = await remove(worldOf(voter('1'), voter('2'), cut), 'm3');
		expect([standingOf(plan), detailsOf(plan, 'stop')]).toEqual(['clear', []]);
	});

	it('one that has never started, by its id; learners cost no vote', async () => {
		const plan = await remove(worldOf(...three, unstarted('4', { isLearner: true })), '4');
		expect([standingOf(plan), plan.phrase]).toEqual(['clear', '4']);
		expect(plan.summary).toBe('remove 4: a learner, which has no vote: 3 voters, can lose 1, as before');
	});
});

describe('promoting', () => {
	const withLearner = (raftIndex: bigint) =>
		worldOf(...three, learner('4', { says: { raftIndex, raftAppliedIndex: raftIndex } }));

	it('shows how far the learner is, and asks for what etcd asks', async () => {
		const near = await promote(withLearner(995n), 'm4');
		expect(standingOf(near)).toBe('clear');
		expect(near.checks).toContainEqual({
			title: 'm4 has caught up',
			verdict: 'pass',
			detail: '99%: 5 of 1,000 entries behind',
		});
		expect(detailsOf(await promote(withLearner(899n), 'm4'), 'stop')).toEqual([
			'm4 has caught up: 89%: 101 of 1,000 entries behind; etcd asks for 90%: give it time',
		]);
		const late = await promote(withLearner(899_000n), 'm4');
		expect(standingOf(late)).toBe('clear');
	});

	it('no learner that is down, and no voter', async () => {
		const down = await promote(worldOf(...three, learner('4', { isDown: true })), 'm4');
		expect(detailsOf(down, 'stop').join()).toContain('m4 does not answer');
		const plan = await promote(worldOf(...three), 'm2');
		expect([plan.nothingToDo, plan.steps]).toEqual(['m2 is a voter already', []]);
	});
});

describe('changing peer URLs', () => {
	it('warns where a wrong one stops every write, and not where there are no peers', async () => {
		expect(detailsOf(await update(worldOf(voter('1'), voter('2')), 'm2'), 'warn').join()).toContain(
			'2 voters, can lose 0 → 2 voters of which 1 serves, 2 are needed: check the URLs twice',
		);
		const alone = await update(worldOf(voter('1')), 'm1');
		expect([standingOf(alone), detailsOf(alone, 'warn')]).toEqual(['clear', []]);
	});

	it('leaves learners alone where etcd would call them voters', async () => {
		const of = (version: string) =>
			update(worldOf(...[...three, learner('4')].map(m => ({ ...m, says: { version } }))), 'm4');
		expect(standingOf(await of('3.6.11'))).toBe('stopped');
		expect(detailsOf(await of('3.6.11'), 'stop').join()).toContain('calls it a voter, though it never gets a vote');
		expect(standingOf(await of('3.6.12'))).toBe('clear');
	});
});

describe('peer URLs', () => {
	it.each(['http://h:2380', 'https://10.0.0.1:1', 'http://[::1]:2380', 'unix://sock:1'])('takes %s', given => {
		expect(partsOfUrl(given)).not.toBeNull();
	});
	it.each([
		'',
		'h:2380',
		'http://h',
		'http://h:0',
		'http://h:70000',
		'http://h:1/',
		'http://u@h:1',
		'ftp://h:1',
		'http://h:1,http://g:1',
	])('refuses %j', given => {
		expect(partsOfUrl(given)).toBeNull();
	});
});

describe('the lines of a new member', () => {
	const added = memberOf('9', { name: '', peerUrls: ['https://etcd9.example:2380'], clientUrls: [], isLearner: true });
	const others = ['1', '2'].map(id =>
		memberOf(id, { peerUrls: [`https://10.0.0.${id}:2380`], clientUrls: [`https://10.0.0.${id}:2379`] }),
	);

	it('are what etcd is to be started with', () => {
		const { commandLine, staticPodLines, tlsFlags } = newMemberLines('m9', added, [...others, added]);
		expect(commandLine).toBe(
			'etcd --name m9 --initial-cluster m1=https://10.0.0.1:2380,m2=https://10.0.0.2:2380,m9=https://etcd9.example:2380 ' +
				'--initial-cluster-state existing --initial-advertise-peer-urls https://etcd9.example:2380 ' +
				'--listen-peer-urls https://0.0.0.0:2380 --listen-client-urls https://0.0.0.0:2379 ' +
				'--advertise-client-urls https://etcd9.example:2379 --data-dir /var/lib/etcd',
		);
		const lines = staticPodLines.split('\n');
		expect(lines.slice(0, 4)).toEqual([
			'- etcd',
			'- --name=m9',
			'- --initial-cluster=m1=https://10.0.0.1:2380,m2=https://10.0.0.2:2380,m9=https://etcd9.example:2380',
			'- --initial-cluster-state=existing',
		]);
		expect(lines).toContain('- --peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt');
		expect(tlsFlags).toContain('--peer-cert-file');
	});

	it('take a free port beside a neighbour, and names of others as one word', () => {
		const neighbour = memberOf('1', {
			name: 'it’s $(here)',
			peerUrls: ['http://127.0.0.1:2380'],
			clientUrls: ['http://127.0.0.1:2379'],
		});
		const near = { ...added, peerUrls: ['http://127.0.0.1:2381'] };
		const { commandLine, staticPodLines } = newMemberLines('m9', near, [neighbour, near]);
		expect(commandLine).toContain('--advertise-client-urls http://127.0.0.1:2382 ');
		expect(commandLine).toContain("--initial-cluster 'it’s $(here)=http://127.0.0.1:2380,m9=http://127.0.0.1:2381' ");
		expect(staticPodLines).toContain("- '--initial-cluster=it’s $(here)=http://127.0.0.1:2380,m9=");
	});
});

describe('what may have happened', () => {
	const of = (kind: FailureKind, detail = '') =>
		mayHaveHappened(new CallError({ kind, where: 'http://1:2379', call: 'MemberAdd', detail }).failure);

	it('is what was sent and not answered', () => {
		expect([of('timeout'), of('unreachable'), of('malformed')]).toEqual([true, true, true]);
		for (const text of ['etcdserver: request timed out', 'etcdserver: leader changed', 'etcdserver: server stopped'])
			expect(of('rejected', text)).toBe(true);
	});

	it('is not what was never sent, or refused', () => {
		expect([of('refused'), of('tls-untrusted'), of('permission-denied'), mayHaveHappened(null)]).toEqual(
			Array(4).fill(false),
		);
		expect(of('rejected', 'etcdserver: unhealthy cluster')).toBe(false);
	});
});
