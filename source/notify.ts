import { type ChildProcess, spawn } from 'node:child_process';
import { safeText } from './format/safe.ts';

export type NotifierOptions = {
	/** The program and its arguments; no shell ever sees them. */
	readonly command: readonly string[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** One line when it did not work. */
	readonly onTrouble: (text: string) => void;
	/** How long one run may take. Default 10 s. */
	readonly limitMs?: number;
	/** How far two runs for the same thing are apart at least. Default 10 s. */
	readonly apartMs?: number;
};

/** Runs a program for what is to be told, one at a time; nobody waits for it. */
export type Notifier = {
	/** `text` goes to the program's standard input. What waits under the same key is replaced. */
	notify(key: string, text: string): void;
	/** Begins no more. A run that is under way goes on without us. */
	end(): void;
};

const mostWaiting = 32;
/** A program that passes messages on has no use for the cluster's password. */
const secrets = ['ETCDCTL_PASSWORD', 'ETCDCTL_USER'];

/** Prepares to run the program; the first run comes with the first `notify`. */
export function createNotifier(options: NotifierOptions): Notifier {
	const { command, environment, onTrouble, limitMs = 10_000, apartMs = 10_000 } = options;
	const [file = '', ...args] = command;
	const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !secrets.includes(name)));
	const waiting = new Map<string, string>();
	const startedMs = new Map<string, number>();
	let isRunning = false;
	let isEnded = false;
	let timer: NodeJS.Timeout | undefined;

	const tell = (text: string) => {
		if (!isEnded) onTrouble(`--notify ${safeText(file, 60)}: ${text}`);
	};

	const run = (text: string) => {
		isRunning = true;
		// A session of its own: it has no terminal to write to, and no Ctrl+C is meant for it.
		const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env });
		let isLate = false;
		const limit = setTimeout(() => {
			isLate = true;
			endGroup(child);
		}, limitMs).unref();
		const ended = (trouble: string | null) => {
			if (!isRunning) return;
			clearTimeout(limit);
			isRunning = false;
			if (trouble !== null) tell(trouble);
			next();
		};
		child.once('error', error => ended(startTrouble(error)));
		child.once('exit', (code, signal) =>
			ended(isLate ? `took longer than ${limitMs / 1000} s and was ended` : exitTrouble(code, signal)),
		);
		// It need not read what it is told.
		child.stdin?.on('error', () => {});
		child.stdin?.end(text);
		child.unref();
	};

	/** Begins the first that is due, or comes back when one will be. */
	const next = () => {
		clearTimeout(timer);
		if (isRunning || isEnded) return;
		const nowMs = performance.now();
		for (const [key, atMs] of startedMs) if (nowMs - atMs >= apartMs) startedMs.delete(key);
		for (const [key, text] of waiting) {
			if (startedMs.has(key)) continue;
			waiting.delete(key);
			startedMs.set(key, nowMs);
			return run(text);
		}
		const soonestMs = Math.min(...[...waiting.keys()].map(key => startedMs.get(key)! + apartMs - nowMs));
		if (Number.isFinite(soonestMs)) timer = setTimeout(next, Math.max(1, soonestMs)).unref();
	};

	return {
		notify(key, text) {
			if (isEnded) return;
			const [oldest] = waiting.keys();
			if (!waiting.has(key) && waiting.size >= mostWaiting && oldest !== undefined) waiting.delete(oldest);
			waiting.set(key, text);
			next();
		},
		end() {
			isEnded = true;
			clearTimeout(timer);
			waiting.clear();
		},
	};
}

/** Ends a run and all that it has started. */
function endGroup(child: ChildProcess): void {
	try {
		if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
	} catch {
		// It has ended meanwhile.
	}
}

function startTrouble(error: Error): string {
	const { code } = error as NodeJS.ErrnoException;
	const reasons: Readonly<Record<string, string>> = {
		ENOENT: 'there is no such program',
		EACCES: 'it may not be run',
	};
	return `it could not be started: ${(code === undefined ? undefined : reasons[code]) ?? safeText(error.message, 80)}`;
}

const exitTrouble = (code: number | null, signal: NodeJS.Signals | null): string | null =>
	code === 0 ? null : code === null ? `it was ended by ${signal}` : `it failed with exit code ${code}`;
