import { describe, expect, it } from 'vitest';
import { record } from '../../source/cluster/history.ts';
import type { Member } from '../../source/cluster/member.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { failureOf, memberOf, type Story, startTimeMs, story } from '../cluster/story.ts';
import { findings, healthy, severity, three } from './judged.ts';
import { talking } from './talking.ts';

describe('member-never-started', () => {
	const unnamed = (patch: Partial<Member> = {}) => memberOf('4', { name: '', clientUrls: [], ...patch });

	function withUnnamed(patch: Partial<Member> = {}) {
		const told = story();
		told.list(0, [...three, unnamed(patch)]);
		for (const { id } of three) told.answer(0, id);
		return told;
	}

	it('warns of a voter, which counts already, and that there is none to spare', () => {
		const told = withUnnamed();
		expect(findings(told, 0, 'member-never-started')).toMatchObject([
			{
				severity: 'warning',
				member: '4',
				title: 'a voter has never started',
				evidence: '4 at http://4:2380 is in the member list without a name',
				remedy: { operation: 'member-remove', member: '4' },
			},
		]);
		expect(severity(told, 0, 'quorum-at-risk')).toBe('warning');
	});

	it('says it of a learner for information, and puts nothing at risk', () => {
		const told = withUnnamed({ isLearner: true });
		expect(severity(told, 0, 'member-never-started')).toBe('info');
		expect(findings(told, 0, 'quorum-at-risk')).toEqual([]);
	});

	it('is all that is said of it: nobody calls it down', () => {
		const told = withUnnamed({ clientUrls: ['http://4:2379'] });
		told.fail(1000, '4');
		expect(findings(told, 1000, 'member-down')).toEqual([]);
	});

	it('is silent where all have names, and without a list', () => {
		expect(findings(healthy(), 0, 'member-never-started')).toEqual([]);
		expect(findings(story(), 0, 'member-never-started')).toEqual([]);
	});
});

describe('voter-count', () => {
	const voters = (count: number) =>
		healthy(
			0,
			Array.from({ length: count }, (_, index) => memberOf(`${index + 1}`)),
		);

	it.each([
		[4, 'an even number of voters'],
		[6, 'an even number of voters'],
		[8, '8 voters are many'],
		[9, '9 voters are many'],
	])('is worth knowing at %i', (count, title) => {
		expect(findings(voters(count), 0, 'voter-count')).toMatchObject([{ severity: 'info', title }]);
	});

	it.each([1, 2, 3, 5, 7])('is silent at %i', count => {
		expect(findings(voters(count), 0, 'voter-count')).toEqual([]);
	});

	it('counts no learners, and nobody whom it does not know', () => {
		const told = healthy(0, [...three, memberOf('4', { isLearner: true })]);
		expect(findings(told, 0, 'voter-count')).toEqual([]);
		expect(findings(story(), 0, 'voter-count')).toEqual([]);
	});
});

describe('member-lists-disagree', () => {
	const minutes = 60_000;

	function looked(told: Story, atMs: number, lists: Readonly<Record<string, readonly Member[] | null>>) {
		record(told.history, {
			atMs,
			timeMs: startTimeMs + atMs,
			kind: 'examination',
			examination: {
				topic: 'member-lists',
				lists: Object.entries(lists).map(([key, members]) => ({
					key,
					outcome: members === null ? { kind: 'failed', failure: failureOf('timeout') } : { kind: 'answered', members },
				})),
			},
		});
	}

	function servedUntil(atMs: number) {
		const told = healthy();
		for (const { id } of three) told.answer(atMs, id);
		return told;
	}
	const two = three.slice(0, 2);

	it('fires when it holds over two looks, and names the one that differs', () => {
		const told = servedUntil(3 * minutes);
		looked(told, minutes, { '1': three, '2': three, '3': two });
		looked(told, 2 * minutes, { '1': three, '2': three, '3': two });
		expect(findings(told, 2.4 * minutes, 'member-lists-disagree')).toEqual([]);
		told.answer(3 * minutes, '1');
		expect(findings(told, 3 * minutes, 'member-lists-disagree')).toMatchObject([
			{
				severity: 'warning',
				member: '3',
				evidence: 'm1 and m2: 3 members (m1, m2, m3); m3: 2 members (m1, m2)',
			},
		]);
	});

	it('tells the addresses where the lists name the same members, and one member as one', () => {
		const told = servedUntil(3 * minutes);
		const moved = [{ ...three[0]!, peerUrls: ['http://10.0.0.9:2380'] }, ...three.slice(1)];
		looked(told, minutes, { '1': moved, '2': moved, '3': three });
		told.answer(3 * minutes, '1');
		const [found] = findings(told, 3 * minutes, 'member-lists-disagree');
		expect(found!.evidence).toContain('m1 at http://10.0.0.9:2380');
		expect(found!.evidence).toContain(`m1 at ${three[0]!.peerUrls.join(' ')}`);
		looked(told, 4 * minutes, { '1': three, '2': three, '3': three.slice(2) });
		for (const { id } of three) told.answer(6 * minutes, id);
		expect(findings(told, 6 * minutes, 'member-lists-disagree')[0]!.evidence).toContain('m3: 1 member (m3)');
	});

	it('is silent where they agree in another order, and where the change has ended', () => {
		const told = servedUntil(5 * minutes);
		looked(told, minutes, { '1': three, '2': [...three].reverse(), '3': three });
		expect(findings(told, 5 * minutes, 'member-lists-disagree')).toEqual([]);
		looked(told, 2 * minutes, { '1': three, '2': three, '3': two });
		looked(told, 3 * minutes, { '1': three, '2': three, '3': three });
		expect(findings(told, 5 * minutes, 'member-lists-disagree')).toEqual([]);
	});

	it('is silent where nobody looked, one did not answer, or one has no leader', () => {
		expect(findings(servedUntil(5 * minutes), 5 * minutes, 'member-lists-disagree')).toEqual([]);
		const told = servedUntil(5 * minutes);
		looked(told, minutes, { '1': three, '2': three, '3': null });
		expect(findings(told, 5 * minutes, 'member-lists-disagree')).toEqual([]);
		const alone = servedUntil(5 * minutes);
		looked(alone, minutes, { '1': three, '2': three, '3': two });
		alone.answer(5 * minutes, '3', { leaderId: null });
		expect(findings(alone, 5 * minutes, 'member-lists-disagree')).toEqual([]);
	});
});

