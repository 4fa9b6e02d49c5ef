import { mostMembers } from '../../cluster/bounds.ts';
import { requestFamilies, requestsEverySeconds, wantedFamilies } from '../../cluster/metric-names.ts';
import type { MetricSamples } from '../../cluster/reading.ts';
import { requestsIn } from '../../cluster/requests.ts';
import { metricOf } from '../../cluster/sample-name.ts';
import { fieldsOf, numberOf } from './fields.ts';
import { RequestDeltas } from './request-samples.ts';

/** Who starts to read in the middle of a recording knows every sample after this time. */
export const completeEveryMs = 5 * 60_000;

/** What a line says of a member's samples. */
export type SampleLine = { readonly metrics: Readonly<Record<string, number>>; readonly isComplete: boolean };

type Written = { readonly samples: Map<string, number>; readonly completeAtMs: number };

/** Turns whole scrapes into what changed since the same member's last line. */
export class SampleDeltas {
	readonly #written = new Map<string, Written>();
	readonly #requests = new RequestDeltas(completeEveryMs);

	/**
	 * Samples that are not finite have no form in JSON and count as not there. A line is complete without those of
	 * requests: only some scrapes ask for them.
	 */
	next(member: string, scraped: MetricSamples, atMs: number): SampleLine {
		const requests = requestsIn(scraped);
		if (requests === null) return this.#next(member, scraped, atMs);
		const others = new Map([...scraped].filter(([name]) => !requests.has(name)));
		const { metrics, isComplete } = this.#next(member, others, atMs);
		return { metrics: { ...metrics, ...this.#requests.next(member, requests, atMs) }, isComplete };
	}

	#next(member: string, scraped: MetricSamples, atMs: number): SampleLine {
		const known = this.#written.get(member);
		if (known === undefined || atMs - known.completeAtMs >= completeEveryMs) return this.#whole(member, scraped, atMs);
		const { samples } = known;
		const metrics: Record<string, number> = {};
		let finite = 0;
		for (const [name, value] of scraped) {
			if (!Number.isFinite(value)) continue;
			finite++;
			if (samples.get(name) === value) continue;
			samples.set(name, value);
			metrics[name] = value;
		}
		// One that is gone cannot be told by what changed.
		return samples.size > finite ? this.#whole(member, scraped, atMs) : { metrics, isComplete: false };
	}

	#whole(member: string, scraped: MetricSamples, atMs: number): SampleLine {
		const samples = new Map([...scraped].filter(([, value]) => Number.isFinite(value)));
		this.#written.delete(member);
		if (this.#written.size >= mostMembers) this.#written.delete([...this.#written.keys()][0]!);
		this.#written.set(member, { samples, completeAtMs: atMs });
		return { metrics: Object.fromEntries(samples), isComplete: true };
	}
}

/** A member has some 60 samples and 19 for each peer, and some 1250 of requests. */
const mostSamples = 2000;
const longestName = 300;

/**
 * Whoever reads a member this rarely reads its requests each time, as does a recorder that asks for them at their own
 * interval: a line that is silent on them after so long says that none of them changed.
 */
const requestsHoldMs = 1.5 * requestsEverySeconds * 1000;

type Carried = {
	readonly usual: Map<string, number>;
	readonly requests: Map<string, number>;
	/** The time of the line that requests were last given with. */
	requestsMs: number;
};

/** Puts whole scrapes together again from what changed. */
export class CarriedSamples {
	readonly #carried = new Map<string, Carried>();

	/** Forgets what it carries: another recording begins. */
	clear(): void {
		this.#carried.clear();
	}

	/**
	 * All samples of the member after this line, those of requests where the line speaks of any, or none has for long;
	 * null where it is not understood. The map is the caller's own.
	 */
	next(member: string, metrics: unknown, isComplete: boolean, timeMs: number): MetricSamples | null {
		const fields = fieldsOf(metrics);
		if (fields === null) return null;
		let carried = this.#carried.get(member);
		if (carried === undefined) {
			if (this.#carried.size >= mostMembers) return null;
			carried = { usual: new Map(), requests: new Map(), requestsMs: timeMs };
			this.#carried.set(member, carried);
		}
		const { usual, requests } = carried;
		if (isComplete) usual.clear();
		let tellsRequests = false;
		for (const name in fields) {
			const isRequest = name.startsWith('grpc_') && isOf(requestFamilies, name);
			if (isRequest) tellsRequests = true;
			take(isRequest ? requests : usual, name, sampleOf(fields[name]), isRequest);
		}
		// Also where the clock fell back.
		if (!tellsRequests && Math.abs(timeMs - carried.requestsMs) < requestsHoldMs) return new Map(usual);
		carried.requestsMs = timeMs;
		return new Map([...usual, ...requests]);
	}
}

/** Prometheus' own interfaces give samples as text. */
const sampleOf = (value: unknown): number | null =>
	numberOf(typeof value === 'string' && /^[-+]?[\d.]+(?:e[-+]?\d+)?$/i.test(value) ? Number(value) : value);

function take(samples: Map<string, number>, name: string, value: number | null, isKnownFamily: boolean): void {
	if (value === null) samples.delete(name);
	else if (samples.has(name) || (samples.size < mostSamples && (isKnownFamily || isOf(wantedFamilies, name))))
		samples.set(name, value);
}

const isOf = (families: ReadonlySet<string>, name: string): boolean =>
	name.length <= longestName && families.has(metricOf(name));
