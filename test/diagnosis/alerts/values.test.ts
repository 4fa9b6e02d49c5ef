import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../source/demo/random.ts';
import { fsyncP99, leaderChangeIncrease, quotaPercent } from '../../../source/diagnosis/alerts/expressions.ts';
import { increase, lastOverTime, predictLinear, rate } from '../../../source/diagnosis/alerts/functions.ts';
import { type Points, type Range, rangeBefore } from '../../../source/diagnosis/alerts/points.ts';
import { sceneAt, type Target } from '../../../source/diagnosis/alerts/scene.ts';
import { instant, overRange, perMember, type Vector } from '../../../source/diagnosis/alerts/vectors.ts';
import { fetchPromtool } from '../../support/promtool.ts';
import { fsync } from './pages.ts';
import { type Expectation, judgeByPrometheus, type Trial } from './prometheus.ts';
import { play, type Round, type Scenario } from './scenario.ts';

const counter = 'etcd_server_proposals_failed_total';
const changes = 'etcd_server_leader_changes_seen_total';
const size = 'etcd_mvcc_db_total_size_in_bytes';
const quota = 'etcd_server_quota_backend_bytes';

type Question = {
	readonly expression: string;
	readonly ours: (scene: ReturnType<typeof sceneAt>) => Vector;
};

const over = (name: string, seconds: number, apply: (points: Points, range: Range) => number | null) =>
	((scene: ReturnType<typeof sceneAt>) => {
		const range = rangeBefore(scene.atMs, seconds);
		return perMember(scene, (target: Target) => overRange(target, name, range, points => apply(points, range)));
	}) satisfies Question['ours'];

/** Values as they are, far from any threshold. */
const questions: readonly Question[] = [
	{ expression: `rate(${counter}[2m])`, ours: over(counter, 120, rate) },
	{ expression: `rate(${counter}[5m])`, ours: over(counter, 300, rate) },
	{ expression: `increase(${counter}[15m])`, ours: over(counter, 900, increase) },
	{ expression: `last_over_time(${size}[5m])`, ours: over(size, 300, lastOverTime) },
	{
		expression: `predict_linear(${size}[15m], 4*60*60) / 1e10`,
		ours: over(size, 900, (points, { toMs }) => {
			const bytes = predictLinear(points, toMs, 4 * 60 * 60);
			return bytes === null ? null : bytes / 1e10;
		}),
	},
	{ expression: size, ours: scene => instant(scene, size) },
	{
		expression: 'up',
		ours: scene => perMember(scene, ({ up }) => up),
	},
	{
		expression: `histogram_quantile(0.99, rate(${fsync}_bucket[5m])) >= 0`,
		ours: scene => fsyncP99(scene).filter(({ value }) => value >= 0),
	},
	{ expression: `increase((max without (instance) (${changes}))[15m:1m])`, ours: leaderChangeIncrease },
	{
		expression: `last_over_time(${size}[5m]) / last_over_time(${quota}[5m]) * 100`,
		ours: quotaPercent,
	},
];

type Life = { count: number; size: number; leaders: number; readonly buckets: number[] };
const newLife = (random: Random): Life => ({
	count: random.between(0, 30),
	size: random.between(1, 5) * 1e8,
	leaders: random.between(0, 3),
	buckets: [0, 0, 0, 0],
});

const bounds = ['0.01', '0.1', '1', '+Inf'];

function pageOf(life: Life, random: Random): Map<string, number> {
	const page = new Map([
		[counter, life.count],
		[changes, life.leaders],
		[size, life.size],
		[quota, 2e9],
	]);
	let sum = 0;
	for (const [index, le] of bounds.entries()) {
		sum += life.buckets[index]!;
		// A scrape is not one moment of the server: a bucket may seem to hold less than the one before it.
		page.set(`${fsync}_bucket{le="${le}"}`, random.fraction() < 0.05 ? Math.max(0, sum - 2) : sum);
	}
	for (const name of [counter, changes, size]) if (random.fraction() < 0.03) page.delete(name);
	return page;
}

function goOn(life: Life, random: Random): void {
	if (random.fraction() < 0.7) life.count += random.between(0, 20);
	if (random.fraction() < 0.1) life.leaders++;
	life.size += random.between(-2, 6) * 1e5;
	for (const index of bounds.keys()) if (random.fraction() < 0.5) life.buckets[index]! += random.between(0, 9);
}

/** Members that answer, fail, restart and are not asked, as it happens. */
function randomScenario(seed: number, stepSeconds: number, minutes: number): Scenario {
	const random = createRandom(seed);
	const members = ['1', '2', '3'];
	const rounds = new Map<string, Round[]>();
	for (const member of members) {
		let life = newLife(random);
		let mood: 'answering' | 'failed' | 'unread' = 'answering';
		const own = Array.from({ length: Math.floor((minutes * 60) / stepSeconds) + 1 }, (): Round => {
			if (random.fraction() < (mood === 'answering' ? 0.03 : 0.2))
				mood = random.pick(['answering', 'failed', 'unread'] as const);
			if (random.fraction() < 0.01) life = newLife(random);
			goOn(life, random);
			return mood === 'answering' ? pageOf(life, random) : mood;
		});
		rounds.set(member, own);
	}
	return {
		name: `seed ${seed}, each ${stepSeconds} s`,
		stepSeconds,
		minutes,
		members,
		round: (member, seconds) => rounds.get(member)![seconds / stepSeconds]!,
	};
}

/** Both sides round: the last bit depends on the order of a sum. */
const grid = 1e-6;
const rounded = (value: number) => Math.floor(value * (1 / grid) + 0.5) / (1 / grid);

function trialOf(scenario: Scenario): Trial {
	const expectations: Expectation[] = [];
	play(scenario, {
		atMoment: ({ history }, seconds) => {
			const scene = sceneAt(history, seconds * 1000);
			for (const { expression, ours } of questions) {
				const samples = ours(scene).map(({ labels, value }) => ({ name: '', labels, value: rounded(value) }));
				expectations.push({ seconds, expression: `round(${expression}, ${grid})`, samples });
			}
		},
	});
	return { scenario, expectations };
}

describe('the functions of Prometheus', () => {
	beforeAll(() => fetchPromtool(), 180_000);

	it.each([
		{ stepSeconds: 5, minutes: 20 },
		{ stepSeconds: 15, minutes: 40 },
		{ stepSeconds: 60, minutes: 90 },
	])('give what a real one gives for whatever is read each $stepSeconds s', async ({ stepSeconds, minutes }) => {
		const trials = [1, 2, 3].map(seed => trialOf(randomScenario(seed * 100 + stepSeconds, stepSeconds, minutes)));
		expect(trials.flatMap(({ expectations }) => expectations.flatMap(({ samples }) => samples)).length).toBeGreaterThan(
			500,
		);
		expect(await judgeByPrometheus(trials)).toBe('');
	});
});
