import { describe, expect, it } from 'vitest';
import { type Story, story } from '../cluster/story.ts';
import { type Filled, filled, gib, mib, ms } from './filled.ts';
import { findings, healthy, severity } from './judged.ts';

const noSpace = (told: Story, atMs: number) => {
	for (const id of ['1', '2', '3'])
		told.answer(atMs, id, {
			errors: ['memberID:5 alarm:NOSPACE '],
			dbSizeBytes: 2 * gib,
			dbInUseBytes: 1.9 * gib,
			revision: 1_000_000n,
		});
	told.alarms(atMs, [{ memberId: '3', type: 'NOSPACE' }]);
	return told;
};

describe.each([
	['corrupt', 'CORRUPT', 'check-hash'],
	['nospace', 'NOSPACE', 'recover-space'],
] as const)('%s', (rule, word, operation) => {
	it('fires on the word in a Status, and names the member once it is known', () => {
		const told = healthy();
		told.answer(1000, '1', { errors: [`memberID:5 alarm:${word} `] });
		expect(findings(told, 1000, rule)).toMatchObject([
			{ severity: 'critical', member: null, evidence: expect.stringContaining('raised in the cluster') },
		]);
		told.alarms(1500, [{ memberId: '3', type: word }]);
		expect(findings(told, 1500, rule)).toMatchObject([
			{
				severity: 'critical',
				member: '3',
				evidence: expect.stringContaining('raised by m3'),
				remedy: { operation, member: null },
			},
		]);
	});

	it('is silent without it, whatever an old list says', () => {
		const told = healthy();
		told.alarms(500, [{ memberId: '3', type: word }]);
		expect(findings(told, 1000, rule)).toEqual([]);
		expect(findings(story(), 0, rule)).toEqual([]);
	});
});

describe('nospace', () => {
	const full = (patch: Partial<Filled>) =>
		noSpace(
			filled(1, () => ({ fileBytes: 2 * gib, inUseBytes: 1.9 * gib, ...patch })),
			ms(1) + 500,
		);
	const nospace = (told: Story) => findings(told, ms(1) + 500, 'nospace')[0]!;

	it('says who is full and by how much, and that kube-apiserver cannot help', () => {
		const found = nospace(full({}));
		expect(found.evidence).toContain('m1 2.1 GB of 2.1 GB (100%)');
		expect(found.reasoning.at(-1)).toContain('kube-apiserver cannot help itself');
	});

	it('tells data, history and free pages apart', () => {
		const data = nospace(full({ keys: 90_000, revision: 1_000_000, compacted: 950_000 }));
		expect(data.reasoning[0]).toBe('it is full of data: 90,000 keys, and only 50,000 revisions of history');
		expect(data.advice).toContain('delete what is not needed');
		const history = nospace(full({ keys: 90_000, revision: 1_000_000 }));
		expect(history.reasoning[0]).toBe('it is full of history: 1,000,000 revisions are kept, of only 90,000 keys');
		expect(history.advice).toMatch(/^compact/);
		const told = full({ keys: 90_000, revision: 1_000_000 });
		for (const id of ['1', '2', '3'])
			told.answer(ms(1) + 600, id, { errors: ['NOSPACE'], dbSizeBytes: 2 * gib, dbInUseBytes: gib / 2 });
		const free = findings(told, ms(1) + 600, 'nospace')[0]!;
		expect(free.reasoning[0]).toBe('1.6 GB of 2.1 GB (75%) are free pages');
		expect(free.advice).toMatch(/^defragment/);
	});

	it('names no cause where no metrics tell one', () => {
		expect(nospace(full({})).reasoning).toHaveLength(1);
	});

	it('says so where there is room again and only the alarm is left', () => {
		const told = full({});
		for (const id of ['1', '2', '3']) told.answer(ms(1) + 600, id, { errors: ['NOSPACE'] });
		const [found] = findings(told, ms(1) + 600, 'nospace');
		expect(found!.evidence).toContain('no file is above 90% of its quota any more');
		expect(found!.advice).toContain('disarm');
	});

	it('does not call it over while a member that may be the full one does not tell its size', () => {
		const told = full({});
		for (const id of ['1', '2']) told.answer(ms(1) + 600, id, { errors: ['NOSPACE'] });
		told.fail(ms(1) + 600, '3', 'refused');
		const [found] = findings(told, ms(1) + 600, 'nospace');
		expect(found!.evidence).toContain('of those that tell their size');
		expect(found!.evidence).toContain('m3 does not');
		expect(found!.advice).toContain('bring m3 back');
	});

	it('does not take room under a quota that is only assumed for room', () => {
		const told = healthy();
		for (const id of ['1', '2', '3']) told.answer(1000, id, { errors: ['NOSPACE'], dbSizeBytes: 34_000_000 });
		const [found] = findings(told, 1000, 'nospace');
		expect(found!.evidence).toContain('how full the files are is not known');
		expect(found!.evidence).toContain('34 MB of an assumed 2.1 GB (2%)');
		expect(found!.advice).toMatch(/^give --quota/);
	});

	it('speaks for the quota, free pages and history that led to it', () => {
		const told = full({ keys: 10, revision: 1_000_000 });
		for (const rule of ['quota-use', 'fragmentation', 'compaction-stuck', 'size-spread'])
			expect(findings(told, ms(1) + 500, rule)).toEqual([]);
	});
});

