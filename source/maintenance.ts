import { setTimeout as delay } from 'node:timers/promises';
import type { Effect, Event } from './control/event.ts';
import type { Ticket } from './control/operating.ts';
import type { Tools } from './maintenance-tools.ts';
import type { Outcome } from './operations/plan.ts';
import type { Request } from './operations/request.ts';
import type { Prepared } from './operations/step.ts';
import type { Trouble } from './operations/trouble.ts';

/** What the operator asked for that is about operations and the journal. */
export type MaintenanceEffect = Extract<Effect, { readonly kind: 'prepare' | 'run' | 'leave' | 'read-journal' }>;

/** Performs the effects of maintenance, and tells what comes of them. */
export type Maintenance = {
	perform(effect: MaintenanceEffect): void;
	/** Reads the journal for the first time, and says so where operations were interrupted. */
	start(): void;
	/**
	 * Nobody is there any more: leaves the operation that runs, gives it a moment to write down how it ended, and writes
	 * nothing after that. What the journal does not know the end of, the next start explains.
	 */
	end(): Promise<void>;
};

export type MaintenanceOptions = {
	/** Imported when they are first needed: nothing of maintenance may delay the first frame. */
	readonly load: () => Promise<Tools>;
	readonly happen: (event: Event) => void;
	/** Nothing but the journal is read then, whatever is asked for. */
	readonly readOnly: boolean;
};

/** How long an operation gets for its last words; the session's end has less than a second in all. */
const lastWordsMs = 700;

/** Nobody may be looking yet when the monitor has just started. */
const longMs = 30_000;

type Running = { readonly ticket: Ticket; readonly leaving: AbortController; readonly over: Promise<void> };

export function createMaintenance({ load, happen, readOnly }: MaintenanceOptions): Maintenance {
	let loading: Promise<Tools> | null = null;
	const tools = () => (loading ??= load());
	/** What can be run: the newest preparation, and no older one. */
	let newest: { readonly ticket: Ticket; readonly prepared: Prepared | null } = { ticket: 0, prepared: null };
	let running: Running | null = null;
	let isEnded = false;
	const tell = (event: Event) => {
		if (!isEnded) happen(event);
	};

	const prepare = async (ticket: Ticket, request: Request) => {
		newest = { ticket, prepared: null };
		try {
			const { operator } = await tools();
			const prepared = await operator.prepare(request);
			if (newest.ticket !== ticket) return;
			newest = { ticket, prepared };
			tell({ kind: 'prepared', ticket, plan: prepared.plan });
		} catch (error) {
			tell({ kind: 'refused', ticket, ...(await inWords(error)) });
		}
	};

	const inWords = async (error: unknown): Promise<Trouble> => {
		const { troubleOf } = await import('./operations/trouble.ts');
		return troubleOf(error) ?? fault(error);
	};

	/** Carries a plan out to its end. */
	const follow = async (prepared: Prepared, ticket: Ticket, isForced: boolean, signal: AbortSignal) => {
		const { operator } = await tools();
		const run = operator.run(prepared, { isForced, signal });
		while (true) {
			const { done, value } = await run.next();
			if (done) return value;
			tell({ kind: 'progress', ticket, progress: value });
		}
	};

	const start = (ticket: Ticket, isForced: boolean) => {
		const { prepared } = newest;
		if (prepared === null || newest.ticket !== ticket || running !== null) return tellNotStarted(ticket);
		newest = { ticket, prepared: null };
		const leaving = new AbortController();
		const over = follow(prepared, ticket, isForced, leaving.signal)
			.catch(async (error): Promise<Outcome> => ({ kind: 'unknown', ...(await inWords(error)), facts: {} }))
			.then(outcome => {
				running = null;
				tell({ kind: 'ended', ticket, outcome });
			});
		running = { ticket, leaving, over };
	};

	/** What was confirmed is not there to be run, or something runs already: told, never done. */
	const tellNotStarted = (ticket: Ticket) =>
		tell({
			kind: 'ended',
			ticket,
			outcome: {
				kind: 'stopped',
				text: 'the plan is out of date; nothing was done',
				advice: 'open it again',
				facts: {},
			},
		});

	const readJournal = async () => {
		try {
			const { journal } = await tools();
			tell({ kind: 'journal', journal: { runs: await journal.runs(), trouble: null } });
		} catch (error) {
			const { text, advice } = await inWords(error);
			tell({ kind: 'journal', journal: { runs: [], trouble: advice === null ? text : `${text}; ${advice}` } });
		}
	};

	/** What keeps it from being explained keeps the journal from being read, which is told. */
	const explainInterrupted = async () => {
		const { length } = await tools()
			.then(({ explain }) => explain())
			.catch(() => []);
		if (length === 0) return;
		const what = length === 1 ? 'an operation was interrupted' : `${length} operations were interrupted`;
		tell({
			kind: 'notice',
			text: `${what}; J shows what is known of ${length === 1 ? 'it' : 'them'} now`,
			lastsMs: longMs,
		});
	};

	return {
		perform(effect) {
			switch (effect.kind) {
				case 'read-journal':
					return void readJournal();
				case 'leave':
					return running?.ticket === effect.ticket ? running.leaving.abort() : undefined;
				case 'prepare':
					return readOnly ? undefined : void prepare(effect.ticket, effect.request);
				case 'run':
					return readOnly ? undefined : start(effect.ticket, effect.isForced);
			}
		},
		start() {
			if (!isEnded) void explainInterrupted().then(readJournal);
		},
		async end() {
			isEnded = true;
			if (running === null) return;
			running.leaving.abort();
			await Promise.race([running.over, delay(lastWordsMs)]);
			(await tools()).silence();
		},
	};
}

/** A bug of ours: told as one, with nothing claimed of what was done. */
const fault = (error: unknown): Trouble => ({
	text: `a fault of etcdtop itself: ${error instanceof Error ? error.message : String(error)}`,
	advice: 'look at the cluster before anything else is done',
});
