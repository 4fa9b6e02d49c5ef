/** A storm of resizes ends when none came for this long… */
const quietMs = 30;
/** …or has lasted so long that something must be drawn. */
const longestStormMs = 200;

/** Calls `settled` once after each storm of calls to the function that is returned. */
export function settle(settled: () => void): { poke(): void; cancel(): void } {
	let timer: NodeJS.Timeout | undefined;
	let startedAt = 0;
	const cancel = () => {
		clearTimeout(timer);
		timer = undefined;
	};
	return {
		poke: () => {
			const now = performance.now();
			if (timer === undefined) startedAt = now;
			clearTimeout(timer);
			timer = setTimeout(
				() => {
					timer = undefined;
					settled();
				},
				Math.max(0, Math.min(quietMs, startedAt + longestStormMs - now)),
			);
		},
		cancel,
	};
}
