import type { Bench, Family } from '../bench.ts';
import { namesOf, ordinarySize, showsServing } from '../members.ts';
import { cpuShares, pause } from '../processes.ts';
import { type Result, ratio } from '../result.ts';
import { openScreen } from '../screen.ts';
import { median, percent, runs } from '../statistics.ts';

/** /proc counts in hundredths of a second: in this time one of them is a thousandth of a core. */
const windowSeconds = 8;

/** CPU at 1 Hz while nothing happens, beside `watch` that runs etcdctl each second, in the same windows of time. */
async function measureCpu(bench: Bench, members: number): Promise<Result> {
	return bench.withCluster(members, async cluster => {
		const endpoint = cluster.endpoints[0]!;
		const etcdctl = bench.etcdctl('--endpoints', endpoint, 'endpoint', 'status', '--cluster');
		const watch = { ...etcdctl, file: 'watch', args: ['-n1', etcdctl.file, ...etcdctl.args] };
		const ours = openScreen(bench.etcdtop('--endpoints', endpoint), ordinarySize);
		const theirs = openScreen(watch, ordinarySize);
		try {
			await ours.until(showsServing(namesOf(cluster)));
			await theirs.until(screen => screen.includes('3.5.'));
			const [share, yardstick] = (await cpuShares([ours.pid, theirs.pid], runs, windowSeconds)) as [number, number];
			return {
				name: `CPU watching ${members} members at 1 Hz`,
				ours: percent(share),
				yardstick: `watch -n1 etcdctl endpoint status --cluster: ${percent(yardstick)}`,
				must: ratio(share, yardstick, 0.6),
				aim: ratio(share, yardstick, 0.3),
			};
		} finally {
			await Promise.all([ours.end(), theirs.end()]);
		}
	});
}

const largeSize = { columns: 200, rows: 50 };
const bytesSeconds = 3;

/** Bytes of the steady screen, beside the same panes drawn by Ink itself. */
async function measureBytes(bench: Bench): Promise<Result> {
	const inkFrames = await bench.fixture('ink-frames');
	return bench.withCluster(3, async cluster => {
		const endpoint = cluster.endpoints[0]!;
		const isReady = showsServing(namesOf(cluster));
		const ours = openScreen(bench.etcdtop('--endpoints', endpoint), largeSize);
		const theirs = openScreen({ ...inkFrames, args: [...inkFrames.args, endpoint] }, largeSize);
		try {
			await Promise.all([ours.until(isReady), theirs.until(isReady)]);
			const rates: [number[], number[]] = [[], []];
			for (let window = 0; window <= runs; window++) {
				const before = [ours.bytes(), theirs.bytes()];
				const startMs = performance.now();
				await pause(bytesSeconds);
				const seconds = (performance.now() - startMs) / 1000;
				if (window === 0) continue;
				rates[0].push((ours.bytes() - before[0]!) / seconds);
				rates[1].push((theirs.bytes() - before[1]!) / seconds);
			}
			const [rate, yardstick] = [median(rates[0]), median(rates[1])];
			return {
				name: 'bytes to the terminal, quiet, 200x50',
				ours: `${rate.toFixed(0)} B/s`,
				yardstick: `the same screen in Ink's full frames: ${yardstick.toFixed(0)} B/s`,
				must: ratio(rate, yardstick, 1 / 10),
				aim: { measured: rate, limit: 300, unit: 'B/s' },
			};
		} finally {
			await Promise.all([ours.end(), theirs.end()]);
		}
	});
}

export const watching: Family = {
	name: 'watching',
	measure: async bench => [
		...(await Promise.all([measureCpu(bench, 3), measureCpu(bench, 7)])),
		await measureBytes(bench),
	],
};
