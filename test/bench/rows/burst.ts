import type { Family } from '../bench.ts';
import { pressKeys } from '../key-presses.ts';
import { startLoad } from '../load.ts';
import { namesOf, ordinarySize, showsServing } from '../members.ts';
import { openScreen } from '../screen.ts';
import { settledCount, skippedOn, zoomWatch } from '../seen-changes.ts';
import { milliseconds } from '../statistics.ts';

const burstSeconds = 5;
const eventsPerTransaction = 100;

/** 20,000 events a second in transactions of a hundred: what is counted, and how long a key ever waits meanwhile. */
export const burst: Family = {
	name: 'burst',
	measure: bench =>
		bench.withCluster(1, async cluster => {
			const url = cluster.endpoints[0]!;
			const names = namesOf(cluster);
			const screen = openScreen(bench.etcdtop('--endpoints', url), ordinarySize);
			try {
				await screen.until(showsServing(names));
				await pressKeys(screen, names, count => count >= 20);
				const load = startLoad({ url, eventsPerSecond: 20_000, eventsPerTransaction, valueBytes: 300 });
				await screen.until(text => /\bpods \d/.test(text));
				const endMs = performance.now() + burstSeconds * 1000;
				const latencies = await pressKeys(screen, names, () => performance.now() > endMs);
				const { events } = await load.stop();
				const longest = Math.max(...latencies) * 1000;
				await zoomWatch(screen);
				const seen = await settledCount(screen, events);
				// A transaction is one revision.
				const skipped = skippedOn(screen.text()) * eventsPerTransaction;
				return [
					{
						name: `longest wait of a key in a burst of 20,000 events/s (${latencies.length} keys)`,
						ours: milliseconds(longest / 1000),
						yardstick: `one frame at 60 Hz: ${milliseconds(1 / 60)}`,
						must: { measured: longest, limit: 50, unit: 'ms' },
						aim: { measured: longest, limit: 16, unit: 'ms' },
					},
					{
						name: 'events neither seen nor said to be skipped in the burst',
						ours: `${seen} seen, ${skipped} said to be skipped`,
						yardstick: `${events} acknowledged to the writer`,
						must: { measured: Math.abs(events - seen - skipped), limit: 0, unit: 'events' },
						aim: null,
					},
				];
			} finally {
				await screen.end();
			}
		}),
};
