import { afterEach, describe, expect, it } from 'vitest';
import { fakeCluster, fakeMember, urlOf } from '../support/fake-calls.ts';
import { optionsOf, type Reader, read, rounds, until } from './reader.ts';

let reader: Reader;
afterEach(() => reader.stop());

const noSpace = 'memberID:1 alarm:NOSPACE ';

function start() {
	const members = [fakeMember('1'), fakeMember('2'), fakeMember('3')] as const;
	const cluster = fakeCluster([...members]);
	const mention = (...errors: readonly string[]) => {
		for (const member of members) member.status = { ...member.status, errors };
	};
	const begin = () => {
		reader = read(optionsOf(cluster, [urlOf('1')]));
		return until(() => expect(['1', '2', '3'].map(reader.stateOf)).toEqual(Array(3).fill('answered')));
	};
	return { members, cluster, mention, begin };
}

const statuses = () => reader.of('status').length;

describe('alarms', () => {
	it('are not asked for while no Status mentions one', async () => {
		const { cluster, begin } = start();
		await begin();
		await rounds(statuses, 30);
		expect(cluster.count('Alarm')).toBe(0);
		expect(reader.of('alarms')).toEqual([]);
	});

	it('are asked for once for each change, and are gone when no Status mentions them', async () => {
		const { cluster, mention, begin } = start();
		await begin();
		cluster.alarms = [{ memberId: '1', type: 'NOSPACE' }];
		mention('etcdserver: no leader', noSpace);
		await until(() => expect(reader.last('alarms')?.alarms).toEqual(cluster.alarms));
		await rounds(statuses, 30);
		expect(cluster.count('Alarm')).toBe(1);
		cluster.alarms = [...cluster.alarms, { memberId: '2', type: 'CORRUPT' }];
		mention(noSpace, 'memberID:2 alarm:CORRUPT ');
		await until(() => expect(reader.last('alarms')?.alarms).toHaveLength(2));
		await rounds(statuses, 30);
		// Members tell of a change one after the other: each word of it is asked for once.
		expect(cluster.count('Alarm')).toBe(2);
		mention();
		await until(() => expect(reader.last('alarms')?.alarms).toEqual([]));
		await rounds(statuses, 30);
		expect(cluster.count('Alarm')).toBe(2);
		expect(reader.of('alarms')).toHaveLength(3);
	});

	it('are asked for once where a member lags behind, and where versions word them differently', async () => {
		const { members, cluster, begin } = start();
		await begin();
		members[0].status = { errors: [noSpace] };
		members[1].status = { errors: ['memberID:1  alarm:NOSPACE'] };
		members[2].status = { errors: [] };
		await until(() => expect(reader.of('alarms')).toHaveLength(1));
		await rounds(statuses, 60);
		expect(cluster.count('Alarm')).toBe(1);
	});

	it('are asked of a member that can answer', async () => {
		const { members, cluster, mention, begin } = start();
		members[0].isLearner = true;
		members[1].status = { leaderId: null };
		await begin();
		mention(noSpace);
		await until(() => expect(cluster.count('Alarm')).toBe(1));
		expect(cluster.log.find(entry => entry.startsWith('Alarm'))).toBe(`Alarm ${urlOf('3')}`);
	});

	it('are not asked for again and again where the answer is refused', async () => {
		const { members, cluster, mention, begin } = start();
		for (const member of members) member.conductOf = { Alarm: 'permission-denied' };
		await begin();
		mention(noSpace);
		await until(() => expect(cluster.count('Alarm')).toBe(1));
		await rounds(statuses, 60);
		expect(cluster.count('Alarm')).toBe(1);
		expect(reader.of('alarms')).toEqual([]);
	});
});
