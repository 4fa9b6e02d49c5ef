import { describe, expect, it } from 'vitest';
import { resourceRates, watchLines } from '../../source/cluster/watch-view.ts';
import { changeOf, failureOf, type Story, story } from './story.ts';

const names = (told: Story, query: Partial<Parameters<typeof watchLines>[1]> = {}) =>
	watchLines(told.history, { atMs: 1e9, limit: 100, ...query }).lines.map(line =>
		line.kind === 'change' ? line.change.name : line.kind,
	);

function busy(): Story {
	const told = story();
	told.watch(0, { kind: 'connecting' });
	told.watch(10, { kind: 'live', endpoint: 'x', fromRevision: 5n });
	told.keys(1000, { pods: { put: 2, bytes: 200 } }, [changeOf('default/a'), changeOf('default/b')]);
	told.watch(2000, { kind: 'interrupted', failure: failureOf('timeout') });
	told.watch(2500, { kind: 'gap', fromRevision: 10n, toRevision: 1213n, reason: 'compacted' });
	const lease = changeOf('kube-node-lease/n1', { resource: 'leases', isNoise: true });
	told.keys(3000, { pods: { delete: 1 }, leases: { put: 900, bytes: 900 } }, [changeOf('default/A.c'), lease], 899);
	return told;
}

describe('watchLines', () => {
	it('tells changes, gaps and what was not listed in the order of time', () => {
		expect(names(busy())).toEqual([
			'live',
			'default/a',
			'default/b',
			'interrupted',
			'gap',
			'default/A.c',
			'kube-node-lease/n1',
			'unlisted',
		]);
	});

	it('says how many revisions a gap has', () => {
		const gap = watchLines(busy().history, { atMs: 1e9, limit: 9 }).lines.find(({ kind }) => kind === 'gap');
		expect(gap).toMatchObject({ missed: 1204n, reason: 'compacted' });
	});

	it('scrolls back, and stands still at a moment', () => {
		expect(names(busy(), { limit: 2, offset: 1 })).toEqual(['default/A.c', 'kube-node-lease/n1']);
		expect(names(busy(), { atMs: 2000 })).toEqual(['live', 'default/a', 'default/b', 'interrupted']);
		expect(names(busy(), { limit: 5, offset: 100 })).toEqual([]);
	});

	it('filters by text, taken as it is, whatever its case', () => {
		expect(names(busy(), { text: 'a.C' })).toEqual(['live', 'interrupted', 'gap', 'default/A.c']);
		expect(names(busy(), { text: 'LEASES' })).toContain('kube-node-lease/n1');
		expect(names(busy(), { text: '(' })).toEqual(['live', 'interrupted', 'gap']);
	});

	it('filters by resource, and hides noise', () => {
		expect(names(busy(), { resource: 'leases' })).toEqual(['live', 'interrupted', 'gap', 'kube-node-lease/n1']);
		const { lines, matching } = watchLines(busy().history, { atMs: 1e9, limit: 3, hideNoise: true });
		expect(lines.map(({ kind }) => kind)).toEqual(['gap', 'change', 'unlisted']);
		expect(matching).toBe(7);
	});

	it('keeps the last lines only, each under its own number', () => {
		const told = story();
		for (let batch = 0; batch < 60; batch++)
			told.keys(
				batch * 100,
				{},
				Array.from({ length: 100 }, (_, index) => changeOf(`${batch * 100 + index}`)),
			);
		const { lines, matching } = watchLines(told.history, { atMs: 1e9, limit: 6000 });
		expect([matching, lines.at(0), lines.at(-1)]).toMatchObject([5000, { sequence: 1000 }, { sequence: 5999 }]);
	});

	it('cuts long names', () => {
		const told = story();
		told.keys(0, {}, [changeOf('x'.repeat(10_000))]);
		expect(names(told)[0]!.length).toBeLessThan(300);
	});
});

describe('resourceRates', () => {
	it('counts what is hidden or was not listed, the busiest first', () => {
		expect(resourceRates(busy().history, 3000, 10)).toEqual([
			{ resource: 'leases', putsPerSecond: 450, deletesPerSecond: 0, bytesPerSecond: 450, total: 900 },
			{ resource: 'pods', putsPerSecond: 1, deletesPerSecond: 0.5, bytesPerSecond: 100, total: 3 },
		]);
	});

	it('forgets the rate, not the total', () => {
		const [leases] = resourceRates(busy().history, 60_000, 10);
		expect(leases).toMatchObject({ resource: 'leases', putsPerSecond: 0, total: 900 });
	});

	it('knows what it was at an earlier moment', () => {
		expect(resourceRates(busy().history, 2500, 10)).toMatchObject([{ resource: 'pods', total: 2 }]);
		expect(resourceRates(busy().history, 10, 10)).toEqual([]);
		expect(resourceRates(story().history, 10, 10)).toEqual([]);
	});

	it('counts batches that come faster than it keeps them', () => {
		const told = story();
		for (let batch = 0; batch < 20_000; batch++) told.keys(batch * 100, { pods: { put: 1 } });
		expect(resourceRates(told.history, 1_999_900, 60)[0]).toMatchObject({ total: 20_000 });
		expect(resourceRates(told.history, 1_999_900, 60)[0]!.putsPerSecond).toBeCloseTo(10, 0);
		expect(resourceRates(told.history, 1_000_000, 60)[0]!.putsPerSecond).toBeCloseTo(10, -1);
	});

	it('puts what is beyond the bound together, and nonsense at nothing', () => {
		const told = story();
		for (let index = 0; index < 1000; index++)
			told.keys(index, { [`r${index}`]: { put: 1, bytes: Number.NaN, delete: -5 } });
		const rates = resourceRates(told.history, 2000, 10);
		expect(rates).toHaveLength(128);
		expect(rates[0]).toMatchObject({ resource: 'other', total: 1000 - 127, bytesPerSecond: 0 });
	});
});
