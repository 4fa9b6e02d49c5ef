import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import type { Terminal as Emulator } from '@xterm/headless';
import { onTestFinished, vi } from 'vitest';
import { emulator, text, written } from '../terminal/emulator.ts';
import { builtProgram } from './built.ts';

/** How long a condition may take to come true: an upper bound for a machine that is busy with other things. */
const patienceMs = 30_000;

export type RunOptions = {
	readonly columns?: number;
	readonly rows?: number;
	/** Added to the environment; undefined takes a variable out. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
	/** What to start instead of the built program. */
	readonly program?: { readonly file: string; readonly args: readonly string[] };
};

export type Exit = { readonly code: number; readonly signal: NodeJS.Signals | null };

/** What a test waits for on the screen: a text that is there, a pattern that matches, or whatever a function finds. */
export type Sight = string | RegExp | ((screen: string) => boolean);

/** A program in a terminal of its own, with eyes and hands. */
export type Run = {
	readonly pid: number;
	/** The rows of the screen as they are now, trailing blanks cut off. */
	screen(): string;
	/** Every byte that came since the start, as text. */
	bytes(): string;
	/** Resolves with the screen once all of it is to be seen; else fails with the screen as it is. */
	see(...sights: readonly Sight[]): Promise<string>;
	/** Resolves once none of it is to be seen any more. */
	seeGone(...sights: readonly Sight[]): Promise<string>;
	/** Sends what is typed: `j`, `enter`, `ctrl+c`. */
	press(...keys: readonly string[]): void;
	/** Presses the key that was also pressed before it, until what it confirms has begun: one that is held begins nothing. */
	confirmWith(key: string): Promise<void>;
	/** Gives the terminal another size. */
	resize(columns: number, rows: number): void;
	/** A foreground colour is on the screen. */
	hasColour(): boolean;
	/** What the terminal was left in. */
	modes(): { readonly isAlternate: boolean; readonly isCursorVisible: boolean; readonly wraps: boolean };
	/** Resolves when the program has ended by itself. */
	ended(): Promise<Exit>;
	/** Takes the terminal away, as a dropped connection does. */
	hangUp(): void;
	/** The ids of all processes that descend from this run, wherever they are now; its own too. */
	processes(): readonly number[];
	/** What the run has left in its folder for temporary files. */
	temporaryFiles(): readonly string[];
};

const keys: Readonly<Record<string, string>> = {
	enter: '\r',
	escape: '\x1b',
	tab: '\t',
	'shift+tab': '\x1b[Z',
	space: ' ',
	up: '\x1b[A',
	down: '\x1b[B',
	left: '\x1b[D',
	right: '\x1b[C',
	backspace: '\x7f',
	'ctrl+c': '\x03',
	'ctrl+z': '\x1a',
	'ctrl+l': '\x0c',
};

/** The environment of a user who has set nothing of ours and nothing of etcd's. */
export function cleanEnvironment(folder: string): Record<string, string> {
	const own = /^(?:ETCD|XDG_|NO_COLOR|FORCE_COLOR|CI|LC_|LANG|TERM|COLORTERM|INK_|NODE_|VITEST|TEST|DEBUG)/;
	const kept = Object.entries(process.env).filter(([name]) => !own.test(name));
	return {
		...(Object.fromEntries(kept) as Record<string, string>),
		TERM: 'xterm-256color',
		LANG: 'C.UTF-8',
		TMPDIR: folder,
		XDG_CONFIG_HOME: join(folder, 'no-config'),
		// Nobody's own journal: whoever does maintenance in a test gives it a folder of its own.
		XDG_STATE_HOME: join(folder, 'no-state'),
		PS1: 'shell> ',
	};
}

/** The processes whose environment has this variable: a child inherits it, whoever its parent is by then. */
function processesWith(variable: string): number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.filter(pid => {
			try {
				return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
			} catch {
				return false;
			}
		})
		.map(Number);
}

function isMatch(screen: string, sight: Sight): boolean {
	if (typeof sight === 'string') return screen.includes(sight);
	return sight instanceof RegExp ? sight.test(screen) : sight(screen);
}

const signalName = (number: number | undefined): NodeJS.Signals | null =>
	(Object.entries(constants.signals).find(([, value]) => value === number)?.[0] as NodeJS.Signals | undefined) ?? null;

/** Follows what the public interface of the emulator does not tell: whether the cursor is shown. */
function followCursor(terminal: Emulator): () => boolean {
	let isVisible = true;
	const set = (value: boolean) => (params: readonly (number | readonly number[])[]) => {
		if (params.includes(25)) isVisible = value;
		return false;
	};
	terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, set(true));
	terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, set(false));
	return () => isVisible;
}

