import type { History } from '../../../source/cluster/history.ts';
import type { AlertLog } from '../../../source/diagnosis/alerts/alert.ts';
import { createAlertLog } from '../../../source/diagnosis/alerts/alert-log.ts';
import { memberOf, story } from '../../cluster/story.ts';

/**
 * What one member gives in one round: its samples under their exposition names, `failed` where it does not answer, or
 * `unread` where nobody asked.
 */
export type Round = ReadonlyMap<string, number> | 'failed' | 'unread';

/** Series for us and for Prometheus: every member read once in `stepSeconds`, from 0 on. */
export type Scenario = {
	readonly name: string;
	readonly stepSeconds: number;
	readonly minutes: number;
	readonly members: readonly string[];
	/** `seconds` since the beginning. */
	round(member: string, seconds: number): Round;
};

export const roundsOf = ({ minutes, stepSeconds }: Scenario): readonly number[] =>
	Array.from({ length: Math.floor((minutes * 60) / stepSeconds) + 1 }, (_, index) => index * stepSeconds);

export type Played = { readonly history: History; readonly log: AlertLog };

export type PlayOptions = {
	/**
	 * How a member that does not answer looks: `recorded` is a line with an error and no metrics, `live` two failed calls.
	 */
	readonly failure?: 'recorded' | 'live';
	/** Called at each half minute, after the log went on. */
	readonly atMoment?: (played: Played, seconds: number) => void;
};

/** Plays it into a history with an alert log beside, as live reading does. */
export function play(scenario: Scenario, { failure = 'recorded', atMoment }: PlayOptions = {}): Played {
	const intervalMs = scenario.stepSeconds * 1000;
	const told = story({ statusIntervalMs: intervalMs, metricsIntervalMs: intervalMs });
	const log = createAlertLog();
	const played = { history: told.history, log };
	told.list(
		0,
		scenario.members.map(id => memberOf(id)),
	);
	let moment = 0;
	const goOn = (toMs: number) => {
		log.advance(told.history, toMs);
		for (; moment * 1000 <= toMs; moment += 30) atMoment?.(played, moment);
	};
	for (const seconds of roundsOf(scenario)) {
		const atMs = seconds * 1000;
		// What was read before is judged before what comes next is known, as in the monitor.
		if (seconds > 0) goOn(atMs - 1);
		for (const member of scenario.members) {
			const round = scenario.round(member, seconds);
			if (round === 'unread') continue;
			if (round !== 'failed') {
				told.answer(atMs, member);
				told.scrape(atMs, member, round);
				continue;
			}
			told.fail(atMs, member);
			if (failure === 'live') told.failScrape(atMs, member);
		}
		goOn(atMs);
	}
	return played;
}
