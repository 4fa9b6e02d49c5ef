import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { type Command, endWithUs } from './processes.ts';

export type Size = { readonly columns: number; readonly rows: number };

type Waiter = { readonly isSeen: (screen: string) => boolean; readonly resolve: (atMs: number) => void };

/** A program in a pseudo-terminal whose screen is kept by a terminal emulator. */
export type Screen = {
	readonly pid: number;
	/** When it was started, on the clock of `performance.now`. */
	readonly startedMs: number;
	/** Bytes that came so far. */
	bytes(): number;
	text(): string;
	/**
	 * Resolves with the moment at which the bytes arrived that made the screen satisfy the condition. Rejects with the
	 * screen where that does not happen in time.
	 */
	until(isSeen: (screen: string) => boolean, timeoutSeconds?: number): Promise<number>;
	press(key: string): void;
	/** Ends it, as a person would where it takes keys. */
	end(): Promise<void>;
};

/** `isParsed` false leaves the emulator out, for programs of which only bytes or CPU are wanted. */
export function openScreen({ file, args, env }: Command, { columns, rows }: Size, isParsed = true): Screen {
	const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
	const startedMs = performance.now();
	const child = spawn(file, [...args], { cols: columns, rows, env: { ...env, TERM: 'xterm-256color' } });
	const forget = endWithUs(() => child.kill('SIGKILL'));
	let bytes = 0;
	let waiting: Waiter[] = [];
	let isGone = false;
	const gone = new Promise<void>(resolve =>
		child.onExit(() => {
			isGone = true;
			forget();
			resolve();
		}),
	);

	const text = () => {
		const buffer = terminal.buffer.active;
		const lines = Array.from({ length: rows }, (_, y) => buffer.getLine(buffer.baseY + y)!.translateToString(true));
		return lines.join('\n');
	};
	const look = (atMs: number) => {
		if (waiting.length === 0) return;
		const screen = text();
		const met = waiting.filter(({ isSeen }) => isSeen(screen));
		waiting = waiting.filter(waiter => !met.includes(waiter));
		for (const { resolve } of met) resolve(atMs);
	};
	child.onData(data => {
		const atMs = performance.now();
		bytes += Buffer.byteLength(data);
		if (isParsed) terminal.write(data, () => look(atMs));
	});

	return {
		pid: child.pid,
		startedMs,
		bytes: () => bytes,
		text,
		until(isSeen, timeoutSeconds = 30) {
			const { promise, resolve, reject } = Promise.withResolvers<number>();
			const timer = setTimeout(
				() => reject(new Error(`${file} ${args[0]} never showed what was waited for:\n${text()}`)),
				timeoutSeconds * 1000,
			);
			waiting.push({ isSeen, resolve });
			look(performance.now());
			return promise.finally(() => clearTimeout(timer));
		},
		press: key => child.write(key),
		async end() {
			if (isGone) return;
			child.kill('SIGTERM');
			const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
			await gone;
			clearTimeout(timer);
		},
	};
}
