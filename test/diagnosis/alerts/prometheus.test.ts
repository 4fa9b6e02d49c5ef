import { beforeAll, describe, expect, it } from 'vitest';
import { fetchPromtool } from '../../support/promtool.ts';
import { alertSeries, type Expectation, judgeByPrometheus, type Trial } from './prometheus.ts';
import { play, type Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** The states of all alerts at each half minute, as we judged them, for Prometheus to confirm. */
function trialOf(scenario: Scenario, failure: 'recorded' | 'live'): Trial {
	const expectations: Expectation[] = [];
	play(scenario, {
		failure,
		atMoment: ({ log }, seconds) =>
			expectations.push({ seconds, expression: 'ALERTS', samples: alertSeries(log.at(seconds * 1000)) }),
	});
	return {
		scenario: { ...scenario, name: `${scenario.name}, each ${scenario.stepSeconds} s, ${failure}` },
		expectations,
	};
}

describe('a real Prometheus, given the same series', () => {
	beforeAll(() => fetchPromtool(), 180_000);

	it('has every alert pending and firing at the same moments', async () => {
		const trials = scenarios.map((scenario, index) => trialOf(scenario, index % 2 === 0 ? 'recorded' : 'live'));
		expect(await judgeByPrometheus(trials)).toBe('');
	}, 180_000);
});
