import type { Family } from '../bench.ts';
import { timed } from '../processes.ts';
import { median, quantile } from '../statistics.ts';

const limitMs = 5;

/** All rules and alerts over seven members with full windows, once a second: what that costs a round on average. */
export const judging: Family = {
	name: 'judging',
	async measure(bench) {
		const { output } = await timed(await bench.fixture('judging'));
		const rounds = JSON.parse(output) as readonly number[];
		const meanMs = rounds.reduce((sum, each) => sum + each, 0) / rounds.length;
		const shown = (milliseconds: number) => `${milliseconds.toFixed(1)} ms`;
		const bound = (measured: number) => ({ measured, limit: limitMs, unit: 'ms' }) as const;
		return [
			{
				name: 'judging 7 members once',
				ours: `${shown(meanMs)} on average, ${shown(median(rounds))} as a rule`,
				yardstick: `longest ${shown(Math.max(...rounds))}, with the alerts of 30 s`,
				must: bound(meanMs),
				aim: bound(quantile(rounds, 0.95)),
			},
		];
	},
};
