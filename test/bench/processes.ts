import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median } from './statistics.ts';

/** A program and its arguments. */
export type Command = { readonly file: string; readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv };

/** Everything that was started and may have to be ended, whatever happens. */
const started = new Set<() => void>();

/** Calls `end` when the benchmark ends in any way, unless the function that is returned was called before. */
export function endWithUs(end: () => void): () => void {
	started.add(end);
	return () => started.delete(end);
}

process.on('exit', () => {
	for (const end of started) end();
});

export type Run = { readonly seconds: number; readonly output: string };

/** A whole run of a program: from its start until it has exited and all that it printed is here. */
export function timed({ file, args, env }: Command): Promise<Run> {
	const { promise, resolve, reject } = Promise.withResolvers<Run>();
	const startMs = performance.now();
	const child = spawn(file, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
	const forget = endWithUs(() => child.kill('SIGKILL'));
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', chunk => {
			output += chunk;
		});
	child.once('error', reject);
	child.once('close', () => {
		forget();
		resolve({ seconds: (performance.now() - startMs) / 1000, output });
	});
	return promise;
}

let ticksPerSecond: number | null = null;

/** Seconds of CPU that a process and its children (those that have ended) have used so far, from /proc/PID/stat. */
export function cpuSeconds(pid: number): number {
	ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
	// The name stands in brackets and may hold anything; after it come the fields from the third on.
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
		.replace(/^.*\) /s, '')
		.split(' ');
	const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
	return (utime! + stime! + cutime! + cstime!) / ticksPerSecond;
}

/**
 * Seconds of CPU of all threads of a process, to the nanosecond, from the scheduler. For differences too small for
 * /proc/PID/stat; it does not count children, nor threads that have ended.
 */
export function fineCpuSeconds(pid: number): number {
	const text = execFileSync('sh', ['-c', 'cat /proc/"$1"/task/*/schedstat', 'sh', String(pid)], { encoding: 'utf8' });
	const nanoseconds = text
		.trim()
		.split('\n')
		.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0);
	return nanoseconds / 1e9;
}

/** Resident memory in bytes, and the most that it has been. */
export function residentBytes(pid: number): { readonly now: number; readonly peak: number } {
	const text = readFileSync(`/proc/${pid}/status`, 'utf8');
	const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
	return { now: of('VmRSS'), peak: of('VmHWM') };
}

export const pause = (seconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, seconds * 1000));

/**
 * CPU of several processes over the same windows of time, as parts of one core: the medians of the windows after the
 * first.
 */
export async function cpuShares(pids: readonly number[], windows: number, seconds: number): Promise<readonly number[]> {
	const shares: number[][] = pids.map(() => []);
	let before = pids.map(cpuSeconds);
	let beforeMs = performance.now();
	for (let window = 0; window <= windows; window++) {
		await pause(seconds);
		const after = pids.map(cpuSeconds);
		const afterMs = performance.now();
		if (window > 0)
			for (const [index, list] of shares.entries())
				list.push(((after[index]! - before[index]!) * 1000) / (afterMs - beforeMs));
		before = after;
		beforeMs = afterMs;
	}
	return shares.map(median);
}
