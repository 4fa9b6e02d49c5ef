/** The ways in which an operator, or the system, wants a command to end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type LeavingListener = {
	readonly onFirst: () => void;
	/** Told again: whoever says it wants to be gone at once. */
	readonly onAgain: () => void;
};

export type Leaving = {
	/** Aborts with the first signal: what runs ends as soon as it can. */
	readonly signal: AbortSignal;
	/** Tells somebody from now on; nobody else any more. */
	listen(listener: LeavingListener): void;
	/** Gives the signals back to the system. */
	stop(): void;
};

/** Listens for what ends a command. A terminal that is closed may say so several times, and counts once. */
export function watchForLeaving(): Leaving {
	const controller = new AbortController();
	let listener: LeavingListener | null = null;
	const hear = (by: NodeJS.Signals) => {
		if (!controller.signal.aborted) {
			controller.abort();
			listener?.onFirst();
		} else if (by !== 'SIGHUP') listener?.onAgain();
	};
	for (const name of signals) process.on(name, hear);
	return {
		signal: controller.signal,
		listen(next) {
			listener = next;
		},
		stop() {
			for (const name of signals) process.off(name, hear);
		},
	};
}
