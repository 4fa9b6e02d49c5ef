import { afterEach, describe, expect, it } from 'vitest';
import { live } from '../../source/collect/live.ts';
import { type FakeMember, fakeCluster, fakeMember, urlOf } from '../support/fake-calls.ts';
import { optionsOf, profileOf, type Reader, read, rounds, until } from './reader.ts';

let reader: Reader;
afterEach(() => reader.stop());

const three = () => [fakeMember('1'), fakeMember('2'), fakeMember('3')] as [FakeMember, FakeMember, FakeMember];

describe('who is read', () => {
	it('finds all members from one endpoint', async () => {
		const cluster = fakeCluster(three());
		reader = read(optionsOf(cluster, [urlOf('2')]));
		await until(() => expect(['1', '2', '3'].map(reader.stateOf)).toEqual(Array(3).fill('answered')));
		expect(reader.rows()).toEqual(['1', '2', '3']);
		expect(reader.last('members')).toMatchObject({ clusterId: 'c1', failure: null });
		expect(reader.last('members')?.targets.map(({ endpoint }) => endpoint)).toEqual(['1', '2', '3'].map(urlOf));
	});

	it('sorts by name as people do, those that have not started last', async () => {
		const cluster = fakeCluster([
			fakeMember('1', { name: 'etcd-10' }),
			fakeMember('2', { name: '' }),
			fakeMember('3', { name: 'etcd-9' }),
		]);
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() => expect(reader.rows()).toEqual(['3', '1', '2']));
	});

	it('shows a given endpoint of another cluster, but reads neither list nor watch there', async () => {
		const cluster = fakeCluster(three());
		const other = 'http://other:2379';
		const status = { clusterId: 'c2', revision: 999_999n };
		cluster.at.set(other, [fakeMember('9', { status, conductOf: { MemberList: 'refused' } })]);
		const watch = { prefixes: ['/registry/'] };
		reader = read(optionsOf(cluster, [other, urlOf('1')], { watch }));
		await until(() => expect(reader.rows()).toEqual(['1', '2', '3', '9']));
		await until(() => expect(cluster.watches.some(({ endpoint }) => endpoint !== other)).toBe(true));
		const open = () => cluster.watches.filter(({ signal }) => !signal.aborted).map(({ endpoint }) => endpoint);
		await until(() => expect([open().length, open().includes(other)]).toEqual([1, false]));
	});

	it('knows a row by its endpoint until somebody answered there', async () => {
		const cluster = fakeCluster(three());
		reader = read(optionsOf(cluster, [urlOf('1'), 'http://nobody:2379']));
		await until(() => expect(reader.rows()).toEqual(['1', '2', '3']));
		expect(reader.of('members')[0]?.targets.map(({ key }) => key)).toEqual([urlOf('1'), 'http://nobody:2379']);
	});

	it('reads a member at the given endpoint where the URL that it advertises cannot be reached', async () => {
		const [one, two, three_] = three();
		const cluster = fakeCluster([one, two, three_]);
		for (const id of ['1', '2', '3']) cluster.at.delete(urlOf(id));
		cluster.at.set('http://localhost:1', [one]).set('http://localhost:2', [two]);
		reader = read(optionsOf(cluster, ['http://localhost:1', 'http://localhost:2']));
		await until(() => {
			expect([reader.stateOf('1'), reader.stateOf('2'), reader.stateOf('3')]).toEqual([
				'answered',
				'answered',
				'refused',
			]);
		});
		const { targets } = reader.last('members')!;
		expect(targets.map(({ endpoint }) => endpoint)).toEqual(['http://localhost:1', 'http://localhost:2', urlOf('3')]);
		const answers = () =>
			reader.of('status').filter(({ key, outcome }) => key === '1' && outcome.kind === 'answered').length;
		await rounds(answers, 5);
		expect(
			reader
				.of('status')
				.slice(-6)
				.filter(({ key }) => key !== '3')
				.map(({ outcome }) => outcome.kind),
		).not.toContain('failed');
	});

	it('keeps to the given endpoints without discovery, under the ids that answer', async () => {
		const cluster = fakeCluster(three());
		const endpoints = [urlOf('1'), 'http://nobody:2379'];
		reader = read(optionsOf(cluster, endpoints, { profile: profileOf(endpoints, { discovery: false }) }));
		await until(() => expect(reader.rows()).toEqual(['1', 'http://nobody:2379']));
		await until(() => expect(reader.stateOf('1')).toBe('answered'));
		await rounds(() => cluster.count(`Status ${urlOf('1')}`), 5);
		expect(cluster.count(`Status ${urlOf('3')}`)).toBe(0);
		expect(reader.last('members')?.members.map(({ name }) => name)).toEqual(['m1', 'm2', 'm3']);
	});

	it('shows one row for an address behind which several members answer', async () => {
		const members = three();
		const cluster = fakeCluster(members);
		const address = 'http://balancer:2379';
		cluster.at.set(address, members);
		reader = read(optionsOf(cluster, [address], { profile: profileOf([address], { discovery: false }) }));
		await until(() => expect(reader.rows()).toEqual([address]));
		const answers = () =>
			reader.of('status').filter(({ key, outcome }) => key === address && outcome.kind === 'answered').length;
		await rounds(answers, 6);
		const ids = reader
			.of('status')
			.flatMap(({ key, outcome }) => (key === address && outcome.kind === 'answered' ? outcome.status.memberId : []));
		expect(new Set(ids)).toEqual(new Set(['1', '2', '3']));
		expect(reader.rows()).toEqual([address]);
	});

	it('gives each answer from behind one address to the member that gave it', async () => {
		const members = three();
		const cluster = fakeCluster(members);
		cluster.at.set('http://balancer:2379', members);
		reader = read(optionsOf(cluster, ['http://balancer:2379']));
		await until(() => expect(['1', '2', '3'].map(reader.stateOf)).toEqual(Array(3).fill('answered')));
		for (const { key, outcome } of reader.of('status'))
			if (outcome.kind === 'answered' && reader.rows().includes(key)) expect(outcome.status.memberId).toBe(key);
	});

	it('says why there is no list, and goes on with what was given', async () => {
		const members = three();
		for (const member of members) member.conductOf = { MemberList: 'permission-denied' };
		const cluster = fakeCluster(members);
		reader = read(optionsOf(cluster, [urlOf('1'), urlOf('2')]));
		await until(() => expect(reader.last('members')?.failure?.kind).toBe('permission-denied'));
		await until(() => expect(['1', '2'].map(reader.stateOf)).toEqual(['answered', 'answered']));
		expect(reader.rows()).toEqual(['1', '2']);
	});

	it('announces nothing twice', async () => {
		const members = three();
		for (const member of members) member.conductOf = { MemberList: 'permission-denied' };
		const cluster = fakeCluster(members);
		reader = read(optionsOf(cluster, ['1', '2', '3'].map(urlOf)));
		await until(() => expect(reader.rows()).toEqual(['1', '2', '3']));
		await rounds(() => cluster.count('MemberList'), 9);
		const texts = reader.of('members').map(({ atMs, timeMs, ...content }) => JSON.stringify(content));
		expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
	});
});

