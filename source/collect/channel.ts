/** Joins many producers into one async iterable, in the order of arrival. The consumer is expected to keep up. */
export type Channel<Item> = {
	push(item: Item): void;
	/** Ends the iterable once what was pushed is taken. */
	close(): void;
	/** Ends the iterable with an error: a producer met a bug. */
	fail(error: unknown): void;
	items(): AsyncGenerator<Item, void, undefined>;
};

export function createChannel<Item>(): Channel<Item> {
	let queue: Item[] = [];
	let ended: { readonly error?: unknown } | null = null;
	let wake: (() => void) | null = null;
	const signal = () => {
		wake?.();
		wake = null;
	};
	return {
		push(item) {
			if (ended !== null) return;
			queue.push(item);
			signal();
		},
		close() {
			ended ??= {};
			signal();
		},
		fail(error) {
			ended ??= { error };
			signal();
		},
		async *items() {
			while (true) {
				const taken = queue;
				queue = [];
				yield* taken;
				if (queue.length > 0) continue;
				if (ended !== null) {
					if ('error' in ended) throw ended.error;
					return;
				}
				await new Promise<void>(resolve => {
					wake = resolve;
				});
			}
		},
	};
}
