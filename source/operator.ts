import type { Journal, OpenRun } from './journal/types.ts';
import { runOperation } from './operations/engine.ts';
import type { Outcome, Progress } from './operations/plan.ts';
import { prepare } from './operations/prepare.ts';
import type { Request } from './operations/request.ts';
import type { Prepared } from './operations/step.ts';
import { troubleOf } from './operations/trouble.ts';
import type { World } from './operations/world.ts';

export type Operator = {
	/** Looks at the cluster and plans; changes nothing. What it throws is for `troubleOf`. */
	prepare(request: Request): Promise<Prepared>;
	/**
	 * Carries a plan out under the lock and in the journal. Ends as soon as it can after the signal, and gives the lock
	 * back on every way out, also when the generator is returned in the middle. Throws only for bugs.
	 */
	run(
		prepared: Prepared,
		options: { readonly isForced: boolean; readonly signal: AbortSignal },
	): AsyncGenerator<Progress, Outcome>;
};

/** What the monitor and the command line do maintenance with. */
export function createOperator({ world, journal }: { readonly world: World; readonly journal: Journal }): Operator {
	return {
		prepare: request => prepare(request, world),
		async *run(prepared, options) {
			let open: OpenRun;
			try {
				open = await journal.begin(prepared.plan.title);
			} catch (error) {
				return notBegun(error);
			}
			try {
				return yield* runOperation(prepared, { world, record: open.record, ...options });
			} finally {
				await open.close();
			}
		},
	};
}

function notBegun(error: unknown): Outcome {
	const trouble = troubleOf(error);
	if (trouble === null) throw error;
	return { kind: 'stopped', text: `${trouble.text}; nothing was done`, advice: trouble.advice, facts: {} };
}

export { type Trouble, troubleOf } from './operations/trouble.ts';