describe('one member’s trouble', () => {
	it('at its first URL is got round at its second', async () => {
		const member = fakeMember('1', { clientUrls: ['http://nobody:2379', urlOf('1')] });
		const cluster = fakeCluster([member, fakeMember('2')]);
		cluster.at.delete('http://nobody:2379');
		reader = read(optionsOf(cluster, [urlOf('2')]));
		await until(() => expect(reader.stateOf('1')).toBe('answered'));
		const asked = cluster.count('Status http://nobody:2379');
		await rounds(() => cluster.count(`Status ${urlOf('1')}`), 10);
		expect(cluster.count('Status http://nobody:2379')).toBe(asked);
	});

	it('delays nobody else', async () => {
		const [one, two, frozen] = three();
		const cluster = fakeCluster([one, two, frozen]);
		reader = read(optionsOf(cluster, ['1', '2', '3'].map(urlOf)));
		await until(() => expect(reader.stateOf('3')).toBe('answered'));
		frozen.conduct = 'hang';
		await until(() => expect(reader.stateOf('3')).toBe('timeout'));
		const at = (key: string) => reader.of('status').filter(each => each.key === key).length;
		const before = [at('1'), at('3')];
		await rounds(() => at('1'), 20);
		expect(at('1') - before[0]!).toBeGreaterThan(2 * (at('3') - before[1]!));
		frozen.conduct = 'answer';
		await until(() => expect(reader.stateOf('3')).toBe('answered'));
	});

	it('is told as it is', async () => {
		const [one, two, three_] = three();
		two.conduct = 'login-required';
		three_.conduct = 'tls-expired';
		const cluster = fakeCluster([one, two, three_]);
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() =>
			expect(['1', '2', '3'].map(reader.stateOf)).toEqual(['answered', 'login-required', 'tls-expired']),
		);
	});

	it('gives one that defragments the time to answer', async () => {
		const [one] = three();
		const cluster = fakeCluster([one]);
		cluster.pages.set(`${urlOf('1')}/metrics`, new Map([['etcd_disk_defrag_inflight', 1]]));
		const wanted = { wantedFamilies: new Set(['etcd_disk_defrag_inflight']) };
		reader = read(optionsOf(cluster, [urlOf('1')], wanted));
		await until(() => expect(reader.of('metrics').some(({ outcome }) => outcome.kind === 'answered')).toBe(true));
		one.conductOf = { Status: 'hang' };
		await rounds(() => reader.of('metrics').length, 10);
		// Its usual deadline has passed several times; nobody gave up.
		const failed = () =>
			reader.of('status').filter(({ key, outcome }) => key === '1' && outcome.kind === 'failed').length;
		expect(failed()).toBe(0);
	});

	it('is a new row once another member answers in its place', async () => {
		const members = three();
		const cluster = fakeCluster(members);
		for (const id of ['1', '2', '3']) cluster.at.delete(urlOf(id));
		cluster.at.set('http://localhost:1', [members[0]]);
		reader = read(optionsOf(cluster, ['http://localhost:1']));
		await until(() => expect(reader.stateOf('1')).toBe('answered'));
		const replacement = fakeMember('9', { name: 'm9' });
		cluster.members.splice(0, 1, replacement);
		cluster.at.set('http://localhost:1', [replacement]);
		await until(() => expect(reader.rows()).toEqual(['2', '3', '9']));
		await until(() => expect(reader.stateOf('9')).toBe('answered'));
	});
});