describe('quota-use', () => {
	const at = (part: number, dbInUseBytes = 10) => {
		const told = healthy();
		told.answer(1000, '2', { dbSizeBytes: part * 2 * gib, dbInUseBytes });
		return told;
	};

	it('warns at 80 % and is critical at 90 %, where NOSPACE can no longer be lifted', () => {
		expect([0.79, 0.81, 0.89, 0.91].map(part => severity(at(part), 1000, 'quota-use'))).toEqual([
			null,
			'warning',
			'warning',
			'critical',
		]);
	});

	it('gives numbers, says that the quota is assumed, and whether a defragmentation helps', () => {
		const [finding] = findings(at(0.85), 1000, 'quota-use');
		expect(finding).toMatchObject({
			member: '2',
			title: 'm2 is at 85% of its quota',
			remedy: { operation: 'defragment-cluster' },
			chart: { kind: 'gauge', gauge: 'dbSize', member: '2' },
		});
		expect(finding!.evidence).toMatch(/^1\.8 GB of 2\.1 GB \(2 GiB\) \(assumed.*10 B in use/);
		expect(finding!.advice).toContain('free pages');
		expect(findings(at(0.85, 1.7 * gib), 1000, 'quota-use')[0]).toMatchObject({
			advice: expect.stringContaining('what grows'),
			remedy: null,
		});
	});

	const growing = (perMinute: number, patch: (minute: number) => Partial<Filled> = () => ({})) =>
		filled(300, minute => {
			const bytes = gib + minute * perMinute;
			return { fileBytes: bytes, inUseBytes: bytes, ...patch(minute) };
		});

	it('warns where both the last hour and four hours leave less than four hours', () => {
		// 1 GiB and 900 MiB are used after 300 minutes; 124 MiB are left, at 3 MiB a minute.
		const [found] = findings(growing(3 * mib), ms(200), 'quota-use');
		expect(found).toMatchObject({ severity: 'warning', title: expect.stringMatching(/^m1 is full in 2h 2\dm$/) });
		expect(found!.evidence).toMatch(/full in 2h \d\dm at the pace of the last 1h 00m; full in 2h \d\dm at .* 3h 20m/);
	});

	it('does not warn of a burst: the last hour alone, or too little of it', () => {
		const late = (minute: number) => Math.max(0, minute - 280) * 8 * mib;
		const burst = filled(300, minute => ({ fileBytes: gib + late(minute), inUseBytes: gib + late(minute) }));
		expect(findings(burst, ms(300), 'quota-use')).toEqual([]);
		expect(findings(growing(8 * mib), ms(20), 'quota-use')).toEqual([]);
	});

	it('is critical with less than an hour', () => {
		expect(severity(growing(8 * mib), ms(75), 'quota-use')).toBe('critical');
	});

	it.each([
		[
			'data',
			(minute: number) => ({ keys: 10_000 + minute * 500, revision: 1000 + minute * 600, compacted: minute * 600 }),
			/^data grows: in use by 189 MB an hour, keys rose by 30,000 to 110,000/,
			null,
		],
		[
			'history',
			(minute: number) => ({ keys: 10_000, revision: 1000 + minute * 600, compacted: 500 }),
			/^history grows, compaction does not keep up: in use by 189 MB an hour, keys rose by 0 to 10,000, 120,500 revisions are kept/,
			'compact',
		],
	])('tells by keys and revisions that %s grows', (_, records, words, remedy) => {
		const [found] = findings(growing(3 * mib, records), ms(200), 'quota-use');
		expect(found!.reasoning).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
		expect(found!.remedy?.operation ?? null).toBe(remedy);
	});

	it('tells free pages by a file that grows alone', () => {
		const told = filled(200, minute => ({ fileBytes: gib + minute * 3 * mib, inUseBytes: gib / 4, keys: 5 }));
		const [found] = findings(told, ms(200), 'quota-use');
		expect(found!.reasoning.join()).toContain('only the file grows, by 189 MB an hour: free pages pile up');
		expect(found).toMatchObject({ remedy: { operation: 'defragment-cluster' } });
	});

	it('names no cause without metrics', () => {
		const [found] = findings(growing(3 * mib), ms(200), 'quota-use');
		expect(found!.reasoning).toEqual([expect.stringContaining('95%')]);
	});

	it('says of how many others it is true', () => {
		const told = filled(30, () => ({ fileBytes: 1.7 * gib, inUseBytes: 1.7 * gib }));
		const found = findings(told, ms(30), 'quota-use');
		expect(found).toHaveLength(1);
		expect(found[0]!.evidence).toContain('2 more above 80%');
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

describe('fragmentation', () => {
	const sized = (sizes: Readonly<Record<string, readonly [file: number, inUse: number]>>) => {
		const told = healthy();
		for (const [id, [file, inUse]] of Object.entries(sizes))
			told.answer(1000, id, { dbSizeBytes: file * mib, dbInUseBytes: inUse * mib });
		return told;
	};

	it('names the one member that is worth it, with the size that it would have', () => {
		const told = sized({ 1: [120, 110], 2: [200, 105], 3: [121, 110] });
		expect(findings(told, 1000, 'fragmentation')).toMatchObject([
			{
				severity: 'info',
				member: '2',
				evidence: 'm2 210 MB → about 110 MB',
				remedy: { operation: 'defragment-member', member: '2' },
			},
		]);
		expect(findings(told, 1000, 'fragmentation')[0]!.reasoning[1]).toMatch(
			/^m1 and m3: 126 MB and 127 MB, so .* evenly/,
		);
	});

	it('is one finding for several members', () => {
		expect(findings(sized({ 1: [500, 250], 2: [500, 250], 3: [500, 250] }), 1000, 'fragmentation')).toMatchObject([
			{ member: null, title: '786 MB of free pages on 3 members', remedy: { operation: 'defragment-cluster' } },
		]);
	});

	it('is silent below its limits, where the quota says it, and of whom nothing is known', () => {
		expect(findings(sized({ 1: [99, 9], 2: [300, 170] }), 1000, 'fragmentation')).toEqual([]);
		expect(findings(sized({ 1: [1800, 100] }), 1000, 'fragmentation')).toEqual([]);
		const down = sized({ 2: [500, 100] });
		down.fail(2000, '2');
		expect(findings(down, 2000, 'fragmentation')).toEqual([]);
		expect(findings(story(), 0, 'fragmentation')).toEqual([]);
	});
});

describe('size-spread', () => {
	const sized = (file: readonly number[], inUse: readonly number[], minutes = 12, writes = 60) =>
		filled(minutes, (minute, id) => ({
			fileBytes: file[Number(id) - 1]! * mib,
			inUseBytes: inUse[Number(id) - 1]! * mib,
			revision: 1000 + minute * writes,
		}));

	it('finds the file that was not defragmented, where that is not yet worth a finding of its own', () => {
		expect(findings(sized([190, 330, 195], [180, 185, 180]), ms(12), 'size-spread')).toMatchObject([
			{
				severity: 'info',
				member: '2',
				title: 'm2’s file is 1.7 times as large as m1’s',
				remedy: { operation: 'defragment-member', member: '2' },
			},
		]);
		expect(findings(sized([200, 500, 200], [180, 180, 180]), ms(12), 'size-spread')).toEqual([]);
	});

	it('asks for hashes where as much more is in use, for ten minutes', () => {
		const told = sized([400, 402, 190], [390, 395, 180]);
		expect(findings(told, ms(12), 'size-spread')).toMatchObject([
			{ severity: 'info', title: 'm2 has 2.2 times as much in use as m3', remedy: { operation: 'check-hash' } },
		]);
		expect(findings(told, ms(9), 'size-spread')).toEqual([]);
	});

	it('does not trust what an idle member counts as in use', () => {
		expect(findings(sized([400, 402, 395], [390, 395, 180], 12, 0), ms(12), 'size-spread')).toEqual([]);
	});

	it('is silent where sizes are alike, small, or of one member only', () => {
		expect(findings(sized([200, 250, 210], [180, 180, 180]), ms(12), 'size-spread')).toEqual([]);
		expect(findings(sized([20, 80, 20], [15, 15, 15]), ms(12), 'size-spread')).toEqual([]);
		const told = sized([190, 330, 195], [180, 185, 180]);
		for (const id of ['1', '3']) told.fail(ms(12) + 1, id);
		expect(findings(told, ms(12) + 1, 'size-spread')).toEqual([]);
		expect(findings(story(), 0, 'size-spread')).toEqual([]);
	});
});
