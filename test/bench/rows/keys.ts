import type { Family } from '../bench.ts';
import { pressKeys } from '../key-presses.ts';
import { startLoad } from '../load.ts';
import { namesOf, ordinarySize, showsServing } from '../members.ts';
import type { Result } from '../result.ts';
import { openScreen } from '../screen.ts';
import { milliseconds, quantile } from '../statistics.ts';

const frameMs = 1000 / 60;
const presses = 240;

function rowsOf(name: string, latencies: readonly number[]): Result[] {
	const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
	const yardstick = `one frame at 60 Hz: ${milliseconds(frameMs / 1000)}`;
	const bound = (seconds: number, limit: number) => ({
		measured: (seconds * 1000) / frameMs,
		limit,
		unit: 'x' as const,
	});
	return [
		{
			name: `key to repaint, ${name}, p50 of ${latencies.length}`,
			ours: milliseconds(p50),
			yardstick,
			must: bound(p50, 1),
			aim: bound(p50, 0.5),
		},
		{
			name: `key to repaint, ${name}, p99 of ${latencies.length}`,
			ours: milliseconds(p99),
			yardstick,
			must: bound(p99, 4),
			aim: null,
		},
	];
}

/** From a key press to the bytes that show its effect. */
export const keys: Family = {
	name: 'keys',
	measure: bench =>
		bench.withCluster(1, async cluster => {
			const url = cluster.endpoints[0]!;
			const names = namesOf(cluster);
			const isEnough = (count: number) => count >= presses;
			const screen = openScreen(bench.etcdtop('--endpoints', url), ordinarySize);
			try {
				await screen.until(showsServing(names));
				const quiet = await pressKeys(screen, names, isEnough);
				const load = startLoad({ url, eventsPerSecond: 1000, eventsPerTransaction: 1, valueBytes: 300 });
				await screen.until(text => /\bpods \d/.test(text));
				const busy = await pressKeys(screen, names, isEnough);
				await load.stop();
				return [...rowsOf('quiet', quiet), ...rowsOf('1,000 events/s', busy)];
			} finally {
				await screen.end();
			}
		}),
};
