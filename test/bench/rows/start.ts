import type { Bench, Family } from '../bench.ts';
import { expectNames, namesOf, ordinarySize, showsServing } from '../members.ts';
import { timed } from '../processes.ts';
import { ratio } from '../result.ts';
import { openScreen } from '../screen.ts';
import { interleaved, milliseconds } from '../statistics.ts';

/** Seconds from the start of the monitor to the frame that satisfies the condition. */
export async function firstFrameSeconds(
	bench: Bench,
	endpoint: string,
	isSeen: (screen: string) => boolean,
): Promise<number> {
	const screen = openScreen(bench.etcdtop('--endpoints', endpoint), ordinarySize);
	try {
		return ((await screen.until(isSeen)) - screen.startedMs) / 1000;
	} finally {
		await screen.end();
	}
}

/** `status`, and the first frame with all members, of a healthy cluster: whole runs, etcdctl between them. */
export const start: Family = {
	name: 'start',
	measure: bench =>
		bench.withCluster(3, async cluster => {
			const names = namesOf(cluster);
			const endpoint = cluster.endpoints[0]!;
			const [etcdctl, status, frame] = (await interleaved(
				[
					async () => {
						const run = await timed(bench.etcdctl('--endpoints', endpoint, 'endpoint', 'status', '--cluster'));
						if (run.output.trim().split('\n').length !== names.length) throw new Error(`etcdctl said: ${run.output}`);
						return run.seconds;
					},
					async () => {
						const run = await timed(bench.etcdtop('status', '--endpoints', endpoint));
						expectNames(run.output, names);
						return run.seconds;
					},
					() => firstFrameSeconds(bench, endpoint, showsServing(names)),
				],
				9,
			)) as [number, number, number];
			const yardstick = `etcdctl endpoint status --cluster: ${milliseconds(etcdctl)}`;
			return [
				{
					name: 'status, three healthy members',
					ours: milliseconds(status),
					yardstick,
					must: ratio(status, etcdctl, 4),
					aim: ratio(status, etcdctl, 2),
				},
				{
					name: 'start to the first frame with all members',
					ours: milliseconds(frame),
					yardstick,
					must: ratio(frame, etcdctl, 8),
					aim: ratio(frame, etcdctl, 4),
				},
			];
		}),
};
