import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';

/** What Ink needs of its stdout; `Output` of `terminal/` is one. */
export type FrameStream = {
	readonly isTTY: boolean;
	readonly columns: number;
	readonly rows: number;
	write(frame: string, done?: () => void): boolean;
};

export type MountOptions = {
	readonly stdout: FrameStream;
	readonly stdin: NodeJS.ReadStream;
	readonly stderr: NodeJS.WriteStream;
};

/** `rerender` draws at once; call it from one paint timer and after a key press, never for each event. */
export type Mounted = Pick<Instance, 'rerender' | 'unmount' | 'waitUntilExit'>;

/**
 * Starts Ink for a stdout that compares frames itself.
 *
 * `debug` makes Ink write every frame whole and at once: no throttle (a key press would wait up to 33 ms behind a
 * painted frame), no erasing, no cursor moves, no comparison of its own. The alternate screen, the cursor, the console
 * and signals belong to the session in `terminal/`.
 */
export function mount(node: ReactNode, { stdout, stdin, stderr }: MountOptions): Mounted {
	return render(node, {
		// Ink's type asks for a whole tty.WriteStream; it uses these members and an event emitter.
		stdout: stdout as unknown as NodeJS.WriteStream,
		stdin,
		stderr,
		debug: true,
		interactive: true,
		alternateScreen: false,
		patchConsole: false,
		exitOnCtrlC: false,
	});
}
