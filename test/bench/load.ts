import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endWithUs } from './processes.ts';

export type LoadPlan = {
	readonly url: string;
	readonly eventsPerSecond: number;
	readonly eventsPerTransaction: number;
	readonly valueBytes: number;
};

/** What the writer made; `events` is what the cluster acknowledged. */
export type Written = { readonly events: number; readonly failed: number; readonly seconds: number };

export type Load = {
	/** Ends the writing; rejects where the writer fell short of its rate, since then nothing was measured under it. */
	stop(): Promise<Written>;
};

/** Part of the wanted rate below which a run does not count. */
const leastRate = 0.9;

export function startLoad({ url, eventsPerSecond, eventsPerTransaction, valueBytes }: LoadPlan): Load {
	const numbers = [eventsPerSecond, eventsPerTransaction, valueBytes].map(String);
	const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), url, ...numbers], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const forget = endWithUs(() => child.kill('SIGKILL'));
	let output = '';
	child.stdout.on('data', chunk => {
		output += chunk;
	});
	const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
	return {
		async stop() {
			child.kill('SIGTERM');
			await closed;
			forget();
			const written = JSON.parse(output) as Written;
			const rate = written.events / written.seconds;
			if (written.failed > 0 || rate < eventsPerSecond * leastRate)
				throw new Error(
					`the machine cannot write ${eventsPerSecond} events/s now: ${rate.toFixed(0)}/s, ${written.failed} failed`,
				);
			return written;
		},
	};
}
