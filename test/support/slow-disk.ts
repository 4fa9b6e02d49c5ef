import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import { fetchProgram } from './packaged-program.ts';

const run = promisify(execFile);

const runs = (strace: string) =>
	run(strace, ['--version'], { timeout: 20_000 }).then(
		() => true,
		() => false,
	);

/** The system's own, else the distribution's package. */
const findStrace = async () =>
	(await runs('strace')) ? 'strace' : fetchProgram({ program: 'strace', packageName: 'strace', runs });

export type DiskFault = {
	readonly pid: number;
	/** Every sync of the process takes this much longer. */
	readonly delaySeconds: number;
	/** Only syncs of this file are slow; those of every file without it. */
	readonly file?: string;
};

/** Resolves when the process runs as before. */
export type MendDisk = () => Promise<void>;

/**
 * Makes a running process wait for its disk, as `strace` does it: the syncs are real ones, and late. Resolves when it has
 * begun. Rejects with strace's own words where processes may not be traced.
 */
export async function slowDisk({ pid, delaySeconds, file }: DiskFault): Promise<MendDisk> {
	const syncs = 'fdatasync,fsync';
	const options = [
		...['-f', '-p', `${pid}`, '-o', '/dev/null'],
		...['-e', `trace=${syncs}`, '-e', `inject=${syncs}:delay_enter=${Math.round(delaySeconds * 1e6)}`],
		...(file === undefined ? [] : ['-P', file]),
	];
	const strace = spawn(await findStrace(), options, { stdio: ['ignore', 'ignore', 'pipe'] });
	const ended = new Promise<void>(resolve => {
		strace.once('exit', () => resolve());
		strace.once('error', () => resolve());
	});
	await attached(strace);
	return async () => {
		// It lets go of the process, which goes on at once, also out of the middle of a sync.
		strace.kill('SIGTERM');
		await ended;
	};
}

/** Waits for strace to say that it has the process; what it says instead is the reason why not. */
async function attached(strace: ChildProcess): Promise<void> {
	let last = 'it ended without a word';
	await new Promise<void>((resolve, reject) => {
		strace.once('error', reject);
		const lines = createInterface({ input: strace.stderr! });
		lines.on('line', line => {
			last = line;
			if (/ attached/.test(line)) resolve();
		});
		lines.once('close', () => reject(new Error(last)));
	});
}

/** Writes and syncs all the time, and tells after each how many milliseconds that took. */
const writer = `
	const fs = require('node:fs');
	const file = fs.openSync(process.argv[1], 'w');
	setInterval(() => {
		const start = performance.now();
		fs.writeSync(file, 'x');
		fs.fdatasyncSync(file);
		console.log(performance.now() - start);
	}, 5);
`;

const trialSeconds = 0.5;

async function trySlowDisk(): Promise<void> {
	const path = join(tmpdir(), `etcdtop-sync-${process.pid}`);
	const child = spawn(process.execPath, ['-e', writer, path], { stdio: ['ignore', 'pipe', 'ignore'] });
	const gone = once(child, 'exit');
	const tooLate = setTimeout(() => child.kill('SIGKILL'), 20_000);
	try {
		const mend = await slowDisk({ pid: child.pid!, delaySeconds: trialSeconds });
		try {
			for await (const line of createInterface({ input: child.stdout }))
				if (Number(line) >= trialSeconds * 1000) return;
		} finally {
			await mend();
		}
		throw new Error('a process was traced, and its syncs were as quick as before');
	} finally {
		clearTimeout(tooLate);
		child.kill('SIGKILL');
		await gone;
		await rm(path, { force: true });
	}
}

let tried: Promise<string | null> | null = null;

/** Why no disk can be made slow here, in one line; null where it can. Found out by doing it to a process of our own. */
const whyNoSlowDisk = (): Promise<string | null> =>
	trySlowDisk().then(
		() => null,
		(error: Error) => `no slow disk here: ${error.message.split('\n')[0]}`,
	);

/** Skips the test where no disk can be made slow, and prints why: the reporter keeps a note to itself. */
export async function needSlowDisk(skip: TestContext['skip']): Promise<void> {
	tried ??= whyNoSlowDisk();
	const why = await tried;
	if (why === null) return;
	console.warn(why);
	skip(why);
}
