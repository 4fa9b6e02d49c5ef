import { type Instance, render } from 'ink';
import { createElement, type ReactNode } from 'react';
import { StandInContext } from './stand-in-context.ts';
import { type Block, createStandIns } from './stand-ins.ts';

/** Where whole frames go: rows of text and SGR sequences, parted by newlines. `Output` of `terminal/` is one. */
export type FrameStream = {
	readonly columns: number;
	readonly rows: number;
	write(frame: string): void;
};

export type MountOptions = {
	readonly stdout: FrameStream;
	readonly stdin: NodeJS.ReadStream;
	readonly stderr: NodeJS.WriteStream;
};

/** `rerender` draws at once; call it from one paint timer and after a key press, never for each event. */
export type Mounted = Pick<Instance, 'rerender' | 'unmount' | 'waitUntilExit'> & {
	/**
	 * Draws a frame in which every block has the place that it had, without React and Ink, whose work for it would be most
	 * of its cost. False, and nothing is drawn, where that is not so.
	 */
	refill(blocks: readonly Block[]): boolean;
};

/** Ink switches modes of the terminal (bracketed paste) that are the session's business. */
const modeSwitch = /^\x1b\[\?[\d;]*[hl]$/;

/**
 * The stream as Ink sees it. It writes frames, asks with an empty text whether all before it was written, and wants to
 * hear of resizes, which it never does: the owner draws one frame for the new size itself.
 */
function inkStdout(stdout: FrameStream, onFrame: (frame: string) => void) {
	return {
		isTTY: true,
		writable: true,
		get columns() {
			return stdout.columns;
		},
		get rows() {
			return stdout.rows;
		},
		write: (frame: string, done?: () => void) => {
			if (done !== undefined) queueMicrotask(done);
			else if (!modeSwitch.test(frame)) onFrame(frame);
			return true;
		},
		on: () => {},
		off: () => {},
	};
}

/**
 * Starts Ink for a stream that compares frames itself.
 *
 * `debug` makes Ink write every frame whole and at once: no throttle (a key press would wait up to 33 ms behind a
 * painted frame), no erasing, no cursor moves, no comparison of its own. The alternate screen, the cursor, the console
 * and signals belong to the session in `terminal/`.
 */
export function mount(node: ReactNode, { stdout, stdin, stderr }: MountOptions): Mounted {
	const standIns = createStandIns();
	/** The last frame as Ink made it, with a sign for each row. */
	let drawn: string | null = null;
	const onFrame = (frame: string) => {
		drawn = frame;
		stdout.write(standIns.expand(frame));
	};
	const withStandIns = (child: ReactNode) => createElement(StandInContext, { value: standIns }, child);
	const options = {
		// Ink's type asks for a whole tty.WriteStream; what it uses is there.
		stdout: inkStdout(stdout, onFrame) as unknown as NodeJS.WriteStream,
		stdin,
		stderr,
		debug: true,
		interactive: true,
		alternateScreen: false,
		patchConsole: false,
		exitOnCtrlC: false,
		isScreenReaderEnabled: false,
	};
	const ink = standIns.drawing(() => render(withStandIns(node), options));
	return {
		rerender: child => standIns.drawing(() => ink.rerender(withStandIns(child))),
		refill(blocks) {
			if (drawn === null || !standIns.refill(blocks)) return false;
			stdout.write(standIns.expand(drawn));
			return true;
		},
		unmount: () => ink.unmount(),
		waitUntilExit: () => ink.waitUntilExit(),
	};
}
