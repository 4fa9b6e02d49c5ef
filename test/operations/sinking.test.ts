import { describe, expect, it } from 'vitest';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { type Sinkings, sink } from '../../source/operations/steps/sinking.ts';
import type { Look } from '../../source/operations/world.ts';
import { memberOf, story } from '../cluster/story.ts';

const compactRevision = 'etcd_debugging_mvcc_compact_revision';
const compactedKeys = 'etcd_debugging_mvcc_db_compaction_keys_total';

type Told = { readonly inUse?: number; readonly compacted?: number; readonly keys?: number };

/** What two members tell; null where one does not answer. */
function lookOf(...told: readonly (Told | null)[]): Look {
	const { history, ...play } = story();
	play.list(
		0,
		told.map((_, index) => memberOf(String(index + 1))),
	);
	for (const [index, member] of told.entries()) {
		const id = String(index + 1);
		if (member === null) {
			play.fail(10, id);
			continue;
		}
		const { inUse = 10_000_000, compacted = 90, keys } = member;
		play.answer(10, id, { dbInUseBytes: inUse });
		play.scrape(10, id, [
			[compactRevision, compacted],
			...(keys === undefined ? [] : [[compactedKeys, keys] as const]),
		]);
	}
	return { history, atMs: 20, snapshot: snapshotAt(history, 20) };
}

const before = lookOf({ keys: 5, compacted: 10 }, { keys: 5, compacted: 10 });

/** The states of the members after looks, one second apart. */
function statesAfter(looks: readonly Look[]): readonly string[] {
	let sinkings: Sinkings = new Map();
	for (const [index, now] of looks.entries())
		sinkings = sink(sinkings, { before, now, revision: 90n, nowMs: index * 1000 });
	return [...sinkings.values()].map(({ state }) => state);
}

const times = (count: number, look: Look): readonly Look[] => Array.from({ length: count }, () => look);

describe('following the sizes after a compaction', () => {
	it('waits for every member, not only for the one that was quick', () => {
		const quick = { inUse: 20_000, keys: 9 };
		const looks = [30, 20, 10].map(megabytes => lookOf(quick, { inUse: megabytes * 1e6, keys: 5 }));
		expect(statesAfter([...looks, ...times(3, looks[2]!)])).toEqual(['settled', 'sinking']);
		expect(statesAfter([...looks, ...times(10, looks[2]!)])).toEqual(['settled', 'settled']);
	});

	it('takes the word of a member that it is through', () => {
		const look = lookOf({ keys: 6 }, { keys: 5 });
		expect(statesAfter(times(4, look))).toEqual(['settled', 'sinking']);
	});

	it('starts counting anew when the size falls, and not for what goes up and down', () => {
		const falls = (inUse: number) => lookOf({ inUse, keys: 9 });
		expect(statesAfter([10e6, 10e6, 10e6, 9e6].map(falls))).toEqual(['sinking']);
		expect(statesAfter([10e6, 9.99e6, 10.5e6, 9.98e6].map(falls))).toEqual(['settled']);
	});

	it('does not call a member settled that has not compacted yet', () => {
		expect(statesAfter(times(20, lookOf({ compacted: 89, keys: 9 })))).toEqual(['behind']);
		expect(statesAfter(times(20, lookOf({ compacted: 90, keys: 9 })))).toEqual(['settled']);
	});

	it('knows since when a member is silent', () => {
		let sinkings: Sinkings = new Map();
		for (const [nowMs, now] of [
			[0, lookOf({}, {})],
			[1000, lookOf({}, null)],
			[2000, lookOf({}, null)],
		] as const)
			sinkings = sink(sinkings, { before, now, revision: 90n, nowMs });
		expect([...sinkings.values()][1]).toMatchObject({ name: 'm2', state: 'silent', sinceMs: 1000 });
	});
});
