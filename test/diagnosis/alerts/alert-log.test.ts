import { describe, expect, it } from 'vitest';
import { createHistory, record } from '../../../source/cluster/history.ts';
import type { AlertRule, AlertSample } from '../../../source/diagnosis/alerts/alert.ts';
import { createAlertLog } from '../../../source/diagnosis/alerts/alert-log.ts';
import type { Scene } from '../../../source/diagnosis/alerts/scene.ts';
import { memberOf, type Story, startTimeMs, statusOf, story } from '../../cluster/story.ts';

const minute = 60_000;

/** A rule that does what it is told, and what it was asked. */
function puppet(forSeconds: number, evaluate: (scene: Scene) => readonly AlertSample[]) {
	const asked: number[] = [];
	const rule: AlertRule = {
		name: 'puppet',
		severity: 'warning',
		forSeconds,
		expression: 'puppet',
		blindSpot: '',
		evaluate(scene) {
			asked.push(scene.atMs);
			return evaluate(scene);
		},
	};
	return { asked, log: createAlertLog([rule]) };
}

const sample = (value: number, instance = '1'): AlertSample => ({ labels: { instance }, value });

function read(told: Story, fromMs: number, toMs: number, stepMs = 10_000): void {
	for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) told.answer(atMs, '1');
}

describe('the alert log', () => {
	it('evaluates at full and half minutes of the wall clock, each once', () => {
		const history = createHistory({ quotaFlagBytes: null });
		const { asked, log } = puppet(0, () => []);
		const answered = (atMs: number) => {
			const outcome = { kind: 'answered', status: statusOf('1'), latencySeconds: 0.001 } as const;
			const timeMs = startTimeMs + 17_250 + atMs;
			record(history, { atMs, timeMs, kind: 'status', key: '1', endpoint: '', outcome });
		};
		log.advance(history, 0);
		answered(500.25);
		for (const toMs of [500.25, 12_000, 12_750, 12_750, 42_749, 102_750]) log.advance(history, toMs);
		expect(asked).toEqual([12_750, 42_750, 72_750, 102_750]);
	});

	it('is pending from the first sample, fires after `for`, and is resolved by the first evaluation without', () => {
		const told = story();
		read(told, 0, 10 * minute);
		const { log } = puppet(120, ({ atMs }) => (atMs >= minute && atMs < 5 * minute ? [sample(atMs)] : []));
		log.advance(told.history, 10 * minute);
		expect(log.fired()).toMatchObject([
			{ pendingAtMs: minute, firingAtMs: 3 * minute, resolvedAtMs: 5 * minute, value: 5 * minute - 30_000 },
		]);
	});

	it('never fires where one evaluation in between lacks the sample', () => {
		const told = story();
		read(told, 0, 10 * minute);
		const { log } = puppet(120, ({ atMs }) => (atMs % (2 * minute) === 0 ? [] : [sample(1)]));
		log.advance(told.history, 10 * minute);
		expect(log.fired()).toEqual([]);
		expect(log.at(3 * minute)).toMatchObject([{ pendingAtMs: 2.5 * minute, firingAtMs: null }]);
	});

	it('tells of any past moment what was known then', () => {
		const told = story();
		read(told, 0, 10 * minute);
		const { log } = puppet(120, ({ atMs }) => (atMs >= minute && atMs < 5 * minute ? [sample(atMs)] : []));
		log.advance(told.history, 10 * minute);
		const states = [0.9, 1, 2.9, 3, 4.9, 5, 9].map(minutes => log.at(minutes * minute));
		expect(states.map(runs => runs.map(({ firingAtMs }) => firingAtMs))).toEqual([
			[],
			[null],
			[null],
			[3 * minute],
			[3 * minute],
			[],
			[],
		]);
		expect(states[2]![0]).toMatchObject({ value: 2.5 * minute, resolvedAtMs: null });
	});

	it('keeps runs of different labels apart', () => {
		const told = story();
		read(told, 0, 4 * minute);
		const { log } = puppet(0, ({ atMs }) => [sample(1, 'a'), ...(atMs < 2 * minute ? [sample(2, 'b')] : [])]);
		log.advance(told.history, 4 * minute);
		expect(log.fired().map(({ labels, resolvedAtMs }) => [labels.instance, resolvedAtMs])).toEqual([
			['b', 2 * minute],
			['a', null],
		]);
	});

	it('passes over the time that nobody read, and ends what was firing in it', () => {
		const told = story();
		const day = 24 * 60 * minute;
		const { asked, log } = puppet(0, ({ targets }) => (targets.some(({ up }) => up === 1) ? [sample(1)] : []));
		read(told, 0, 5 * minute);
		log.advance(told.history, 5 * minute);
		read(told, 300 * day, 300 * day + minute);
		log.advance(told.history, 300 * day + minute);
		expect(asked.length).toBeLessThan(100);
		expect(log.fired()).toMatchObject([
			{ pendingAtMs: 0, resolvedAtMs: 10.5 * minute },
			{ pendingAtMs: 300 * day, resolvedAtMs: null },
		]);
		log.advance(told.history, 400 * day);
		expect(asked.length).toBeLessThan(200);
		expect(log.at(400 * day)).toEqual([]);
		told.answer(400 * day + 1, '1');
		log.advance(told.history, 400 * day + 30_000);
		expect(log.at(400 * day + 30_000)).toMatchObject([{ pendingAtMs: 400 * day + 30_000 }]);
	});

	it('keeps no more than its bounds, whatever a server calls itself', () => {
		const told = story();
		read(told, 0, 200 * minute, minute);
		const { log } = puppet(0, ({ atMs }) => Array.from({ length: 5000 }, (_, index) => sample(1, `${atMs} ${index}`)));
		for (let at = 0; at <= 20 * minute; at += minute) log.advance(told.history, at);
		expect(log.fired().length).toBeLessThanOrEqual(1024 + 2048);
	});

	it('has nothing to say of a cluster without metrics but whether it is up', () => {
		const told = story();
		told.list(0, [memberOf('1'), memberOf('2'), memberOf('3')]);
		const log = createAlertLog();
		for (let atMs = 0; atMs <= 30 * minute; atMs += 5000) {
			told.answer(atMs, '1');
			told.fail(atMs, '2');
			told.fail(atMs, '3');
			log.advance(told.history, atMs);
		}
		expect(log.fired().map(({ rule }) => rule.name)).toEqual(['etcdMembersDown', 'etcdInsufficientMembers']);
	});
});
