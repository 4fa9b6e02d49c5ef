import { createHistory, type History, record } from '../../source/cluster/history.ts';
import { wantedFamilies } from '../../source/cluster/metric-names.ts';
import type { Examiner } from '../../source/collect/examiner.ts';
import { live } from '../../source/collect/live.ts';
import { createAlertLog } from '../../source/diagnosis/alerts/alert-log.ts';
import type { Finding } from '../../source/diagnosis/finding.ts';
import { createJudge, type Judge, type Judgement } from '../../source/diagnosis/judge.ts';
import { connectEtcd } from '../../source/etcd/connect.ts';
import type { ConnectionProfile } from '../../source/etcd/profile.ts';
import { until } from '../demo/real-etcd.ts';
import { plainProfile } from './profile.ts';

/** A monitor without a screen: it reads a real cluster and judges it, as the one with a screen does. */
export type Observer = {
	readonly history: History;
	readonly judge: Judge;
	/** Every finding that came, with its words when it came first. */
	readonly seen: readonly Finding[];
	/** The cluster as it is judged now. */
	now(): Judgement;
	/** Waits until the judgement is as wanted; what it is instead is told when the test's time is over. */
	see(isWanted: (judgement: Judgement) => boolean): Promise<Judgement>;
	stop(): Promise<void>;
};

const judgeEveryMs = 1000;
/** Each look judges anew: more often it would take the processor from the servers that are watched. */
const lookEveryMs = 200;

/** Starts to read and to judge. Every Status twice and the metrics once a second, so that tests see soon what is there. */
export function observe(
	endpoints: readonly string[],
	{
		profile = {},
		examiners = [],
		statusIntervalSeconds = 0.5,
		metricsIntervalSeconds = 1,
		pace = 1,
	}: {
		readonly profile?: Partial<ConnectionProfile>;
		readonly examiners?: readonly Examiner[];
		readonly statusIntervalSeconds?: number;
		readonly metricsIntervalSeconds?: number;
		/**
		 * How many seconds of the history a second is: what a rule wants to see for minutes is seen sooner. For faults that
		 * are the same at any pace: a share or a size of something, and no number a second.
		 */
		readonly pace?: number;
	} = {},
): Observer {
	const whole = { ...plainProfile, endpoints, ...profile };
	const calls = connectEtcd(whole);
	const end = new AbortController();
	const history = createHistory({
		quotaFlagBytes: null,
		statusIntervalMs: statusIntervalSeconds * 1000 * pace,
		metricsIntervalMs: metricsIntervalSeconds * 1000 * pace,
	});
	const startMs = performance.now();
	const paced = (atMs: number) => startMs + (atMs - startMs) * pace;
	const judge = createJudge(createAlertLog());
	const seen: Finding[] = [];
	const options = {
		calls,
		profile: whole,
		statusIntervalSeconds,
		metricsIntervalSeconds,
		wantedFamilies,
		watch: { off: 'only judged' },
		examiners,
	};
	const reading = (async () => {
		for await (const item of live(options, end.signal)) record(history, { ...item, atMs: paced(item.atMs) });
	})();
	const judging = setInterval(
		() => seen.push(...judge.advance(history, paced(performance.now()))),
		judgeEveryMs / pace,
	);
	const now = () => judge.at(history, paced(performance.now()));
	return {
		history,
		judge,
		seen,
		now,
		see: isWanted =>
			until(
				() => {
					const judgement = now();
					return isWanted(judgement) && judgement;
				},
				{ everyMs: lookEveryMs },
			),
		async stop() {
			clearInterval(judging);
			end.abort();
			await reading;
			calls.close();
		},
	};
}
