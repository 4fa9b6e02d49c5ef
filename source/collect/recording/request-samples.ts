import { mostMembers } from '../../cluster/bounds.ts';
import type { MetricSamples } from '../../cluster/reading.ts';

type Written = { readonly samples: Map<string, number>; readonly repeatedAtMs: number };

/**
 * What changed of the requests by method and code since they were last written: over a thousand samples, which only some
 * scrapes ask for. Those that count something are repeated from time to time, the others are written once.
 */
export class RequestDeltas {
	readonly #repeatEveryMs: number;
	readonly #written = new Map<string, Written>();

	constructor(repeatEveryMs: number) {
		this.#repeatEveryMs = repeatEveryMs;
	}

	next(member: string, requests: MetricSamples, atMs: number): Readonly<Record<string, number>> {
		const known = this.#written.get(member);
		const isRepeating = known === undefined || atMs - known.repeatedAtMs >= this.#repeatEveryMs;
		const samples = known?.samples ?? new Map<string, number>();
		const changed: Record<string, number> = {};
		for (const [name, value] of requests) {
			if (!Number.isFinite(value) || (samples.get(name) === value && !(isRepeating && value !== 0))) continue;
			samples.set(name, value);
			changed[name] = value;
		}
		if (isRepeating) this.#keep(member, { samples, repeatedAtMs: atMs });
		return changed;
	}

	#keep(member: string, written: Written): void {
		this.#written.delete(member);
		if (this.#written.size >= mostMembers) this.#written.delete([...this.#written.keys()][0]!);
		this.#written.set(member, written);
	}
}
