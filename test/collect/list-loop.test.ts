import { describe, expect, it, vi } from 'vitest';
import { listLoop } from '../../source/collect/list-loop.ts';
import { type FakeMember, fakeCluster, fakeMember, urlOf } from '../support/fake-calls.ts';
import { optionsOf } from './reader.ts';

const { pauses } = vi.hoisted(() => ({ pauses: [] as number[] }));
// What the loop would wait is noted, and a turn of the event loop taken instead.
vi.mock('../../source/collect/clock.ts', async original => ({
	...(await original<typeof import('../../source/collect/clock.ts')>()),
	pause: (milliseconds: number) => {
		pauses.push(milliseconds);
		return new Promise(resolve => setImmediate(resolve));
	},
}));

/** Lets the loop make so many rounds; the script may change the play before each. */
async function loopOf(rounds: number, script: (round: number, members: readonly FakeMember[]) => void) {
	pauses.length = 0;
	const members = ['1', '2', '3'].map(id => fakeMember(id));
	const cluster = fakeCluster(members);
	const end = new AbortController();
	const news: string[] = [];
	let round = 0;
	const next = () => {
		script(++round, members);
		if (round === rounds) end.abort();
	};
	script(0, members);
	await listLoop(
		optionsOf(cluster, []),
		{
			endpoints: () => members.map(({ id }) => urlOf(id)),
			listed: endpoint => {
				news.push(endpoint);
				next();
			},
			notListed: ({ kind }) => {
				news.push(kind);
				next();
			},
		},
		end.signal,
	);
	return { news, asked: cluster.log.map(entry => entry.replace('MemberList ', '')) };
}

describe('the member list', () => {
	it('is asked of all at once first, so that nobody waits for a frozen one, and then of one', async () => {
		const { news, asked } = await loopOf(3, (_, members) => {
			members[0]!.conduct = 'hang';
			members[2]!.conduct = 'refused';
		});
		expect(news).toEqual([urlOf('2'), urlOf('2'), urlOf('2')]);
		// The second and third rounds: the frozen one in vain, then the one that answers.
		expect(asked).toEqual([urlOf('1'), urlOf('2'), urlOf('3'), urlOf('1'), urlOf('2'), urlOf('1'), urlOf('2')]);
	});

	it('is read rarely once it is known, and soon again when it cannot be read any more', async () => {
		await loopOf(5, (round, members) => {
			for (const member of members) member.conduct = round === 2 ? 'refused' : 'answer';
		});
		expect(pauses).toEqual([5000, 5000, 500, 5000, 5000]);
	});

	it('is not asked for in haste for ever where it is refused', async () => {
		const { news } = await loopOf(30, (_, members) => {
			for (const member of members) member.conduct = 'permission-denied';
		});
		expect(new Set(news)).toEqual(new Set(['permission-denied']));
		expect(pauses.slice(0, 10)).toEqual(Array(10).fill(500));
		expect(pauses.slice(-5)).toEqual(Array(5).fill(5000));
	});
});
