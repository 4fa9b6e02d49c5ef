import { describe, expect, it } from 'vitest';
import { memberOf, type Story, story } from '../cluster/story.ts';
import { findings, healthy, severity } from './judged.ts';

const gib = 1024 ** 3;

describe.each([
	['corrupt', 'CORRUPT'],
	['nospace', 'NOSPACE'],
] as const)('%s', (rule, word) => {
	it('fires on the word in a Status, and names the member once it is known', () => {
		const told = healthy();
		told.answer(1000, '1', { errors: [`memberID:5 alarm:${word} `] });
		expect(findings(told, 1000, rule)).toMatchObject([
			{ severity: 'critical', member: null, evidence: expect.stringContaining('raised in the cluster') },
		]);
		told.alarms(1500, [{ memberId: '3', type: word }]);
		expect(findings(told, 1500, rule)).toMatchObject([
			{ severity: 'critical', member: '3', evidence: expect.stringContaining('raised by m3') },
		]);
	});

	it('is silent without it, whatever an old list says', () => {
		const told = healthy();
		told.alarms(500, [{ memberId: '3', type: word }]);
		expect(findings(told, 1000, rule)).toEqual([]);
		expect(findings(story(), 0, rule)).toEqual([]);
	});
});

describe('quota-use', () => {
	const at = (part: number, dbInUseBytes = 10) => {
		const told = healthy();
		told.answer(1000, '2', { dbSizeBytes: part * 2 * gib, dbInUseBytes });
		return told;
	};

	it('warns at 80 % and is critical at 95 %', () => {
		expect([0.79, 0.81, 0.94, 0.96].map(part => severity(at(part), 1000, 'quota-use'))).toEqual([
			null,
			'warning',
			'warning',
			'critical',
		]);
	});

	it('gives numbers, says that the quota is assumed, and whether a defragmentation helps', () => {
		const [finding] = findings(at(0.85), 1000, 'quota-use');
		expect(finding).toMatchObject({ member: '2', title: 'm2 is at 85% of its quota' });
		expect(finding!.evidence).toMatch(/^1\.8 GB of 2\.1 GB \(2 GiB\) \(assumed.*10 B in use/);
		expect(finding!.advice).toContain('free pages');
		expect(findings(at(0.85, 1.6 * gib), 1000, 'quota-use')[0]!.advice).toContain('what grows');
	});

	it('says how long it takes at this pace, and of how many others it is true', () => {
		const told = story();
		told.list(
			0,
			['1', '2', '3'].map(id => memberOf(id)),
		);
		for (let minute = 1; minute <= 30; minute++)
			for (const id of ['1', '2', '3']) {
				const bytes = 1.7 * gib + minute * 1024 ** 2 * 2;
				told.answer(minute * 60_000, id, { dbSizeBytes: bytes, dbInUseBytes: bytes });
			}
		const found = findings(told, 1_800_000, 'quota-use');
		expect(found).toHaveLength(1);
		expect(found[0]!.evidence).toMatch(/full in 2h \d\dm at this pace; 2 more above 80%/);
	});

	it('is silent without a quota, and about a member that does not answer', () => {
		const told = healthy();
		told.answer(1000, '2', { dbSizeBytes: 2 * gib, dbSizeQuotaBytes: -1 });
		expect(findings(told, 1000, 'quota-use')).toEqual([]);
		const down = at(0.96);
		down.fail(2000, '2');
		expect(findings(down, 2000, 'quota-use')).toEqual([]);
		expect(findings(story(), 0, 'quota-use')).toEqual([]);
	});
});

describe('apply-lag', () => {
	const lagging = (entries: (second: number) => bigint): Story => {
		const told = healthy();
		for (let second = 1; second <= 20; second++)
			told.answer(second * 1000, '2', { raftIndex: 50_000n, raftAppliedIndex: 50_000n - entries(second) });
		return told;
	};

	it('warns where it lasts, and is critical where etcd refuses requests', () => {
		expect(
			severity(
				lagging(() => 2000n),
				20_000,
				'apply-lag',
			),
		).toBe('warning');
		expect(
			severity(
				lagging(() => 6000n),
				20_000,
				'apply-lag',
			),
		).toBe('critical');
	});

	it('is silent about a burst, and before it has lasted', () => {
		expect(
			findings(
				lagging(second => (second % 9 === 0 ? 0n : 9000n)),
				20_000,
				'apply-lag',
			),
		).toEqual([]);
		expect(
			findings(
				lagging(() => 9000n),
				5000,
				'apply-lag',
			),
		).toEqual([]);
	});

	it('is silent about who does not answer', () => {
		const told = lagging(() => 9000n);
		told.fail(20_500, '2');
		expect(findings(told, 20_500, 'apply-lag')).toEqual([]);
		const unasked = story();
		unasked.list(0, [memberOf('1')]);
		expect(findings(unasked, 0, 'apply-lag')).toEqual([]);
	});
});
