import { setTimeout as wait } from 'node:timers/promises';
import type { LocalMember } from '../../source/demo/cluster.ts';

const heldMs = 60;
const runningMs = 15;

/**
 * Lets a member run for a fifth of the time only, as a machine does that is too small for it: what is over in a moment
 * can be seen in its middle. Resolves when it runs as before.
 */
export async function slowed<Result>({ pid }: LocalMember, work: () => Promise<Result>): Promise<Result> {
	let isOver = false;
	const pulses = (async () => {
		while (!isOver) {
			process.kill(pid!, 'SIGSTOP');
			await wait(heldMs);
			process.kill(pid!, 'SIGCONT');
			await wait(runningMs);
		}
	})();
	try {
		return await work();
	} finally {
		isOver = true;
		await pulses;
	}
}
