import type { Bench, Family } from '../bench.ts';
import { namesOf, ordinarySize, showsServing } from '../members.ts';
import { pause, residentBytes, timed } from '../processes.ts';
import type { Result } from '../result.ts';
import { openScreen } from '../screen.ts';
import { median, runs } from '../statistics.ts';

const megabyte = 1e6;
const megabytes = (bytes: number) => `${(bytes / megabyte).toFixed(0)} MB`;

const above = (bytes: number, bare: number, limit: number) => ({
	measured: (bytes - bare) / megabyte,
	limit,
	unit: 'MB' as const,
});

/** A Node that does nothing: the least that a program on it takes. */
async function bareNodeBytes(bench: Bench): Promise<number> {
	const script = 'process.stdout.write(require("node:fs").readFileSync("/proc/self/status", "utf8"))';
	const samples: number[] = [];
	for (let run = 0; run <= runs; run++) {
		const { output } = await timed({ ...bench.etcdtop(), args: ['-e', script] });
		if (run > 0) samples.push(Number(/^VmRSS:\s+(\d+) kB/m.exec(output)?.[1]) * 1024);
	}
	return median(samples);
}

/** The program itself, after it has watched a real cluster for a while. */
async function runningBytes(bench: Bench): Promise<number> {
	return bench.withCluster(3, async cluster => {
		const screen = openScreen(bench.etcdtop('--endpoints', cluster.endpoints[0]!), ordinarySize);
		try {
			await screen.until(showsServing(namesOf(cluster)));
			const samples: number[] = [];
			for (let sample = 0; sample <= runs; sample++) {
				await pause(4);
				if (sample > 0) samples.push(residentBytes(screen.pid).now);
			}
			return Math.max(...samples);
		} finally {
			await screen.end();
		}
	});
}

/** Resident bytes after the second and the seventh simulated day. */
async function weekBytes(bench: Bench): Promise<readonly number[]> {
	const fixture = await bench.fixture('week');
	const { output } = await timed({ ...fixture, args: ['--expose-gc', ...fixture.args] });
	try {
		return JSON.parse(output) as readonly number[];
	} catch {
		throw new Error(`the simulated week said: ${output}`);
	}
}

/** A week of readings in half a minute, and the running program. */
export const memory: Family = {
	name: 'memory',
	async measure(bench): Promise<readonly Result[]> {
		const bare = await bareNodeBytes(bench);
		const [days, running] = await Promise.all([weekBytes(bench), runningBytes(bench)]);
		const yardstick = `bare Node: ${megabytes(bare)}`;
		const [second, last] = [days[0]!, days.at(-1)!];
		return [
			{
				name: 'memory of the running program, 3 members, 24 s',
				ours: megabytes(running),
				yardstick,
				must: above(running, bare, 110),
				aim: above(running, bare, 60),
			},
			{
				name: 'memory after a simulated week, 3 members',
				ours: megabytes(last),
				yardstick,
				must: above(last, bare, 110),
				aim: above(last, bare, 60),
			},
			{
				name: 'growth of it from the second to the seventh day',
				ours: `${megabytes(second)}, then ${megabytes(last)}`,
				yardstick: 'flat: a twentieth more at the most',
				must: { measured: last / second, limit: 1.05, unit: 'x' },
				aim: null,
			},
		];
	},
};