function hasColour(terminal: Emulator): boolean {
	const { active } = terminal.buffer;
	for (let y = 0; y < terminal.rows; y++) {
		const line = active.getLine(active.baseY + y);
		for (let x = 0; x < terminal.cols; x++) {
			const cell = line?.getCell(x);
			if (cell !== undefined && (!cell.isFgDefault() || !cell.isBgDefault())) return true;
		}
	}
	return false;
}

let runs = 0;

/** Starts the built program with these arguments in a terminal. What is left of it when the test ends is ended. */
export function runInTerminal(args: readonly string[], options: RunOptions = {}): Run {
	const { columns = 120, rows = 40, environment = {} } = options;
	const program = options.program ?? { file: process.execPath, args: [builtProgram, ...args] };
	const folder = mkdtempSync(join(tmpdir(), 'etcdtop-run-'));
	runs += 1;
	const mark = `ETCDTOP_TEST_RUN=${process.pid}-${runs}-${Date.now()}`;
	const [name = '', value] = mark.split('=');
	const env = { ...cleanEnvironment(folder), [name]: value, ...environment };
	const { TERM = '' } = env as Record<string, string | undefined>;
	const child: IPty = spawn(program.file, [...program.args], { cols: columns, rows, env, name: TERM });
	const terminal = emulator(columns, rows);
	// An ordinary terminal, as a shell hands it over.
	terminal.write('\x1b[?7h\x1b[?1049l');
	const isCursorVisible = followCursor(terminal);
	let bytes = '';
	child.onData(data => {
		bytes += data;
		terminal.write(data);
	});
	let exit: Exit | null = null;
	child.onExit(async ({ exitCode, signal }) => {
		await written(terminal);
		exit = { code: exitCode, signal: signal === 0 ? null : signalName(signal) };
	});
	const screen = () => text(terminal).join('\n');
	const waitFor = <Answer>(look: () => Answer): Promise<Answer> =>
		vi.waitFor(look, { timeout: patienceMs, interval: 20 });
	const explained = (what: string) => {
		const end =
			exit === null ? '' : ` after it ended with ${exit.code}${exit.signal === null ? '' : ` (${exit.signal})`}`;
		return new Error(`${what}${end}; the screen of ${terminal.cols}x${terminal.rows} is:\n${screen()}`);
	};
	const run: Run = {
		pid: child.pid,
		screen,
		bytes: () => bytes,
		see: (...sights) =>
			waitFor(() => {
				const now = screen();
				const missing = sights.filter(sight => !isMatch(now, sight));
				if (missing.length > 0) throw explained(`not seen: ${missing.join(', ')}`);
				return now;
			}),
		seeGone: (...sights) =>
			waitFor(() => {
				const now = screen();
				const there = sights.filter(sight => isMatch(now, sight));
				if (there.length > 0) throw explained(`still seen: ${there.join(', ')}`);
				return now;
			}),
		press(...pressed) {
			for (const key of pressed) child.write(keys[key] ?? key);
		},
		confirmWith: key =>
			vi.waitFor(
				() => {
					if (!screen().includes('to start')) return;
					run.press(key);
					throw explained(`${key} begins nothing`);
				},
				{ timeout: patienceMs, interval: 1000 },
			),
		resize(nextColumns, nextRows) {
			terminal.resize(nextColumns, nextRows);
			child.resize(nextColumns, nextRows);
		},
		hasColour: () => hasColour(terminal),
		modes: () => ({
			isAlternate: terminal.buffer.active.type === 'alternate',
			isCursorVisible: isCursorVisible(),
			wraps: terminal.modes.wraparoundMode,
		}),
		ended: () =>
			waitFor(() => {
				if (exit === null) throw explained('it has not ended');
				return exit;
			}),
		// node-pty keeps it out of its types: it closes the other end of the terminal, as sshd does.
		hangUp: () => (child as unknown as { destroy(): void }).destroy(),
		processes: () => processesWith(mark),
		temporaryFiles: () => readdirSync(folder, { recursive: true, encoding: 'utf8' }),
	};
	onTestFinished(async () => {
		for (const pid of run.processes()) {
			try {
				process.kill(pid, 'SIGKILL');
			} catch {
				// It has ended by itself.
			}
		}
		await waitFor(() => {
			if (run.processes().length > 0) throw new Error(`still there: ${run.processes().join(', ')}`);
		});
		rmSync(folder, { recursive: true, force: true });
	});
	return run;
}
