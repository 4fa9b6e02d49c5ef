import { readFileSync } from 'node:fs';
import { type IPty, spawn } from '@lydell/node-pty';
import type { Terminal } from '@xterm/headless';
import { vi } from 'vitest';
import { emulator, text, written } from './emulator.ts';

export type Pty = {
	readonly process: IPty;
	readonly terminal: Terminal;
	/** All bytes that came, as text. */
	bytes(): string;
	/** Resolves when the screen shows all that came. */
	readonly exited: Promise<{ exitCode: number; signal?: number }>;
};

/** Starts a program in a pseudo-terminal whose screen is kept by an emulator. */
export function startPty(file: string, args: readonly string[], columns = 60, rows = 12): Pty {
	const env = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', NODE_ENV: 'production', PS1: 'shell> ' };
	const child = spawn(file, [...args], { cols: columns, rows, env, name: 'xterm-256color' });
	const terminal = emulator(columns, rows);
	terminal.write('\x1b[?7h\x1b[?1049l');
	let bytes = '';
	child.onData(data => {
		bytes += data;
		terminal.write(data);
	});
	const exited = new Promise<{ exitCode: number; signal?: number }>(resolve =>
		child.onExit(async end => {
			await written(terminal);
			resolve(end);
		}),
	);
	return { process: child, terminal, bytes: () => bytes, exited };
}

/** Waits until the screen satisfies the condition; tells the screen where it never does. */
export const seen = (pty: Pty, condition: (screen: string) => boolean): Promise<void> =>
	vi.waitFor(
		() => {
			const screen = text(pty.terminal).join('\n');
			if (!condition(screen)) throw new Error(`the screen is:\n${screen}`);
		},
		{ timeout: 15_000, interval: 10 },
	);

export const isAlternate = (pty: Pty): boolean => pty.terminal.buffer.active.type === 'alternate';

export const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n');
