import { describe, expect, it, vi } from 'vitest';
import type { Reading } from '../../source/cluster/reading.ts';
import { type OnceOptions, once } from '../../source/collect/once.ts';
import type { LiveOptions } from '../../source/collect/options.ts';
import type { MemberCalls } from '../../source/etcd/calls.ts';
import { type FakeMember, fakeCluster, fakeMember, urlOf } from '../support/fake-calls.ts';
import { optionsOf, profileOf } from './reader.ts';

const patient: OnceOptions = { metricsRounds: 1, limitSeconds: 30, stragglerSeconds: 0.05 };

async function all(options: LiveOptions, limits: Partial<OnceOptions> = {}): Promise<readonly Reading[]> {
	const readings: Reading[] = [];
	for await (const reading of once(options, { ...patient, ...limits })) readings.push(reading);
	return readings;
}

/** A row goes by its endpoint until somebody told who answers there; metrics may come before that. */
const idOf = (key: string) => ['1', '2', '3'].find(id => urlOf(id) === key) ?? key;

const outcomes = (readings: readonly Reading[], kind: 'status' | 'metrics') =>
	Object.fromEntries(
		readings.flatMap(reading =>
			reading.kind === kind
				? [
						[
							kind === 'metrics' ? idOf(reading.key) : reading.key,
							reading.outcome.kind === 'answered' ? 'answered' : reading.outcome.failure.kind,
						],
					]
				: [],
		),
	);

function cluster() {
	const members = [fakeMember('1'), fakeMember('2'), fakeMember('3')] as [FakeMember, FakeMember, FakeMember];
	const fake = fakeCluster(members);
	for (const { id } of members)
		fake.pages.set(
			`${urlOf(id)}/metrics`,
			new Map([
				['up', 1],
				[`etcd_server_id{server_id="${id}"}`, 1],
			]),
		);
	return { members, fake };
}

