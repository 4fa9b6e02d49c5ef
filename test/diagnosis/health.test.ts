import { describe, expect, it } from 'vitest';
import { record } from '../../source/cluster/history.ts';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { type Health, healthOf } from '../../source/diagnosis/health.ts';
import { rules } from '../../source/diagnosis/index.ts';
import { memberOf, type Story, startTimeMs, story } from '../cluster/story.ts';
import { healthy, three } from './judged.ts';

function health(told: Story, atMs: number): Health {
	const snapshot = snapshotAt(told.history, atMs);
	return healthOf(snapshot, diagnose(told.history, atMs, snapshot));
}

describe('healthOf', () => {
	it('is healthy where nothing is wrong, and where something is only worth knowing', () => {
		expect(health(healthy(), 0)).toEqual({ level: 'healthy', cause: 'all 3 members serve, m1 leads' });
		expect(health(healthy(0, [memberOf('1')]), 0)).toEqual({
			level: 'healthy',
			cause: 'its one member serves, m1 leads',
		});
	});

	it('does not say of a cluster what is known of the endpoints that are read alone', () => {
		const told = story();
		const read = (...members: typeof three) => {
			const targets = members.map(({ id }) => ({ key: id, endpoint: `http://${id}:2379` }));
			const list = { kind: 'members', clusterId: 'c1', members: three, failure: null, targets } as const;
			record(told.history, { atMs: 0, timeMs: startTimeMs, ...list });
			for (const { id } of members) told.answer(0, id);
		};
		read(three[1]!);
		expect(health(told, 0).cause).toBe('the only one read of 3 members serves, m1 leads');
		read(three[1]!, three[2]!);
		expect(health(told, 0)).toEqual({ level: 'healthy', cause: 'all 2 that are read of 3 members serve, m1 leads' });
	});

	it('is as bad as the worst finding, which is its cause', () => {
		const told = healthy();
		told.fail(1000, '3');
		expect(health(told, 1000)).toEqual({ level: 'warning', cause: 'm3 is down: refused; no voter to spare' });
		told.answer(2000, '1', { errors: ['alarm:NOSPACE'] });
		expect(health(told, 2000)).toEqual({ level: 'critical', cause: 'NOSPACE: writes are refused' });
	});

	it('is unreachable where nobody answers', () => {
		const told = healthy();
		for (const { id } of three) told.fail(1000, id, id === '1' ? 'timeout' : 'refused');
		expect(health(told, 1000)).toEqual({ level: 'unreachable', cause: 'no member can be read: no answer, refused' });
	});

	it('is unreachable where only a member of another cluster answers', () => {
		const told = healthy();
		for (const id of ['1', '3']) told.fail(1000, id);
		told.answer(1000, '2', { clusterId: 'other' });
		expect(health(told, 1000).level).toBe('unreachable');
	});

	it('waits before the first answer', () => {
		const told = story();
		expect(health(told, 0).level).toBe('waiting');
		told.list(0, three);
		expect(health(told, 0)).toEqual({ level: 'waiting', cause: 'waiting for the first answer' });
	});

	it('waits again where its own reading stopped', () => {
		expect(health(healthy(), 60_000)).toEqual({ level: 'waiting', cause: 'no reading for a while' });
	});
});

describe('diagnose', () => {
	it('puts the most severe first', () => {
		const told = healthy();
		told.scrape(900, '2', [['etcd_disk_defrag_inflight', 1]]);
		told.fail(1000, '2', 'timeout');
		told.answer(1000, '1', { dbSizeBytes: 2 * 1024 ** 3 });
		const found = diagnose(told.history, 1000).map(({ rule, severity }) => [rule, severity]);
		expect(found).toEqual([
			['quota-use', 'critical'],
			['quorum-at-risk', 'info'],
			['defragmenting', 'info'],
		]);
	});

	it('has rules with names of their own, in kebab-case', () => {
		const names = rules.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
	});
});
