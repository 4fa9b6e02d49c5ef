import type { Family } from '../bench.ts';
import { expectNames, namesOf, showsServing } from '../members.ts';
import { timed } from '../processes.ts';
import { ratio } from '../result.ts';
import { interleaved, milliseconds } from '../statistics.ts';
import { firstFrameSeconds } from './start.ts';

/** The same with one member of three stopped by SIGSTOP: its sockets are open and nothing answers. */
export const frozen: Family = {
	name: 'frozen',
	measure: bench =>
		bench.withCluster(3, async cluster => {
			const leader = await cluster.waitLeader();
			const [asked, other] = cluster.members.filter(member => member !== leader);
			const endpoint = asked!.clientUrl;
			await other!.freeze();
			const names = namesOf(cluster);
			const isAnswering = showsServing([leader.name, asked!.name]);
			const isListed = (screen: string) => new RegExp(`^\\S ${other!.name} `, 'm').test(screen);
			const [etcdctl, status, frame] = (await interleaved([
				async () => (await timed(bench.etcdctl('--endpoints', endpoint, 'endpoint', 'status', '--cluster'))).seconds,
				async () => {
					const run = await timed(bench.etcdtop('status', '--endpoints', endpoint));
					expectNames(run.output, names);
					return run.seconds;
				},
				() => firstFrameSeconds(bench, endpoint, screen => isAnswering(screen) && isListed(screen)),
			])) as [number, number, number];
			await other!.thaw();
			const row = (name: string, seconds: number) => ({
				name: `${name}, one member of three frozen`,
				ours: milliseconds(seconds),
				yardstick: `the same etcdctl call: ${milliseconds(etcdctl)}`,
				must: ratio(seconds, etcdctl, 1 / 10),
				aim: ratio(seconds, etcdctl, 1 / 20),
			});
			return [row('status', status), row('first frame', frame)];
		}),
};
