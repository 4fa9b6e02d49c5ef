import { setTimeout as wait } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { type Frame, frameOf, textOf } from './frame.ts';

export type Screen = {
	frame(): Frame;
	press(key: string): void;
	resize(columns: number, rows: number): void;
	/** Rejects with the screen where the program does not get there in time. */
	until(condition: (frame: Frame) => boolean): Promise<void>;
	/** Waits until nothing more is drawn, so that no frame is half of one and half of the next. */
	quiet(): Promise<void>;
	/** Ends the program; rejects where it did not end well. */
	end(): Promise<void>;
};

type Program = {
	readonly args: readonly string[];
	readonly environment: NodeJS.ProcessEnv;
	/** Where it runs; here without it. */
	readonly folder?: string;
	readonly columns: number;
	readonly rows: number;
};

const patienceSeconds = 120;
/** Frames are sent in one piece, and not so soon after each other. */
const quietMs = 60;
const mostLooksForQuiet = 20;

/** Runs a Node program in a pseudo-terminal and keeps its screen. */
export function openScreen({ args, environment, folder, columns, rows }: Program): Screen {
	const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
	const child = spawn(process.execPath, [...args], {
		cols: columns,
		rows,
		env: environment,
		name: 'xterm-256color',
		...(folder === undefined ? {} : { cwd: folder }),
	});
	const { promise: exit, resolve } = Promise.withResolvers<number>();
	let hasEnded = false;
	let drawnMs = performance.now();
	child.onData(data => {
		drawnMs = performance.now();
		terminal.write(data);
	});
	child.onExit(({ exitCode }) => {
		hasEnded = true;
		resolve(exitCode);
	});
	const killIt = () => {
		if (!hasEnded) child.kill('SIGTERM');
	};
	process.once('exit', killIt);
	const shown = () => textOf(frameOf(terminal));
	return {
		frame: () => frameOf(terminal),
		press: key => child.write(key),
		resize(newColumns, newRows) {
			terminal.resize(newColumns, newRows);
			child.resize(newColumns, newRows);
		},
		async until(condition) {
			const deadlineMs = performance.now() + patienceSeconds * 1000;
			while (!condition(frameOf(terminal))) {
				if (hasEnded) throw new Error(`the program has ended; its last screen:\n${shown()}`);
				if (performance.now() > deadlineMs)
					throw new Error(`not seen in ${patienceSeconds} s; the screen:\n${shown()}`);
				await wait(50);
			}
		},
		async quiet() {
			for (let looks = 0; looks < mostLooksForQuiet && performance.now() - drawnMs < quietMs; looks++)
				await wait(quietMs / 2);
		},
		async end() {
			child.write('\x03');
			const exitCode = await exit;
			process.off('exit', killIt);
			if (exitCode !== 0) throw new Error(`the program ended with ${exitCode}; its last screen:\n${shown()}`);
		},
	};
}