describe('a single reading', () => {
	it('ends when every member has told its Status and its metrics', async () => {
		const { fake } = cluster();
		const readings = await all(optionsOf(fake, [urlOf('1')]));
		expect(outcomes(readings, 'status')).toEqual({ 1: 'answered', 2: 'answered', 3: 'answered' });
		expect(outcomes(readings, 'metrics')).toMatchObject({ 1: 'answered', 2: 'answered', 3: 'answered' });
		expect(readings.findLast(reading => reading.kind === 'members')).toMatchObject({ clusterId: 'c1' });
	});

	it('does not read the metrics again that came before anybody told whose they are', async () => {
		const { fake } = cluster();
		const scraped = Promise.withResolvers<void>();
		const calls = {
			...fake.calls,
			member: (endpoint: string): MemberCalls => {
				const member = fake.calls.member(endpoint);
				return {
					...member,
					status: options => scraped.promise.then(() => member.status(options)),
					memberList: options => scraped.promise.then(() => member.memberList(options)),
					metrics: (...given) => member.metrics(...given).finally(scraped.resolve),
				};
			},
		};
		const readings = await all({ ...optionsOf(fake, [urlOf('1')]), calls });
		expect(readings.filter(({ kind }) => kind === 'metrics')).toHaveLength(3);
	});

	it('tells a member as refused, not as silent, that refused before anybody told who it is', async () => {
		const { members, fake } = cluster();
		members[1].conduct = 'refused';
		const refused = Promise.withResolvers<void>();
		const calls = {
			...fake.calls,
			member: (endpoint: string): MemberCalls => {
				const member = fake.calls.member(endpoint);
				if (endpoint === urlOf('2'))
					return { ...member, status: options => member.status(options).finally(refused.resolve) };
				const later = <T>(work: () => Promise<T>) => refused.promise.then(() => new Promise(setImmediate)).then(work);
				return {
					...member,
					status: options => later(() => member.status(options)),
					memberList: options => later(() => member.memberList(options)),
				};
			},
		};
		const readings = await all({ ...optionsOf(fake, ['1', '2', '3'].map(urlOf)), calls });
		const told = readings.flatMap(reading =>
			reading.kind === 'status' && reading.outcome.kind === 'failed' ? [reading.outcome.failure.kind] : [],
		);
		expect(told).toEqual(['refused']);
	});

	it('counts a refused member and missing metrics as told', async () => {
		const { members, fake } = cluster();
		members[1].conduct = 'refused';
		fake.pages.set(`${urlOf('3')}/metrics`, 'http-status');
		const readings = await all(optionsOf(fake, [urlOf('1')]));
		expect(outcomes(readings, 'status')).toEqual({ 1: 'answered', 2: 'refused', 3: 'answered' });
		expect(outcomes(readings, 'metrics')).toMatchObject({ 1: 'answered', 3: 'http-status' });
	});

	it('waits for a frozen member a little, and then says that it is silent', async () => {
		const { members, fake } = cluster();
		members[2].conduct = 'hang';
		const endpoints = ['1', '2', '3'].map(urlOf);
		// Its own deadline would be minutes.
		const options = optionsOf(fake, endpoints, { profile: profileOf(endpoints, { dialTimeoutSeconds: 600 }) });
		const readings = await all(options, { limitSeconds: 600 });
		expect(outcomes(readings, 'status')).toEqual({ 1: 'answered', 2: 'answered', 3: 'timeout' });
		expect(readings.at(-1)).toMatchObject({
			key: '3',
			endpoint: urlOf('3'),
			outcome: {
				failure: { kind: 'timeout', call: 'Status', detail: expect.stringMatching(/nothing came in [\d.]+ s/) },
			},
		});
	});

	it('does not give up most of the members in haste: that would be a lost quorum', async () => {
		const { fake } = cluster();
		const late = Promise.withResolvers<void>();
		const calls = {
			...fake.calls,
			member: (endpoint: string): MemberCalls => {
				const member = fake.calls.member(endpoint);
				if (endpoint === urlOf('1')) return member;
				return { ...member, status: options => late.promise.then(() => member.status(options)) };
			},
		};
		const stragglerSeconds = 0.05;
		setTimeout(late.resolve, 5 * stragglerSeconds * 1000);
		const readings = await all({ ...optionsOf(fake, ['1', '2', '3'].map(urlOf)), calls }, { stragglerSeconds });
		expect(outcomes(readings, 'status')).toEqual({ 1: 'answered', 2: 'answered', 3: 'answered' });
	});

	it('ends at its limit when nobody answers at all', async () => {
		const { members, fake } = cluster();
		for (const member of members) member.conduct = 'hang';
		const endpoints = ['1', '2'].map(urlOf);
		const options = optionsOf(fake, endpoints, { profile: profileOf(endpoints, { dialTimeoutSeconds: 600 }) });
		const readings = await all(options, { limitSeconds: 0.1 });
		expect(outcomes(readings, 'status')).toEqual({ [urlOf('1')]: 'timeout', [urlOf('2')]: 'timeout' });
	});

	it('reads the metrics of members that deny their Status', async () => {
		const { members, fake } = cluster();
		for (const member of members) member.conductOf = { Status: 'permission-denied' };
		const readings = await all(optionsOf(fake, [urlOf('1')]), { stragglerSeconds: 30 });
		expect(outcomes(readings, 'metrics')).toMatchObject({ 1: 'answered', 2: 'answered', 3: 'answered' });
	});

	it('ends where no list can be read', async () => {
		const { members, fake } = cluster();
		for (const member of members) member.conductOf = { MemberList: 'permission-denied', Status: 'permission-denied' };
		const readings = await all(optionsOf(fake, [urlOf('1'), urlOf('2')]));
		expect(outcomes(readings, 'status')).toEqual({
			[urlOf('1')]: 'permission-denied',
			[urlOf('2')]: 'permission-denied',
		});
	});

	it('takes two rounds of metrics where rates are wanted', async () => {
		const { fake } = cluster();
		const count = (readings: readonly Reading[]) =>
			readings.filter(
				reading => reading.kind === 'metrics' && reading.outcome.kind === 'answered' && reading.key === '2',
			).length;
		expect(count(await all(optionsOf(fake, [urlOf('1')]), { metricsRounds: 2 }))).toBe(2);
	});

	it('waits for the alarms where a Status mentions one', async () => {
		const { members, fake } = cluster();
		members[0].status = { errors: ['memberID:2 alarm:NOSPACE '] };
		fake.alarms = [{ memberId: '2', type: 'NOSPACE' }];
		// They come long after everything else was told.
		const statuses = () => fake.count('Status');
		const member = (endpoint: string) => ({
			...fake.calls.member(endpoint),
			alarms: async () => {
				const before = statuses();
				await vi.waitFor(() => expect(statuses()).toBeGreaterThan(before + 30), { timeout: 20_000, interval: 5 });
				return fake.alarms;
			},
		});
		const options = optionsOf({ ...fake, calls: { ...fake.calls, member } }, [urlOf('1')]);
		const readings = await all(options, { stragglerSeconds: 30 });
		expect(readings.find(reading => reading.kind === 'alarms')).toMatchObject({ alarms: fake.alarms });
	});

	it('leaves nothing running', async () => {
		const { members, fake } = cluster();
		members[2].conduct = 'hang';
		const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
		const before = timers();
		await all(optionsOf(fake, [urlOf('1')]));
		const asked = fake.log.length;
		expect(timers()).toBeLessThanOrEqual(before);
		await new Promise(resolve => setImmediate(resolve));
		expect(fake.log.length).toBe(asked);
	});

	it('throws what is a bug', async () => {
		const { members, fake } = cluster();
		members[1].onStatus = () => {
			throw new TypeError('a bug');
		};
		await expect(all(optionsOf(fake, [urlOf('1')]))).rejects.toThrow('a bug');
	});
});
