import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalMember } from '../../source/demo/cluster.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';
import { until } from '../demo/real-etcd.ts';
import { type Observer, observe } from '../support/observer.ts';
import { etcdctl } from '../support/programs.ts';
import { roles, sharedCluster } from './shared-cluster.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Slow disks and processors of the machine that runs the tests are no subject here. */
const ofTheMachine = ['fsync-slow', 'commit-slow', 'peer-slow', 'slow-applies', 'weak-voter'];

const wrong = (findings: readonly Finding[]) =>
	findings.filter(({ severity, rule }) => severity !== 'info' && !ofTheMachine.includes(rule));

describe('faults of real members', () => {
	const shared = sharedCluster('3.5', { peerLinks: true });
	let observer: Observer;
	let leader: LocalMember;
	let victim: LocalMember;

	const present = () => wrong(observer.now().findings.filter(({ goneAtMs }) => goneAtMs === null));
	const inTime = async (isWanted: () => boolean, what: string) => {
		const tooLate = AbortSignal.timeout(30_000);
		await until(() => tooLate.aborted || isWanted());
		if (!isWanted()) throw new Error(`waited for ${what}, and there is: ${JSON.stringify(present(), null, '\t')}`);
	};
	/**
	 * Waits until these rules, and no others, say everything, and the first of them what is wanted of it. Until the readings
	 * of all members have come in, some of it may be missing.
	 */
	const told = async (rules: readonly string[], isWanted: (finding: Finding) => boolean = () => true) => {
		const wanted = () => {
			const all = present();
			const isWhole = [...new Set(all.map(({ rule }) => rule))].join() === rules.join();
			return isWhole ? all.find(finding => finding.rule === rules[0] && isWanted(finding)) : undefined;
		};
		await inTime(() => wanted() !== undefined, rules.join(' and '));
		return wanted()!;
	};
	const calm = () =>
		inTime(() => present().length === 0 && observer.now().health.level === 'healthy', 'an end of all faults');
	const idOf = (name: string) => observer.now().snapshot.members.find(member => member.name === name)?.id;

	beforeAll(async () => {
		({ leader, follower: victim } = await roles(shared()));
		observer = observe(shared().endpoints);
		await calm();
	});
	afterAll(() => observer?.stop());
	afterEach(() => victim.heal());

	it('a member that is not heard is told from one that does not hear, and from one that is cut off', async () => {
		await victim.partition('outgoing');
		const mute = await told(['one-way-partition', 'quorum-at-risk']);
		expect(mute).toMatchObject({ member: idOf(victim.name), title: `the leader does not hear ${victim.name}` });
		expect(observer.now().snapshot.canLose).toBe(1);

		await victim.partition('incoming');
		await told(
			['one-way-partition', 'quorum-at-risk'],
			({ title }) => title === `${victim.name} does not hear the leader`,
		);

		await victim.partition('both');
		// At first only the leader is known to miss it.
		const off = await told(
			['member-cut-off', 'quorum-at-risk'],
			({ title }) => title === `${victim.name} is cut off from its peers`,
		);
		expect(off).toMatchObject({ member: idOf(victim.name) });

		await victim.heal();
		await calm();
	});

	it('a frozen member is told from one that is only not reached', async () => {
		await victim.freeze();
		const finding = await told(['member-frozen', 'quorum-at-risk'], ({ reasoning }) =>
			reasoning.some(text => text.includes('who leads')),
		);
		expect(finding).toMatchObject({ member: idOf(victim.name), title: `${victim.name} does not answer` });
		expect(finding.reasoning.join(' ')).toContain(`${leader.name}, who leads, has had nothing from it`);
		expect(observer.now().health.cause).toBe(`${victim.name} does not answer; no voter to spare`);
		await victim.thaw();
		await calm();
	});

	it('a killed leader is a member that is down under a new leader, and nothing critical', async () => {
		const before = observer.seen.length;
		await leader.kill();
		await until(
			() => observer.now().snapshot.leader !== null && observer.now().snapshot.leader?.id !== idOf(leader.name),
		);
		const finding = await told(['member-down', 'quorum-at-risk']);
		expect(finding).toMatchObject({ member: idOf(leader.name), title: `${leader.name} is down: refused` });
		expect(observer.seen.slice(before).filter(({ severity }) => severity === 'critical')).toEqual([]);
		await leader.start();
		await calm();
	});

	it('a lost quorum is one critical finding, and who is missing', async () => {
		const [one, ...others] = shared().members;
		await Promise.all(others.map(member => member.freeze()));
		const finding = await told(['quorum-lost', 'member-frozen'], ({ evidence }) =>
			others.every(({ name }) => evidence.includes(name)),
		);
		expect(finding.severity).toBe('critical');
		expect(finding.evidence).not.toContain(one!.name);
		expect(observer.now().health).toMatchObject({ level: 'critical', cause: 'quorum lost' });
		await Promise.all(others.map(member => member.thaw()));
		await calm();
	});

	it('a leader that is moved again and again is no disk’s and no network’s fault', async () => {
		const { leader: first, follower, others } = await roles(shared());
		// What other tests did is not of this history.
		await observer.stop();
		observer = observe(shared().endpoints);
		await calm();
		for (const next of [follower, others[0]!, first]) {
			const leading = await shared().waitLeader();
			await etcdctl(shared().binaries, leading.clientUrl)('move-leader', idOf(next.name)!);
			await until(() => observer.now().snapshot.leader?.id === idOf(next.name));
		}
		const finding = await told(['leader-changes']);
		expect(finding).toMatchObject({ member: null, title: 'the leader changes often' });
	});
});