describe('peer-disconnected', () => {
	it('names the member to which others have no connection', () => {
		const told = talking({ disconnected: { '2<3': 5 } });
		expect(findings(told, 20_000, 'peer-disconnected')).toMatchObject([
			{ severity: 'warning', member: '3', title: 'm2 cannot connect to m3', evidence: expect.stringContaining('15s') },
		]);
		expect(findings(talking({ disconnected: { '2<3': 5, '1<3': 5 } }), 20_000, 'peer-disconnected')[0]!.title).toBe(
			'm1 and m2 cannot connect to m3',
		);
	});

	it('says of a longer time than it looks back that it is at least so long', () => {
		const told = talking({ disconnected: { '2<3': 5 }, seconds: 200 });
		expect(findings(told, 200_000, 'peer-disconnected')[0]!.evidence).toContain('for at least 1m 00s');
	});

	it('means the one that nobody reaches, though that one tells it of the others too', () => {
		const closed = { '1<3': 5, '2<3': 5, '3<1': 5, '3<2': 5 };
		expect(findings(talking({ disconnected: closed }), 20_000, 'peer-disconnected')).toMatchObject([
			{ member: '3', title: 'm1 and m2 cannot connect to m3' },
		]);
		const link = talking({ disconnected: { '2<3': 5, '3<2': 5 } });
		expect(findings(link, 20_000, 'peer-disconnected').map(({ title }) => title)).toEqual([
			'm3 cannot connect to m2',
			'm2 cannot connect to m3',
		]);
	});

	it('is silent for ten seconds, while all are connected, and without metrics', () => {
		expect(findings(talking({ disconnected: { '2<3': 12 } }), 20_000, 'peer-disconnected')).toEqual([]);
		expect(findings(talking(), 20_000, 'peer-disconnected')).toEqual([]);
		expect(findings(healthy(), 0, 'peer-disconnected')).toEqual([]);
	});

	it('is silent about a member that has no leader yet after it was cut off, and until its metrics were read again', () => {
		const disconnected = { '3<2': 5, '2<3': 5 };
		const back = (second: number) => talking({ disconnected, statusOf: alone(second), seconds: second });
		const alone = (until: number) => (id: string, second: number) =>
			id === '3' && second >= 5 && second <= until ? { leaderId: null } : {};
		expect(findings(back(20), 20_000, 'peer-disconnected')).toEqual([]);
		const follows = talking({ disconnected, statusOf: alone(18), seconds: 18 });
		follows.answer(19_000, '3');
		expect(findings(follows, 19_000, 'peer-disconnected')).toEqual([]);
	});

	it('is silent about a member that is down, and about one of which more is told', () => {
		const down = talking({
			disconnected: { '1<3': 5, '2<3': 5 },
			statusOf: (id, second) => (id === '3' && second >= 5 ? null : {}),
		});
		expect(findings(down, 20_000, 'peer-disconnected')).toEqual([]);
		const mute = talking({ disconnected: { '1<3': 5, '2<3': 5 }, lost: { '1<3': 5 } });
		expect(diagnose(mute.history, 20_000).map(({ rule }) => rule)).toEqual(['one-way-partition', 'quorum-at-risk']);
	});
});
