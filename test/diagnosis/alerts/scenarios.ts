import { type Condition, fsync, pageOf } from './pages.ts';
import type { Round, Scenario } from './scenario.ts';

const minutes = (count: number) => count * 60;
const within = (seconds: number, from: number, to: number) => seconds >= minutes(from) && seconds < minutes(to);

/** A counter that rises by `perSecond` from one minute to another. */
const counted = (seconds: number, perSecond: number, from: number, to: number) =>
	Math.floor(perSecond * Math.max(0, Math.min(seconds, minutes(to)) - minutes(from)));

/** Counters of a process that restarts at some minute begin again. */
const sinceStart = (seconds: number, restart: number) =>
	seconds >= minutes(restart) ? seconds - minutes(restart) : seconds;

type Told = Omit<Scenario, 'members' | 'round'> & {
	readonly members?: readonly string[];
	readonly m1?: (seconds: number) => Partial<Condition> | 'failed' | 'unread' | ReadonlyMap<string, number>;
	readonly others?: (seconds: number, member: string) => Partial<Condition> | 'failed' | 'unread';
};

const isRound = (told: Partial<Condition> | Round): told is Round => typeof told === 'string' || told instanceof Map;

const asRound = (told: Partial<Condition> | Round, seconds: number): Round =>
	isRound(told) ? told : pageOf({ observations: seconds * 3, ...told });

const scenario = ({ members = ['1', '2', '3'], m1, others, ...rest }: Told): Scenario => ({
	...rest,
	members,
	round: (member, seconds) =>
		asRound(member === '1' ? (m1?.(seconds) ?? {}) : (others?.(seconds, member) ?? {}), seconds),
});

function lack(page: Map<string, number>, ...words: readonly string[]): Map<string, number> {
	for (const name of page.keys()) if (words.some(word => name.startsWith(word))) page.delete(name);
	return page;
}

const well: Partial<Condition> = {
	fsyncSeconds: 0.002,
	commitSeconds: 0.005,
	rttSeconds: 0.001,
	peers: ['b', 'c'],
	requests: { 'Range OK': 5, 'Range Unknown': 0 },
	requestSeconds: 0.002,
};

