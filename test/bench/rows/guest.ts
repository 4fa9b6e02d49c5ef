import type { Family } from '../bench.ts';
import { ordinarySize } from '../members.ts';
import { fineCpuSeconds, pause } from '../processes.ts';
import { openScreen } from '../screen.ts';
import { median, percent, runs } from '../statistics.ts';

const windowSeconds = 4;

/** What the monitor makes the servers do: their own CPU while it reads, and while it is stopped, window by window. */
export const guest: Family = {
	name: 'guest',
	measure: bench =>
		bench.withCluster(3, async cluster => {
			const screen = openScreen(bench.etcdtop('--endpoints', cluster.endpoints[0]!), ordinarySize, false);
			const pids = cluster.members.map(({ pid }) => pid!);
			const used = () => pids.reduce((sum, pid) => sum + fineCpuSeconds(pid), 0);
			/** Per member, as a part of one core. */
			const share = async () => {
				const [before, startMs] = [used(), performance.now()];
				await pause(windowSeconds);
				return ((used() - before) * 1000) / (performance.now() - startMs) / pids.length;
			};
			try {
				await pause(2);
				const shares = { monitored: [] as number[], alone: [] as number[] };
				for (let round = 0; round <= runs; round++) {
					const monitored = await share();
					process.kill(screen.pid, 'SIGSTOP');
					await pause(0.2);
					const alone = await share();
					process.kill(screen.pid, 'SIGCONT');
					// What was missed is not caught up on, but the first answers come late.
					await pause(1);
					if (round === 0) continue;
					shares.monitored.push(monitored);
					shares.alone.push(alone);
				}
				const [monitored, alone] = [median(shares.monitored), median(shares.alone)];
				const bound = (limit: number) => ({
					measured: (monitored - alone) * 100,
					limit,
					unit: '% of a core' as const,
				});
				return [
					{
						name: "etcd's own CPU for the monitor, per member",
						ours: `${percent(monitored)} with it`,
						yardstick: `${percent(alone)} without it`,
						must: bound(0.3),
						aim: bound(0.15),
					},
				];
			} finally {
				await screen.end();
			}
		}),
};