describe('a learner', () => {
	const withLearner = () =>
		fakeCluster([
			fakeMember('9', { isLearner: true, status: { isLearner: true }, conductOf: { MemberList: 'rejected' } }),
			...three(),
		]);
	const asked = (cluster: ReturnType<typeof fakeCluster>, id: string) => cluster.count(`MemberList ${urlOf(id)}`);
	const readWhole = async (
		cluster: ReturnType<typeof fakeCluster>,
		ids: readonly string[],
		learnersAt: Set<string>,
	) => {
		reader = read(optionsOf(cluster, ids.map(urlOf), { learnersAt }));
		await until(() => expect(reader.stateOf('9') ?? reader.stateOf(urlOf('9'))).toBe('answered'));
		await until(() => {
			const { members = [], failure = null } = reader.last('members') ?? {};
			expect(members.length > 0 || failure !== null).toBe(true);
		});
		await reader.stop();
	};

	it('is not asked again for the member list that it refuses, which its metrics count as an error', async () => {
		const cluster = withLearner();
		const learnersAt = new Set<string>();
		for (let reading = 0; reading < 3; reading += 1) await readWhole(cluster, ['9', '1'], learnersAt);
		expect(learnersAt).toEqual(new Set([urlOf('9')]));
		expect([asked(cluster, '9'), asked(cluster, '1')]).toEqual([1, 3]);
	});

	it('is asked where nobody else is known, and once it votes', async () => {
		const cluster = withLearner();
		const learnersAt = new Set<string>();
		for (let reading = 0; reading < 2; reading += 1) await readWhole(cluster, ['9'], learnersAt);
		expect(asked(cluster, '9')).toBeGreaterThanOrEqual(2);
		Object.assign(cluster.members[0]!, { isLearner: false, status: {}, conductOf: {} });
		await readWhole(cluster, ['9', '1'], learnersAt);
		expect(learnersAt).toEqual(new Set());
	});
});

describe('a change of the list', () => {
	it('adds and removes rows', async () => {
		const members = three();
		const cluster = fakeCluster(members);
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await until(() => expect(reader.rows()).toEqual(['1', '2', '3']));
		const fourth = fakeMember('4', { isLearner: true });
		cluster.members.splice(1, 1, fourth);
		cluster.at.set(urlOf('4'), [fourth]);
		await until(() => expect(reader.rows()).toEqual(['1', '3', '4']));
		await until(() => expect(reader.stateOf('4')).toBe('answered'));
		const asked = cluster.count(`Status ${urlOf('2')}`);
		await rounds(() => cluster.count(`Status ${urlOf('1')}`), 10);
		expect(cluster.count(`Status ${urlOf('2')}`)).toBeLessThanOrEqual(asked + 1);
	});
});

describe('the end', () => {
	it('comes with the abort, and leaves no timer behind', async () => {
		const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
		const before = timers();
		const members = three();
		members[2].conduct = 'hang';
		const cluster = fakeCluster(members);
		reader = read(optionsOf(cluster, ['1', '2', '3'].map(urlOf), { watch: { prefixes: ['/registry/'] } }));
		await until(() => expect(cluster.watches.length).toBe(1));
		await until(() => expect(reader.stateOf('3')).toBe('timeout'));
		await reader.stop();
		const asked = cluster.log.length;
		await until(() => expect(timers()).toBeLessThanOrEqual(before));
		expect(cluster.watches.every(({ signal }) => signal.aborted)).toBe(true);
		expect(cluster.log.length).toBe(asked);
	});

	it('comes at once where it was asked for before the start', async () => {
		const cluster = fakeCluster(three());
		reader = read(optionsOf(cluster, [urlOf('1')]));
		await reader.stop();
		const readings = live(optionsOf(cluster, [urlOf('1')]), AbortSignal.abort());
		expect((await readings.next()).done).toBe(true);
	});

	it('comes when the reader loses interest', async () => {
		const cluster = fakeCluster(three());
		for await (const reading of live(optionsOf(cluster, [urlOf('1')]), new AbortController().signal))
			if (reading.kind === 'status') break;
		const asked = cluster.log.length;
		reader = read(optionsOf(fakeCluster(three()), [urlOf('1')]));
		await rounds(() => reader.of('status').length, 10);
		expect(cluster.log.length).toBe(asked);
	});

	it('is an error where a loop meets a bug', async () => {
		const members = three();
		members[1].onStatus = () => {
			throw new TypeError('a bug');
		};
		reader = read(optionsOf(fakeCluster(members), [urlOf('1')]));
		await expect(reader.ended).rejects.toThrow('a bug');
	});
});