/** One name for each thing that may be wrong, at one interval of reading. */
const wrongs = (stepSeconds: number): readonly Scenario[] => [
	scenario({ name: 'a healthy cluster', stepSeconds, minutes: 30, m1: () => well, others: () => well }),
	scenario({
		name: 'a member is down for long, then back',
		stepSeconds,
		minutes: 45,
		m1: s => (within(s, 5, 35) ? 'failed' : {}),
	}),
	scenario({
		name: 'a member is down again and again, never for 20 minutes',
		stepSeconds,
		minutes: 70,
		m1: s => (within(s, 5, 24) || within(s, 26, 40) || within(s, 41, 69) ? 'failed' : {}),
	}),
	scenario({
		name: 'two of three are down',
		stepSeconds,
		minutes: 20,
		others: s => (within(s, 5, 10) || within(s, 12, 14) ? 'failed' : {}),
	}),
	scenario({
		name: 'two of four are down, of which one was never up',
		stepSeconds,
		minutes: 15,
		members: ['1', '2', '3', '4'],
		others: (s, member) => (member === '4' || (member === '3' && within(s, 4, 9)) ? 'failed' : {}),
	}),
	scenario({
		name: 'a member has no leader: long, shortly, then it dies without one',
		stepSeconds,
		minutes: 25,
		m1: s =>
			within(s, 20, 22) ? 'failed' : within(s, 3, 8) || within(s, 12, 13) || within(s, 15, 25) ? { hasLeader: 0 } : {},
	}),
	scenario({
		name: 'the sample of the leader vanishes while there is none',
		stepSeconds,
		minutes: 20,
		m1: s => {
			const page = pageOf({ observations: s, hasLeader: 0 });
			return within(s, 8, 12) ? lack(page, 'etcd_server_has_leader') : page;
		},
	}),
	scenario({
		name: 'the leader changes each minute for a while',
		stepSeconds,
		minutes: 50,
		m1: s => ({ leaderChanges: 3 + Math.floor(counted(s, 1, 8, 18) / 60) }),
	}),
	scenario({
		name: 'the leader changes, and the member that counted most restarts',
		stepSeconds,
		minutes: 50,
		m1: s => ({ leaderChanges: s < minutes(20) ? 40 : 1 }),
		others: s => ({ leaderChanges: 5 + Math.floor(counted(s, 1 / 90, 10, 40)) }),
	}),
	scenario({
		name: 'changes of leader fewer than four',
		stepSeconds,
		minutes: 30,
		m1: s => ({ leaderChanges: 1 + Math.floor(counted(s, 1 / 250, 5, 17)) }),
	}),
	scenario({
		name: 'some requests fail, then many, then none',
		stepSeconds,
		minutes: 60,
		m1: s => ({
			requests: {
				'Put OK': 50 * s,
				'Put Unavailable': counted(s, 1.5, 5, 20) + counted(s, 6, 20, 40),
				'Put NotFound': 40 * s,
				'Range OK': 10 * s,
				'Range DeadlineExceeded': counted(s, 0.08, 0, 60),
				'Txn OK': 7,
			},
		}),
	}),
	scenario({
		name: 'requests fail, and the counters begin again',
		stepSeconds,
		minutes: 40,
		m1: s => {
			const own = sinceStart(s, 22);
			return { observations: own, requests: { 'Put OK': 20 * own, 'Put Internal': 2 * own } };
		},
	}),
	scenario({
		name: 'a code of failures appears only with the first failure',
		stepSeconds,
		minutes: 30,
		m1: s => ({
			requests: { 'Put OK': 3 * s, ...(s < minutes(6) ? {} : { 'Put Unknown': 1 + counted(s, 0.4, 6, 30) }) },
		}),
	}),
	scenario({
		name: 'requests are slow, with extensive metrics',
		stepSeconds,
		minutes: 40,
		m1: s => ({ requestSeconds: 0.3, observations: 2 * s }),
		others: () => ({ requestSeconds: 0.01 }),
	}),
	scenario({
		name: 'the way to a peer is slow, then the peer leaves',
		stepSeconds,
		minutes: 40,
		m1: s => ({ rttSeconds: 0.2, peers: s < minutes(25) ? ['b', 'c'] : ['c'] }),
	}),
	scenario({
		name: 'proposals fail by the second, through a restart',
		stepSeconds,
		minutes: 70,
		m1: s => ({ failedProposals: s < minutes(40) ? counted(s, 7, 5, 70) : counted(s, 6, 40, 70) }),
	}),
	scenario({
		name: 'proposals fail, but fewer than five a second',
		stepSeconds,
		minutes: 40,
		m1: s => ({ failedProposals: counted(s, 4.9, 0, 40) }),
	}),
	scenario({
		name: 'the disk becomes slow, very slow, and well again',
		stepSeconds,
		minutes: 75,
		m1: s => {
			const page = pageOf({});
			const counts = [counted(s, 3, 0, 5), counted(s, 3, 5, 25), counted(s, 3, 25, 50), counted(s, 3, 50, 75)];
			const latencies = [0.002, 0.7, 1.5, 0.002];
			for (const le of ['0.001', '0.008', '0.512', '1.024', '2.048', '+Inf']) {
				const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
				page.set(
					`${fsync}_bucket{le="${le}"}`,
					counts.reduce((sum, count, index) => sum + (latencies[index]! <= bound ? count : 0), 0),
				);
			}
			return page;
		},
	}),
	scenario({
		name: 'every commit takes longer than the largest bound',
		stepSeconds,
		minutes: 30,
		m1: () => ({ commitSeconds: 20 }),
	}),
	scenario({
		name: 'the backend is slow and the metrics fail for three minutes, then for seven',
		stepSeconds,
		minutes: 60,
		m1: s => (within(s, 16, 19) || within(s, 40, 47) ? 'failed' : { commitSeconds: 0.4 }),
	}),
	scenario({
		name: 'the database is nearly full, and nothing is read for four, seven and thirty minutes',
		stepSeconds,
		minutes: 110,
		m1: s => (within(s, 16, 20) || within(s, 32, 39) || within(s, 60, 90) ? 'unread' : { sizeBytes: 1.95e9 }),
		others: s => (within(s, 60, 90) ? 'unread' : {}),
	}),
	scenario({
		name: 'the database is nearly full and its member fails for four and for seven minutes',
		stepSeconds,
		minutes: 60,
		m1: s => (within(s, 16, 20) || within(s, 32, 39) ? 'failed' : { sizeBytes: 1.95e9 }),
	}),
	scenario({
		name: 'the file is mostly free pages',
		stepSeconds,
		minutes: 40,
		m1: s => ({ sizeBytes: 900e6, inUseBytes: within(s, 5, 30) ? 300e6 : 500e6 }),
		others: () => ({ sizeBytes: 300e6, inUseBytes: 100e6 }),
	}),
	scenario({
		name: 'everything restarts',
		stepSeconds,
		minutes: 40,
		m1: s => (within(s, 20, 21) ? 'failed' : { observations: sinceStart(s, 21), fsyncSeconds: 2, commitSeconds: 1 }),
		others: s => (within(s, 20, 21) ? 'failed' : { observations: sinceStart(s, 21), fsyncSeconds: 0.6 }),
	}),
];

const growing = (stepSeconds: number): readonly Scenario[] => [
	scenario({
		name: 'the database grows beyond its quota, then stops',
		stepSeconds,
		minutes: 400,
		members: ['1', '2'],
		m1: s => ({ sizeBytes: 300e6 + 90_000 * Math.min(Math.max(0, s - minutes(60)), minutes(240)) }),
		others: s => ({ sizeBytes: 300e6 + 1e6 * Math.sin(s / 999) }),
	}),
	scenario({
		name: 'the database grows while its quota is not told, and restarts smaller',
		stepSeconds,
		minutes: 300,
		members: ['1'],
		m1: s => {
			const page = pageOf({ observations: s, sizeBytes: s < minutes(200) ? 1e9 + 100_000 * s : 1e9 });
			return within(s, 60, 75) ? lack(page, 'etcd_server_quota') : page;
		},
	}),
];

/** Things at which it matters how many samples a range holds; the others are told every minute. */
const closely = ['restarts', 'begin again', 'slow, very slow', 'again and again', 'for three minutes', 'vanishes'];

export const scenarios: readonly Scenario[] = [
	...wrongs(60),
	...[15, 5].flatMap(wrongs).filter(({ name }) => closely.some(words => name.includes(words))),
	...growing(60),
];
