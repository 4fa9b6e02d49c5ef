import type { MemberId } from '../cluster/member.ts';
import { type Finding, type Severity, severities } from './finding.ts';
import { findsOne } from './index.ts';

/** A finding with its past. One that comes and goes is one finding that came several times. */
export type KnownFinding = Finding & {
	/** Since when it holds without a break. */
	readonly sinceMs: number;
	/** How often it came in the last hour, this time among them. */
	readonly count: number;
	/** When it was gone; null while it holds. */
	readonly goneAtMs: number | null;
};

/**
 * What a finding is called from one judgement to the next: its numbers change, its rule does not, nor its member, but for
 * rules that have one verdict for all of them.
 */
export type FindingKey = `${string}/${MemberId}`;
export const keyOf = ({ rule, member }: Pick<Finding, 'rule' | 'member'>): FindingKey =>
	`${rule}/${findsOne(rule) ? '' : (member ?? '')}`;

type Episode = { readonly fromMs: number; toMs: number | null };
/** `heldMs`: when it was of a severity last. */
type Entry = { finding: Finding; readonly episodes: Episode[]; readonly heldMs: Partial<Record<Severity, number>> };

const countedMs = 60 * 60_000;
/** A finding that was gone for less than this and came often is still to be seen. */
const lingersMs = 60_000;
const mostEpisodes = 64;
const mostEntries = 512;

/** Remembers when each finding came and went. */
export class FindingLog {
	readonly #entries = new Map<FindingKey, Entry>();

	/** Takes the judgement of one moment in; gives the findings that were not there in the one before. */
	note(findings: readonly Finding[], atMs: number): readonly Finding[] {
		const now = new Map(findings.map(finding => [keyOf(finding), finding]));
		for (const [key, { episodes }] of this.#entries) {
			const last = episodes.at(-1)!;
			if (last.toMs === null && !now.has(key)) last.toMs = atMs;
		}
		const fresh = [...now].filter(([key, finding]) => this.#hold(key, finding, atMs));
		this.#forget(atMs);
		return fresh.map(([, finding]) => finding);
	}

	/** The findings of a moment with their past, and behind them those that came and went and may come again. */
	known(findings: readonly Finding[], atMs: number): readonly KnownFinding[] {
		const held = findings.map(finding => this.#known(finding, atMs));
		const keys = new Set(findings.map(keyOf));
		const flapping = [...this.#entries]
			.filter(([key]) => !keys.has(key))
			.map(([, { finding }]) => this.#known(finding, atMs))
			.filter(({ count, goneAtMs }) => count > 1 && goneAtMs !== null && atMs - goneAtMs < lingersMs);
		return [...held, ...flapping];
	}

	/** What was found between two moments, with the gravest severity that it had in that time. */
	heldBetween(fromMs: number, toMs: number): readonly Finding[] {
		return [...this.#entries.values()].flatMap(({ finding, episodes, heldMs }) => {
			const isHeld = episodes.some(episode => episode.fromMs <= toMs && (episode.toMs ?? toMs) >= fromMs);
			const severity = severities.find(each => (heldMs[each] ?? Number.NEGATIVE_INFINITY) >= fromMs);
			return isHeld && severity !== undefined ? [{ ...finding, severity }] : [];
		});
	}

	#known(finding: Finding, atMs: number): KnownFinding {
		const episodes = (this.#entries.get(keyOf(finding))?.episodes ?? []).filter(({ fromMs }) => fromMs <= atMs);
		const last = episodes.at(-1);
		const isHeld = last !== undefined && (last.toMs === null || last.toMs > atMs);
		const count = episodes.filter(({ toMs }) => toMs === null || toMs > atMs - countedMs).length;
		return {
			...finding,
			sinceMs: last?.fromMs ?? atMs,
			count: Math.max(1, count),
			goneAtMs: isHeld || last === undefined ? null : last.toMs,
		};
	}

	/** Whether the finding is new. */
	#hold(key: FindingKey, finding: Finding, atMs: number): boolean {
		const entry = this.#entries.get(key);
		if (entry === undefined) {
			const episodes = [{ fromMs: atMs, toMs: null }];
			this.#entries.set(key, { finding, episodes, heldMs: { [finding.severity]: atMs } });
			return true;
		}
		entry.finding = finding;
		entry.heldMs[finding.severity] = atMs;
		if (entry.episodes.at(-1)!.toMs === null) return false;
		entry.episodes.push({ fromMs: atMs, toMs: null });
		if (entry.episodes.length > mostEpisodes) entry.episodes.shift();
		return true;
	}

	#forget(atMs: number): void {
		for (const [key, { episodes }] of this.#entries) {
			const { toMs } = episodes.at(-1)!;
			if (toMs !== null && (atMs - toMs > 24 * countedMs || this.#entries.size > mostEntries))
				this.#entries.delete(key);
		}
	}
}
