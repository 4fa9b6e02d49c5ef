import { spawn } from 'node:child_process';
import type { Family } from '../bench.ts';
import { startLoad } from '../load.ts';
import { namesOf, ordinarySize, showsServing } from '../members.ts';
import type { Command } from '../processes.ts';
import { cpuShares, endWithUs } from '../processes.ts';
import { ratio } from '../result.ts';
import { openScreen } from '../screen.ts';
import { seenOn, settledCount, zoomWatch } from '../seen-changes.ts';
import { percent, runs } from '../statistics.ts';

const windowSeconds = 3;

/** Prints to a pipe that is read and thrown away, so that printing costs it as little as it can. */
function startWatch({ file, args, env }: Command) {
	const child = spawn(file, [...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
	const forget = endWithUs(() => child.kill('SIGKILL'));
	child.stdout.resume();
	return {
		pid: child.pid!,
		end() {
			forget();
			child.kill('SIGTERM');
		},
	};
}

/** 1,000 single puts a second of 4 kB: the monitor with the watch on its screen, and `etcdctl watch`, at once. */
export const watch: Family = {
	name: 'watch',
	measure: bench =>
		bench.withCluster(1, async cluster => {
			const url = cluster.endpoints[0]!;
			const ours = openScreen(bench.etcdtop('--endpoints', url), ordinarySize);
			const theirs = startWatch(bench.etcdctl('--endpoints', url, 'watch', '--prefix', '/registry/'));
			try {
				await ours.until(showsServing(namesOf(cluster)));
				await zoomWatch(ours);
				const load = startLoad({ url, eventsPerSecond: 1000, eventsPerTransaction: 1, valueBytes: 4096 });
				await ours.until(text => seenOn(text)! > 0);
				const [share, yardstick] = (await cpuShares([ours.pid, theirs.pid], runs, windowSeconds)) as [number, number];
				const { events } = await load.stop();
				const seen = await settledCount(ours, events);
				return [
					{
						name: 'CPU for 1,000 puts/s of 4 kB, watch pane open',
						ours: percent(share),
						yardstick: `etcdctl watch --prefix: ${percent(yardstick)}`,
						must: ratio(share, yardstick, 1),
						aim: ratio(share, yardstick, 0.5),
					},
					{
						name: 'events lost meanwhile',
						ours: `${seen} seen`,
						yardstick: `${events} acknowledged to the writer`,
						must: { measured: Math.abs(events - seen), limit: 0, unit: 'events' },
						aim: null,
					},
				];
			} finally {
				theirs.end();
				await ours.end();
			}
		}),
};
