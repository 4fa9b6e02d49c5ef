import type { StepReport } from '../step.ts';
import type { Look, World } from '../world.ts';

/** How a call ended that was watched. `left-alone`: nobody waits for it any more. */
export type CallEnd =
	| { readonly kind: 'answered' }
	| { readonly kind: 'failed'; readonly error: unknown }
	| { readonly kind: 'left-alone' };

/**
 * Looks at the cluster again and again until a call ends; its failure comes back and is not thrown. `tell` says what a
 * look means, or null where it is enough and the call may be left alone. The call goes out when this begins.
 */
export async function* meanwhile(
	world: World,
	call: () => Promise<void>,
	tell: (look: Look) => StepReport | null,
): AsyncGenerator<StepReport, CallEnd, undefined> {
	const ended = new AbortController();
	const end = call()
		.then(
			(): CallEnd => ({ kind: 'answered' }),
			(error: unknown): CallEnd => ({ kind: 'failed', error }),
		)
		.finally(() => ended.abort());
	for (;;) {
		await world.pause(world.patience.lookEveryMs, ended.signal);
		if (ended.signal.aborted) return end;
		const report = tell(await world.look());
		if (report === null) return { kind: 'left-alone' };
		yield report;
	}
}
