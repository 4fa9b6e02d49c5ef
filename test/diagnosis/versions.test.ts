import { describe, expect, it } from 'vitest';
import type { MemberStatus } from '../../source/cluster/member.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';
import { findings, healthy, three } from './judged.ts';

function running(patches: readonly Partial<MemberStatus>[], members = three, seconds = 100): Story {
	const told = healthy(0, members);
	for (const atMs of [0, seconds * 1000])
		members.forEach(({ id }, index) => {
			told.answer(atMs, id, patches[index] ?? patches[0] ?? {});
		});
	return told;
}

const found = (told: Story, rule: string) => findings(told, 100_000, rule);
const versions = (...all: string[]) => running(all.map(version => ({ version })));

describe('version-skew', () => {
	it('informs of mixed versions, and warns of more than one minor', () => {
		expect(found(versions('3.5.30', '3.6.14', '3.5.30'), 'version-skew')).toMatchObject([
			{ severity: 'info', evidence: 'm1 and m3: 3.5.30; m2: 3.6.14' },
		]);
		expect(found(versions('3.5.30', '3.5.9', '3.5.30'), 'version-skew')).toMatchObject([{ severity: 'info' }]);
		expect(found(versions('3.4.23', '3.6.14', '3.5.30'), 'version-skew')).toMatchObject([{ severity: 'warning' }]);
		expect(found(versions('3.5.30', '4.0.0', '3.5.30'), 'version-skew')).toMatchObject([{ severity: 'warning' }]);
	});

	it('is silent where all are the same, where a downgrade explains it, and about who does not tell', () => {
		expect(found(versions('3.5.30'), 'version-skew')).toEqual([]);
		const down = running([{ version: '3.6.14', downgradeTarget: '3.5.0' }, { version: '3.5.30' }]);
		expect(found(down, 'version-skew')).toEqual([]);
		expect(found(versions('3.5.30', 'unknown', '3.5.30'), 'version-skew')).toEqual([]);
		const silent = versions('3.5.30', '3.6.14', '3.5.30');
		silent.fail(100_000, '2');
		expect(found(silent, 'version-skew')).toEqual([]);
		expect(found(story(), 'version-skew')).toEqual([]);
	});
});

describe('storage-version', () => {
	const at = (storageVersion: string | null, version = '3.6.14') => running([{ version, storageVersion }]);

	it('informs of one that stays behind the servers', () => {
		expect(found(at('3.5.0'), 'storage-version')).toMatchObject([
			{ severity: 'info', evidence: expect.stringContaining('storage version 3.5.0, server 3.6.14') },
		]);
	});

	it('is silent where it is right, during an upgrade or a downgrade, just after it, and before 3.6', () => {
		expect(found(at('3.6.0'), 'storage-version')).toEqual([]);
		expect(found(at(null, '3.5.30'), 'storage-version')).toEqual([]);
		const mixed = running([{ version: '3.6.14', storageVersion: '3.5.0' }, { version: '3.5.30' }]);
		expect(found(mixed, 'storage-version')).toEqual([]);
		const down = running([{ version: '3.6.14', storageVersion: '3.5.0', downgradeTarget: '3.5.0' }]);
		expect(found(down, 'storage-version')).toEqual([]);
		const restarted = at('3.5.0');
		restarted.fail(100_001, '2');
		restarted.answer(100_002, '2', { version: '3.6.14', storageVersion: '3.5.0' });
		expect(findings(restarted, 100_003, 'storage-version')).toEqual([]);
		expect(found(story(), 'storage-version')).toEqual([]);
	});
});

describe('downgrade', () => {
	it('tells its target and who is left', () => {
		const told = running([
			{ version: '3.6.14', downgradeTarget: '3.5.0', storageVersion: '3.5.0' },
			{ version: '3.5.30' },
			{ version: '3.6.14', downgradeTarget: '3.5.0' },
		]);
		expect(found(told, 'downgrade')).toMatchObject([
			{
				severity: 'info',
				title: 'a downgrade to 3.5.0 is under way',
				evidence: 'still newer: m1 and m3; storage version 3.5.0',
			},
		]);
	});

	it('is silent without one', () => {
		expect(found(versions('3.6.14'), 'downgrade')).toEqual([]);
		expect(found(story(), 'downgrade')).toEqual([]);
	});
});

describe('known-faults', () => {
	it('lists what the version has, in one finding', () => {
		const [finding, ...others] = found(versions('3.5.4'), 'known-faults');
		expect(others).toEqual([]);
		expect(finding).toMatchObject({
			severity: 'info',
			title: 'etcd 3.5.4 has known faults that maintenance meets',
			evidence: '6 are mended in later releases; m1, m2 and m3 run 3.5.4',
		});
		expect(finding!.reasoning).toContain(
			'watchers may miss events after a compaction (when history is compacted; mended in 3.4.31 and 3.5.13)',
		);
	});

	it('warns where data is at stake whatever is done', () => {
		expect(found(versions('3.5.2'), 'known-faults')).toMatchObject([
			{ severity: 'warning', title: 'etcd 3.5.2 may lose or change data' },
		]);
		expect(found(versions('3.5.30', '3.5.1', '3.5.30'), 'known-faults')).toMatchObject([
			{ severity: 'warning', evidence: expect.stringContaining('m2 runs 3.5.1') },
		]);
		expect(found(versions('3.4.23'), 'known-faults')).toMatchObject([{ severity: 'info' }]);
	});

	it('counts what concerns learners only where there is one', () => {
		expect(found(versions('3.6.11'), 'known-faults')).toEqual([]);
		const members = [memberOf('1'), memberOf('2'), memberOf('3', { isLearner: true })];
		expect(found(running([{ version: '3.6.11' }], members), 'known-faults')).toMatchObject([
			{ severity: 'info', evidence: expect.stringMatching(/^one is mended/) },
		]);
	});

	it('is silent about the last releases, what their line does not mend, and unknown versions', () => {
		for (const version of ['3.4.38', '3.5.30', '3.6.12', '3.7.1', 'git'])
			expect(found(versions(version), 'known-faults')).toEqual([]);
		expect(
			found(running([{ version: '3.5.30' }], [memberOf('1'), memberOf('2', { isLearner: true })]), 'known-faults'),
		).toEqual([]);
		expect(found(story(), 'known-faults')).toEqual([]);
	});
});
