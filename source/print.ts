/** The code of sysexits.h for output that could not be written. */
const outputFailed = 74;

/**
 * Writes to standard output. A reader that has left (`etcdtop status | head -1`) is no error; anything else, such as a
 * full disk, is told in one line.
 */
export function print(text: string): void {
	if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', onError);
	process.stdout.write(text);
}

let isTold = false;

function onError(error: NodeJS.ErrnoException): void {
	if (error.code === 'EPIPE') return;
	process.exitCode = outputFailed;
	// An operation prints many lines, and each of them fails.
	if (isTold) return;
	isTold = true;
	process.stderr.write(
		`etcdtop: standard output cannot be written: ${error.code ?? error.message}; try another file\n`,
	);
}
