import { setImmediate as turn } from 'node:timers/promises';
import { snapshotAt } from '../../source/cluster/snapshot-at.ts';
import { JournalError } from '../../source/journal/types.ts';
import { runOperation } from '../../source/operations/engine.ts';
import type { Check, Outcome, Plan, Progress } from '../../source/operations/plan.ts';
import type { RunRecord } from '../../source/operations/record.ts';
import {
	type Prepared,
	plannedOf,
	type Step,
	type StepContext,
	type StepReport,
	type StepResult,
} from '../../source/operations/step.ts';
import type { Look, World } from '../../source/operations/world.ts';
import { memberOf, story } from '../cluster/story.ts';

/** Everything that happens, in its order: `look`, `record step-started 0`, `call m1`. */
export type Log = string[];

const notHere = () => {
	throw new Error('these steps call nobody');
};

/** Three members that serve, m1 leads. */
export function lookOf(): Look {
	const play = story();
	play.list(0, [memberOf('1'), memberOf('2'), memberOf('3')]);
	for (const id of ['1', '2', '3']) play.answer(10, id);
	return { history: play.history, atMs: 20, snapshot: snapshotAt(play.history, 20) };
}

/** A world whose clock ticks with every look at it, and whose looks are counted in the log. */
export function fakeWorld(log: Log, { look = async () => lookOf() }: { look?: World['look'] } = {}): World {
	let ms = 0;
	return {
		calls: { member: notHere, close() {} },
		async look(signal) {
			log.push('look');
			return look(signal);
		},
		pause: async () => void (await turn()),
		nowMs: () => (ms += 1000),
		timeMs: () => 0,
		revisionBefore: () => null,
		files: new Proxy({} as World['files'], { get: notHere }),
		patience: {
			callSeconds: 1,
			longCallSeconds: 1,
			lookEveryMs: 1,
			settleSeconds: 0,
			rearmSeconds: 0,
			lostSeconds: 1,
		},
	};
}

type Body = (context: StepContext) => AsyncGenerator<StepReport, StepResult, undefined>;

/** A step that calls its member, reports once, and is done. */
export function stepOf(log: Log, title: string, patch: Partial<Step> & { readonly body?: Body } = {}): Step {
	const { body, ...rest } = patch;
	return {
		title,
		memberId: '2',
		isAbortable: true,
		warnings: [],
		async *run(context) {
			log.push(`call ${title}`);
			if (body !== undefined) return yield* body(context);
			yield { text: 'at it', fraction: null };
			return { end: 'done', text: `${title} is done` };
		},
		...rest,
	};
}

export function preparedOf(steps: readonly Step[], plan: Partial<Plan> = {}): Prepared {
	return {
		plan: {
			operation: 'defragment-cluster',
			title: 'Defragment all',
			clusterId: 'c1',
			member: null,
			risk: 'careful',
			phrase: 'c1',
			checks: [],
			summary: 'one after the other',
			consequence: [],
			steps: steps.map(plannedOf),
			nothingToDo: null,
			...plan,
		},
		steps,
		course: { leaderId: '1', term: 5n },
		look: lookOf(),
		conclude: results => `all ${results.length} are done`,
	};
}

export const stopCheck = (title: string, mayBeForced?: true): Check => ({
	title,
	verdict: 'stop',
	detail: 'no',
	...(mayBeForced && { mayBeForced }),
});

export type PlayOptions = {
	readonly signal?: AbortSignal;
	readonly isForced?: boolean;
	readonly world?: World;
	/** Called before a record is taken; what it throws is the journal's failure. */
	readonly onRecord?: (record: RunRecord, count: number) => void;
	readonly onProgress?: (progress: Progress) => void;
};

export type Played = {
	readonly log: Log;
	readonly records: RunRecord[];
	/** Null where it threw. */
	readonly outcome: Outcome | null;
	readonly error: unknown;
};

export const nameOf = (record: RunRecord): string => ('step' in record ? `${record.kind} ${record.step}` : record.kind);

/** Plays an operation to its end. */
export async function playEngine(log: Log, prepared: Prepared, options: PlayOptions = {}): Promise<Played> {
	const records: RunRecord[] = [];
	const { signal = new AbortController().signal, isForced = false, onRecord, onProgress } = options;
	const run = runOperation(prepared, {
		world: options.world ?? fakeWorld(log),
		async record(record) {
			onRecord?.(record, records.length);
			// It takes its time, as a disk does: whoever does not wait for it is found out.
			await turn();
			records.push(record);
			log.push(`record ${nameOf(record)}`);
		},
		signal,
		isForced,
	});
	try {
		while (true) {
			const { done, value } = await run.next();
			if (done) return { log, records, outcome: value, error: null };
			log.push(`tell ${value.kind} ${value.step}`);
			onProgress?.(value);
		}
	} catch (error) {
		return { log, records, outcome: null, error };
	}
}

export const fullDisk = () =>
	new JournalError('the journal cannot be written: /j: no space is left', 'make room there');
