import type { History } from './cluster/history.ts';
import { record } from './cluster/history.ts';
import type { Reading, Stamp } from './cluster/reading.ts';
import type { Effect, Event, PanelReach } from './control/event.ts';
import { initialState, type State } from './control/state.ts';
import { update } from './control/update.ts';
import { type View, viewOf } from './control/view.ts';
import type { Judge, Judgement } from './diagnosis/judge.ts';

/** How soon after a reading the screen follows: a round of members makes one frame, a storm of the watch four a second. */
const delayMs: Readonly<Record<Reading['kind'], number>> = {
	members: 20,
	status: 40,
	metrics: 120,
	keys: 250,
	watch: 40,
	alarms: 40,
	examination: 250,
};
/** A step may tell how far it is more often than anybody can read. */
const progressMs = 100;
/** Without readings the clock and the ages still go on. */
const idleMs = 1050;

export type MonitorOptions = {
	readonly history: History;
	readonly judge: Judge;
	readonly now: () => Stamp;
	readonly size: State['size'];
	readonly source: string;
	readonly faults: State['faults'];
	readonly readOnly: boolean;
	/** Draws one frame, at once. Tells how far what stands in front of the panes can be scrolled. */
	readonly draw: (view: View) => PanelReach;
	readonly perform: (effect: Effect) => void;
	/** Told each judgement of now, once, wherever the cursor stands. */
	readonly onJudged?: (judgement: Judgement) => void;
};

/** Joins readings, keys and the clock into state, and state into frames. */
export type Monitor = {
	/** Takes a reading in; the screen follows soon. */
	read(reading: Reading): void;
	/** Takes an event in; the screen follows at once, and soon where an operation tells how far it is. */
	happen(event: Event): void;
	stop(): void;
};

/** Runs until `stop`. Drawing happens on one timer, and at once after a key. */
export function startMonitor(options: MonitorOptions): Monitor {
	let state = initialState({ ...options, now: options.now() });
	let timer: NodeJS.Timeout | undefined;
	let dueMs = 0;
	let isStopped = false;

	const step = (event: Event) => {
		const [next, effects] = update(state, event);
		state = next;
		for (const effect of effects) options.perform(effect);
	};

	const judge = (atMs: number) => {
		const { latest } = options.judge;
		options.judge.advance(options.history, atMs);
		const judgement = options.judge.latest;
		if (judgement !== null && judgement !== latest) options.onJudged?.(judgement);
	};

	const paint = () => {
		if (isStopped) return;
		const now = options.now();
		judge(now.atMs);
		step({ kind: 'tick', now });
		step({ kind: 'drawn', ...options.draw(viewOf(state)) });
		plan(idleMs, true);
	};

	/** Paints after the delay, unless a frame is due sooner; `anew` replaces what was planned. */
	const plan = (afterMs: number, anew = false) => {
		const wantedMs = performance.now() + afterMs;
		if (!anew && wantedMs >= dueMs) return;
		dueMs = wantedMs;
		clearTimeout(timer);
		timer = setTimeout(paint, afterMs);
	};

	paint();
	return {
		read(reading) {
			record(options.history, reading);
			if (state.cursor.kind === 'live') plan(delayMs[reading.kind]);
		},
		happen(event) {
			if (isStopped) return;
			// What is decided by age, such as that of a plan, is decided by the age of now.
			step({ kind: 'tick', now: options.now() });
			step(event);
			if (event.kind === 'progress') plan(progressMs);
			else paint();
		},
		stop() {
			isStopped = true;
			clearTimeout(timer);
		},
	};
}
