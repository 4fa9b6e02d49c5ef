import type { Finding } from '../diagnosis/finding.ts';
import { severities } from '../diagnosis/finding.ts';
import { type FindingKey, keyOf } from '../diagnosis/finding-log.ts';

/** A finding over the whole of a recording: however often it came and went, it is one. */
export type Occurrence = {
	/** As it was judged last while it was at its gravest. */
	readonly finding: Finding;
	/** When it came for the first time. */
	readonly fromMs: number;
	/** When it was last gone; null where it holds at the end. */
	readonly toMs: number | null;
	/** How often it came. */
	readonly count: number;
};

type Open = { finding: Finding; readonly fromMs: number; toMs: number | null; count: number };

const gravity = ({ severity }: Finding): number => -severities.indexOf(severity);

/** Rules and members are few; a file that names more than this is made up. */
const most = 10_000;

/** Follows findings from one judgement to the next. */
export class Occurrences {
	readonly #all = new Map<FindingKey, Open>();

	/** Takes the judgement of a moment in. */
	note(findings: readonly Finding[], atMs: number): void {
		const held = new Set<FindingKey>();
		for (const finding of findings) {
			const key = keyOf(finding);
			held.add(key);
			this.#hold(key, finding, atMs);
		}
		for (const [key, open] of this.#all) if (open.toMs === null && !held.has(key)) open.toMs = atMs;
	}

	/** Nobody looked after this moment: what held until then is not known to have gone on. */
	interrupt(atMs: number): void {
		for (const open of this.#all.values()) open.toMs ??= atMs;
	}

	/** The gravest first, then as they came. */
	list(): readonly Occurrence[] {
		return [...this.#all.values()].sort((a, b) => gravity(b.finding) - gravity(a.finding) || a.fromMs - b.fromMs);
	}

	#hold(key: FindingKey, finding: Finding, atMs: number): void {
		const open = this.#all.get(key);
		if (open === undefined) {
			if (this.#all.size < most) this.#all.set(key, { finding, fromMs: atMs, toMs: null, count: 1 });
			return;
		}
		if (open.toMs !== null) {
			open.toMs = null;
			open.count++;
		}
		if (gravity(finding) >= gravity(open.finding)) open.finding = finding;
	}
}
