import { describe, expect, it } from 'vitest';
import type { MemberStatus } from '../../source/cluster/member.ts';
import { memberOf, type Story, story } from '../cluster/story.ts';
import { findings } from './judged.ts';

type Position = Pick<MemberStatus, 'revision' | 'raftAppliedIndex'>;

/** Members that are asked once a second, each a little later than the one before. */
function asked(count: number, seconds: number, at: (second: number, id: string) => Position | null): Story {
	const told = story();
	const ids = Array.from({ length: count }, (_, index) => `${index + 1}`);
	told.list(
		0,
		ids.map(id => memberOf(id)),
	);
	for (let second = 0; second <= seconds; second++)
		for (const id of ids) {
			const atMs = second * 1000 + Number(id) * 30;
			const position = at(second + Number(id) * 0.03, id);
			if (position === null) told.fail(atMs, id, 'timeout');
			else told.answer(atMs, id, { ...position, raftIndex: position.raftAppliedIndex });
		}
	return told;
}

const diverging = (told: Story, second: number) => findings(told, second * 1000 + 500, 'revisions-diverge');

/** At so many writes a second the index and the revision of a moment. */
const written = (second: number, perSecond: number, lostRevisions = 0): Position => {
	const entries = Math.floor(second * perSecond);
	return { revision: BigInt(100_000 + entries - lostRevisions), raftAppliedIndex: BigInt(1000 + entries) };
};

describe('revisions-diverge', () => {
	it.each([0, 3, 50, 2000])('finds the member that lost revisions, at %d writes a second', perSecond => {
		const told = asked(3, 20, (second, id) => written(second, perSecond, id === '2' ? 9000 : 0));
		expect(diverging(told, 20)).toMatchObject([
			{
				severity: 'critical',
				member: '2',
				title: 'm2 has other revisions than the rest',
				remedy: { operation: 'check-hash', member: null },
			},
		]);
	});

	it('gives the difference, and for how long', () => {
		const told = asked(3, 20, (second, id) => written(second, 0, id === '3' ? -1 : 0));
		expect(diverging(told, 20)[0]!.evidence).toMatch(
			/^m3 is 1 revision ahead of m1 at the same raft index, for \d\ds$/,
		);
	});

	it('blames the leader where all others agree against it', () => {
		const told = asked(3, 20, (second, id) => written(second, 0, id === '1' ? 5 : 0));
		expect(diverging(told, 20)).toMatchObject([{ member: '1' }]);
	});

	it('blames nobody of two', () => {
		const told = asked(2, 20, (second, id) => written(second, 0, id === '1' ? 5 : 0));
		expect(diverging(told, 20)).toMatchObject([{ member: null, title: 'm1, m2 have different revisions' }]);
	});

	it('is silent about members that are late, however late, and however busy all are', () => {
		for (const perSecond of [0, 1, 700, 30_000]) {
			const told = asked(3, 20, (second, id) => written(id === '2' ? Math.max(0, second - 8) : second, perSecond));
			expect(diverging(told, 20)).toEqual([]);
		}
	});

	it('is silent about a Status whose revision was read a moment after its index', () => {
		const told = asked(3, 20, (second, id) => {
			const { raftAppliedIndex, revision } = written(second, 5000);
			return { raftAppliedIndex, revision: revision + (id === '2' ? 40n : 0n) };
		});
		expect(diverging(told, 20)).toEqual([]);
	});

	it('waits for ten seconds, and is over when they agree', () => {
		const told = asked(3, 40, (second, id) => written(second, 0, id === '2' && second > 10 && second < 30 ? 5 : 0));
		expect(diverging(told, 19)).toEqual([]);
		expect(diverging(told, 25)).toHaveLength(1);
		expect(diverging(told, 32)).toEqual([]);
	});

	it('leaves it to the CORRUPT alarm, and says nothing of who does not answer or does not tell', () => {
		const told = asked(3, 20, (second, id) => written(second, 0, id === '2' ? 5 : 0));
		told.answer(20_400, '1', { ...written(20, 0), errors: ['alarm:CORRUPT'] });
		expect(diverging(told, 20)).toEqual([]);
		const silent = asked(3, 20, (second, id) =>
			id === '2' && second > 15 ? null : written(second, 0, id === '2' ? 5 : 0),
		);
		expect(diverging(silent, 20)).toEqual([]);
		const untold = asked(3, 20, (_, id) => ({ revision: BigInt(id), raftAppliedIndex: 0n }));
		expect(diverging(untold, 20)).toEqual([]);
		expect(findings(story(), 0, 'revisions-diverge')).toEqual([]);
	});
});
