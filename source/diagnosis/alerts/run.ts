import { Ring } from '../../cluster/ring.ts';
import type { AlertRule, AlertRun, AlertSample } from './alert.ts';

type Told = { readonly atMs: number; readonly value: number };

const mostTold = 64;

/** An alert from its first sample to its last, as it goes on. */
export class OpenRun {
	readonly rule: AlertRule;
	readonly labels: AlertSample['labels'];
	readonly pendingAtMs: number;
	firingAtMs: number | null = null;
	resolvedAtMs: number | null = null;
	/** Values over time for the cursor that looks back, thinned where a run lasts long. */
	#told: Told[] = [];
	#latest: Told;

	constructor(rule: AlertRule, { labels, value }: AlertSample, atMs: number) {
		this.rule = rule;
		this.labels = labels;
		this.pendingAtMs = atMs;
		this.#latest = { atMs, value };
	}

	/** Another evaluation that gave the sample, the first one included. */
	hold(atMs: number, value: number): void {
		this.#latest = { atMs, value };
		this.#told.push(this.#latest);
		if (this.#told.length > mostTold) this.#told = this.#told.filter((_, index) => index % 2 === 0);
		if (this.firingAtMs === null && atMs - this.pendingAtMs >= this.rule.forSeconds * 1000) this.firingAtMs = atMs;
	}

	/** Whether it was pending or firing at a moment. */
	lastsAt(atMs: number): boolean {
		return this.pendingAtMs <= atMs && (this.resolvedAtMs === null || this.resolvedAtMs > atMs);
	}

	/** What was known of it at a moment. */
	at(atMs: number): AlertRun {
		const { rule, labels, pendingAtMs } = this;
		const known = (moment: number | null) => (moment !== null && moment <= atMs ? moment : null);
		const value = this.#latest.atMs <= atMs ? this.#latest.value : this.#toldBefore(atMs);
		const firingAtMs = known(this.firingAtMs);
		return { rule, labels, value, pendingAtMs, firingAtMs, resolvedAtMs: known(this.resolvedAtMs) };
	}

	#toldBefore(atMs: number): number {
		return (this.#told.findLast(told => told.atMs <= atMs) ?? this.#told[0] ?? this.#latest).value;
	}
}

/** Runs that ended: those that fired, and those that did not, for the cursor that looks back. Bounded each. */
export class EndedRuns {
	readonly #fired = new Ring<OpenRun>(1024);
	readonly #faded = new Ring<OpenRun>(256);

	push(run: OpenRun): void {
		(run.firingAtMs === null ? this.#faded : this.#fired).push(run);
	}

	get fired(): readonly OpenRun[] {
		return itemsOf(this.#fired);
	}

	lastingAt(atMs: number): readonly OpenRun[] {
		return [...itemsOf(this.#fired), ...itemsOf(this.#faded)].filter(run => run.lastsAt(atMs));
	}
}

const itemsOf = <T>(ring: Ring<T>): readonly T[] => Array.from({ length: ring.length }, (_, index) => ring.at(index)!);
