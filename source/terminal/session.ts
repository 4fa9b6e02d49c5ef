import { constants } from 'node:os';
import type { ReadStream, WriteStream } from 'node:tty';
import { holdPrinting } from './held.ts';
import { Output, type Size } from './output.ts';
import { settle } from './resizes.ts';
import { ttySink } from './tty.ts';

/** Why the session ended by itself. The terminal is already restored when it is told. */
export type SessionEnd =
	/** Told to stop from outside; `exitCode` is 128 and the signal's number, as shells have it. */
	| { readonly kind: 'signal'; readonly signal: NodeJS.Signals; readonly exitCode: number }
	/** The terminal is gone: input ended, or output answered with an error. */
	| { readonly kind: 'closed'; readonly exitCode: number }
	/** A fault of ours that nothing caught. */
	| { readonly kind: 'crash'; readonly error: unknown; readonly exitCode: number };

export type SessionOptions = {
	readonly stdin: ReadStream;
	readonly stdout: WriteStream;
	readonly stderr: NodeJS.WriteStream;
	/** The locale is not UTF-8 (`capabilities.ts`). */
	readonly asciiOnly?: boolean;
	/** Titles will be set (`Output.announce`): the one from before is kept, and comes back where the terminal can do that. */
	readonly titles?: boolean;
	/** Once per storm of resizes: draw a frame for this size now; it is painted when this returns. */
	readonly onResize: (size: Size) => void;
	/** At most once, on anything but `end()`. Clean up and exit within `graceMs`, else the process is ended. */
	readonly onEnd: (end: SessionEnd) => void;
	/** How long the clean-up may take after a signal, a crash or a hang-up. Default 800 ms: gone within a second. */
	readonly graceMs?: number;
};

export type Session = {
	/** Where the frames go. */
	readonly output: Output;
	/** Ctrl+Z: gives the terminal back, stops the job, and paints anew when the shell continues it. */
	suspend(): void;
	/**
	 * Restores the terminal and prints what was held back; signals and faults have their default effect again. Resolves
	 * when the terminal took it, or did not in time.
	 */
	end(): Promise<void>;
	/** Treats an error that was caught elsewhere (Ink's `waitUntilExit`) as a crash. */
	crash(error: unknown): void;
};

/**
 * Alternate screen, cursor hidden, no wrapping at the right edge (so that no cluster ever scrolls the screen), pastes
 * in brackets (so that pasted text is not taken for commands).
 */
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[m';
const leave = '\x1b[m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';

/** XTWINOPS: puts the title by, and takes it up again. */
const keepTitle = '\x1b[22;2t';
const restoreTitle = '\x1b[23;2t';

/** How long a stalled terminal may delay the end. */
const flushMs = 300;

const endingSignals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Takes the terminal: raw mode, alternate screen, signals. Everything is undone exactly once on every way out. Ink also
 * listens for signals (through signal-exit, which does nothing where others listen too) and has an alternate screen and
 * a suspension of its own; it is given none of these jobs, so the two never meet.
 */
export function openSession(options: SessionOptions): Session {
	const { stdin, stdout, stderr, asciiOnly = false, titles = false, onResize, onEnd, graceMs = 800 } = options;
	const sink = ttySink(stdout);
	const output = new Output({ sink, asciiOnly, onBroken: () => onClosed() });
	let held: ReturnType<typeof holdPrinting> | null = null;
	let isEnded = false;

	const setRawMode = (isRaw: boolean) => {
		try {
			if (stdin.isTTY) stdin.setRawMode(isRaw);
		} catch {
			// The terminal is gone; there is nothing left to restore.
		}
	};

	const takeTerminal = () => {
		// From the background the first of these stops us (SIGTTOU), before anything is drawn. Node skips a mode that it
		// thinks is set, but the shell may have changed it meanwhile: so off and on again.
		setRawMode(false);
		setRawMode(true);
		held ??= holdPrinting(stderr.isTTY ? [stdout, stderr] : [stdout]);
		sink.write(titles ? enter + keepTitle : enter, () => {});
		output.open();
	};

	/** Gives the terminal back; what was held back goes to it unless there is nobody left to read it. */
	const giveTerminal = (done: () => void) => {
		output.close();
		const text = held?.release() ?? '';
		held = null;
		sink.write(titles ? restoreTitle + leave : leave, done);
		setRawMode(false);
		if (text !== '') stderr.write(text);
	};

	const onContinue = () => {
		if (!isEnded) takeTerminal();
	};

	const suspend = () => {
		if (isEnded) return;
		giveTerminal(() => {});
		// The default action of SIGTSTP stops the whole job (npm and the shell of a script belong to it), and does nothing
		// where no shell could ever continue it. kill() returns after the SIGCONT, which is then spent.
		process.off('SIGTSTP', suspend);
		process.off('SIGCONT', onContinue);
		process.kill(0, 'SIGTSTP');
		process.on('SIGTSTP', suspend);
		process.on('SIGCONT', onContinue);
		takeTerminal();
	};

	const resizes = settle(() => {
		onResize(output.measure());
		output.release();
	});
	const onResized = () => {
		output.hold();
		resizes.poke();
	};

	const restore = (done: () => void) => {
		isEnded = true;
		resizes.cancel();
		stdout.off('resize', onResized);
		process.off('SIGTSTP', suspend);
		process.off('SIGCONT', onContinue);
		process.off('exit', onExit);
		giveTerminal(done);
	};

	const endBecause = (end: SessionEnd) => {
		if (isEnded) {
			// Somebody insists. A closing terminal does not: it is told by its end and by a SIGHUP from the kernel and the shell.
			if (end.kind === 'signal' && end.signal !== 'SIGHUP') process.exit(end.exitCode);
			return;
		}
		setTimeout(() => process.exit(end.exitCode), graceMs).unref();
		restore(() => {});
		onEnd(end);
	};

	const onSignal = (signal: NodeJS.Signals) =>
		endBecause({ kind: 'signal', signal, exitCode: 128 + constants.signals[signal] });
	const onClosed = () => endBecause({ kind: 'closed', exitCode: 128 + constants.signals.SIGHUP });
	const crash = (error: unknown) => endBecause({ kind: 'crash', error, exitCode: 70 });
	const onExit = () => restore(() => {});

	for (const signal of endingSignals) process.on(signal, onSignal);
	process.on('SIGTSTP', suspend);
	process.on('SIGCONT', onContinue);
	// Rejections that nothing handles arrive here as well.
	process.on('uncaughtException', crash);
	process.on('exit', onExit);
	for (const event of ['end', 'close', 'error']) stdin.on(event, onClosed);
	for (const event of ['close', 'error']) stdout.on(event, onClosed);
	stdout.on('resize', onResized);
	takeTerminal();

	return {
		output,
		suspend,
		crash,
		end: async () => {
			if (isEnded) return;
			for (const signal of endingSignals) process.off(signal, onSignal);
			process.off('uncaughtException', crash);
			const { promise, resolve } = Promise.withResolvers<void>();
			const timeout = setTimeout(resolve, flushMs);
			restore(resolve);
			await promise;
			clearTimeout(timeout);
		},
	};
}
